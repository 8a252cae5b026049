"""A loopback server for sources: each path is a list of replies, given one after the other, the last for ever.

`*` stands for every path that is not named.
"""

from __future__ import annotations

import http.server
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

Talk = Callable[[http.server.BaseHTTPRequestHandler], None]


@dataclass(frozen=True)
class Reply:
    """One answer: as it stands, or `talk`, which writes to the connection as it likes."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    talk: Talk | None = None


@dataclass
class Served:
    """A running server: where it is, what it answers, and the path and headers of every request it heard."""

    address: str
    replies: dict[str, Sequence[Reply]]
    heard: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    methods: list[str] = field(default_factory=list)  # of the same requests

    def paths(self) -> list[str]:
        return [path for path, _ in self.heard]

    def give(self, path: str, reply: bytes | Reply) -> None:
        """Answer a path with this from now on."""
        self.replies[path] = _listed(reply)

    def everything(self) -> str:
        """All that was ever said to this server."""
        return repr(self.heard)


@contextmanager
def serving(replies: Mapping[str, Any]) -> Iterator[Served]:
    """Serve on the loopback address. A reply may be bytes, a Reply or a list of either."""
    wanted = {path: _listed(reply) for path, reply in replies.items()}

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            before = served.paths().count(path)
            served.methods.append(self.command)
            served.heard.append((path, {name.lower(): value for name, value in self.headers.items()}))
            known = served.replies.get(path) or served.replies.get("*") or [Reply(b"not here", 404)]
            with suppress(OSError):  # the client has gone, as it should
                self._give(known[min(before, len(known) - 1)])

        do_HEAD = do_GET

        def _give(self, reply: Reply) -> None:
            if reply.talk is not None:
                self.close_connection = True
                reply.talk(self)
                return
            self.send_response(reply.status)
            for name, value in {"Content-Length": str(len(reply.body)), **reply.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(reply.body)

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    served = Served(f"http://127.0.0.1:{server.server_port}", wanted)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _listed(reply: Any) -> list[Reply]:
    each = reply if isinstance(reply, list) else [reply]
    return [one if isinstance(one, Reply) else Reply(one) for one in each]
