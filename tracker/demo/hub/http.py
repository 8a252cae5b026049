"""HTTP/1.1 by hand: parse a request, put a response into bytes.

Written out because the faults need it: a server library would not send a Content-Length that is too long.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import zlib
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qsl, unquote, urlsplit

JSON = "application/json; charset=utf-8"
TEXT = "text/plain; charset=utf-8"
HTML = "text/html"
GZIP_LEVEL = 1  # a page of 1,000 costs 5 ms instead of 20 and grows by a third
CHUNK_BYTES = 64 * 1024
REASONS = {status.value: status.phrase for status in HTTPStatus}
GZIP_WINDOW = 31  # zlib's way of asking for a gzip header


class BadRequest(ValueError):
    """What the server answers with 400; the message is the body's `error`."""


@dataclass
class Request:
    """One request. `query` is decoded, in order; `raw_query` is as it came."""

    method: str
    target: str
    path: str
    raw_query: str
    query: tuple[tuple[str, str], ...]
    headers: dict[str, str]  # names in lower case
    body_bytes: int
    scheme: str
    client: str  # address of the peer
    body: bytes = b""

    @property
    def origin(self) -> str:
        """Scheme and host as the client wrote them."""
        return f"{self.scheme}://{self.headers.get('host', '')}"

    def last(self, name: str) -> str | None:
        """Return the last value of a query parameter."""
        return dict(self.query).get(name)

    def all(self, *names: str) -> list[str]:
        """Return every value given under one of the names."""
        return [value for name, value in self.query if name in names]


@dataclass
class FilePart:
    """A piece of a file as a body, read while it is sent."""

    path: Path
    offset: int
    length: int


class Sabotage(Protocol):
    """Sends a framed response in a broken way. `chunked` says which framing it needs; None takes any."""

    chunked: bool | None

    async def send(self, writer: asyncio.StreamWriter, head: bytes, body: bytes) -> bool:
        """Send it, or some of it; False ends the connection."""
        ...


@dataclass
class Response:
    """One response before it is framed. `sabotage` breaks it on the wire."""

    status: int
    body: bytes = b""
    headers: list[tuple[str, str]] = field(default_factory=list)
    content_type: str | None = JSON
    file: FilePart | None = None
    encoding: str | None = None  # set: the body is encoded already, or pretends to be
    without_quota: bool = False  # True: no RateLimit headers, since it never reached the Hub
    sabotage: Sabotage | None = None

    def header(self, name: str) -> str | None:
        """Return a header by its name in any case."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


def parse_head(head: bytes, scheme: str, client: str) -> Request:
    """Read a request line and headers. Raises BadRequest."""
    first, *lines = head.decode("latin-1").split("\r\n")
    try:
        method, target, version = first.split(" ")
        headers = {
            name.strip().lower(): value.strip() for name, value in (line.split(":", 1) for line in lines if line)
        }
        body_bytes = int(headers.get("content-length", "0"))
    except ValueError as error:
        raise BadRequest("malformed request") from error
    if not version.startswith("HTTP/1."):
        raise BadRequest("only HTTP/1.1 is spoken here")
    parts = urlsplit(target)
    query = tuple(parse_qsl(parts.query, keep_blank_values=True))
    return Request(method, target, unquote(parts.path), parts.query, query, headers, body_bytes, scheme, client)


def keeps_alive(request: Request) -> bool:
    """Whether the connection stays open after this request."""
    return request.headers.get("connection", "").lower() != "close"


def etag(body: bytes) -> str:
    """Return the weak tag that Express makes: length in hex and 27 characters of SHA-1."""
    digest = base64.b64encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode()
    return f'W/"{len(body):x}-{digest[:27]}"'


def encode_body(request: Request, response: Response) -> tuple[bytes, str | None]:
    """Return the body as it goes over the wire and its Content-Encoding."""
    if response.encoding is not None:
        return response.body, response.encoding
    if response.body and "gzip" in request.headers.get("accept-encoding", ""):
        packer = zlib.compressobj(GZIP_LEVEL, zlib.DEFLATED, GZIP_WINDOW)
        return packer.compress(response.body) + packer.flush(), "gzip"
    return response.body, None


def head_bytes(response: Response, framing: list[tuple[str, str]]) -> bytes:
    """Return status line and headers."""
    reason = REASONS.get(response.status, "Unknown")
    lines = [f"HTTP/1.1 {response.status} {reason}"]
    lines += [f"{name}: {value}" for name, value in (*framing, *response.headers)]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def chunked(body: bytes) -> bytes:
    """Return a body in chunks, with the last one."""
    pieces = [body[at : at + CHUNK_BYTES] for at in range(0, len(body), CHUNK_BYTES)]
    return b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
