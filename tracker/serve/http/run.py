"""Listen on an address and answer until told to end."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Callable, Collection
from pathlib import Path

import uvicorn

from tracker.errors import SettingsError
from tracker.serve.asked.desk import Desk
from tracker.serve.asked.question import Reader
from tracker.serve.http.app import made

_LONGEST = 1 << 16  # bytes of an address with its parameters, and of headers
_PATIENCE_SECONDS = 5  # for answers on their way when it ends
_BACKLOG = 512  # of connections that nobody has looked at yet


def serve(
    desk: Desk,
    reader: Reader,
    ready: Callable[[str], None],
    *,
    host: str,
    port: int,
    root: Path | None = None,
    known: Collection[str] = (),
) -> None:
    """Answer on a host and port (0: any that is free) until a signal ends this; `ready` is told the address.

    `root` is the folder of a site, `known` are more names by which this server is called. Raises SettingsError where
    nothing can listen there.
    """
    is_open = not is_loopback(host)
    listening = _listening(host, port)
    with listening:
        app = made(desk, reader, root=root, known=[*known, _in_address(host)], numbers=is_open)
        config = uvicorn.Config(
            app,
            http="h11",
            ws="none",
            loop="asyncio",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            h11_max_incomplete_event_size=_LONGEST,
            timeout_graceful_shutdown=_PATIENCE_SECONDS,
        )
        ready(f"http://{_in_address(host)}:{listening.getsockname()[1]}/")
        _Server(config, app.state.end).run(sockets=[listening])


class _Server(uvicorn.Server):
    """Ends what is on its way when it is told to end, and does not wait for its time to be over."""

    def __init__(self, config: uvicorn.Config, end: Callable[[], None]) -> None:
        super().__init__(config)
        self._end = end

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take no more, end all."""
        self._end()
        await super().shutdown(sockets)


def is_loopback(host: str) -> bool:
    """Return whether only this machine reaches a host."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _listening(host: str, port: int) -> socket.socket:
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        found = socket.socket(family, socket.SOCK_STREAM)
        try:
            found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            found.bind(address)
            found.listen(_BACKLOG)
        except BaseException:
            found.close()
            raise
    except (OSError, OverflowError, UnicodeError) as error:
        number = getattr(error, "errno", None) or 0
        told = os.strerror(number) if number > 0 else getattr(error, "strerror", None) or error
        raise SettingsError(
            f"cannot listen on {_in_address(host)}:{port}: {told}; choose another with --host and --port, 0 for any"
        ) from error
    return found


def _in_address(host: str) -> str:
    return f"[{host}]" if ":" in host else host
