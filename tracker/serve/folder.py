"""A folder of plain files over HTTP, for reading on this machine.

Each request looks the file up again, so that a site which replaces another is shown at the next one. Nothing
is listed, what begins with a dot (a repository that stands beside the pages) is not shown, and a page of another host
that a browser was led here by is refused.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from tracker.errors import SettingsError

HOST = "127.0.0.1"
OURS = re.compile(r"(?:127\.0\.0\.1|localhost)(?::\d+)?", re.IGNORECASE)  # what a browser may call this machine
# suffix -> type, so that none depends on what a system believes
TYPES = {
    "": "application/octet-stream",
    ".css": "text/css; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".md": "text/markdown; charset=utf-8",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".sql": "text/plain; charset=utf-8",
    ".svg": "image/svg+xml; charset=utf-8",
    ".woff2": "font/woff2",
    ".xml": "application/xml; charset=utf-8",
}


def serve(root: Path, port: int, ready: Callable[[str], None]) -> None:
    """Serve a folder until the process is interrupted; `ready` is told the address.

    Port 0 is any free one. Raises SettingsError for a port that is taken or not ours to take.
    """
    try:
        server = _Server((HOST, port), functools.partial(_Handler, directory=str(root)))
    except (OSError, OverflowError) as error:
        told = getattr(error, "strerror", None) or error
        raise SettingsError(f"cannot listen on {HOST}:{port}: {told}; choose another with --port, 0 for any") from error
    with server:
        ready(f"http://{HOST}:{server.server_port}/")
        server.serve_forever()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a reader who went away."""


class _Handler(SimpleHTTPRequestHandler):
    extensions_map = TYPES
    server_version, sys_version = "tracker", ""
    protocol_version = "HTTP/1.1"
    timeout = 30  # seconds; a browser holds lines open that it does not use

    def send_head(self) -> Any:
        """Return the file that is asked for, its head sent; None where there is nothing to send after it."""
        if not OURS.fullmatch(self.headers.get("Host", "")):
            self.send_error(421, "this is a server of this machine alone")
            return None
        if any(part.startswith(".") for part in unquote(re.split("[?#]", self.path)[0]).split("/")):
            self.send_error(404)
            return None
        for name in ("If-Modified-Since", "If-None-Match"):  # a second is too coarse to tell two sites apart
            del self.headers[name]
        return super().send_head()

    def list_directory(self, path: Any) -> None:
        """Answer that there is nothing: what a folder holds is not listed."""
        self.send_error(404)

    def end_headers(self) -> None:
        """Let nobody keep what the next site may say otherwise, or take a file for something else than it is."""
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        super().end_headers()

    def log_message(self, format: str, *arguments: Any) -> None:
        """Say nothing: the terminal has the address."""
