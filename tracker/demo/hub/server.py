"""The wire side of the loopback Hub: connections, framing, the headers of every response."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import ssl
import time
from collections.abc import Callable
from email.utils import format_datetime
from pathlib import Path
from typing import Literal

from tracker.demo.hub.http import (
    BadRequest,
    FilePart,
    Request,
    Response,
    chunked,
    encode_body,
    etag,
    head_bytes,
    keeps_alive,
    parse_head,
)
from tracker.demo.hub.hub import Call, Hub, error
from tracker.demo.routes.admin import ADMIN_PREFIX, administer

Framing = Literal["auto", "chunked", "length"]

HOST = "127.0.0.1"
HEAD_LIMIT = 64 * 1024
FILE_BLOCK = 1 << 20
EXPOSED = (
    "X-Repo-Commit,X-Request-Id,X-Error-Code,X-Error-Message,X-Total-Count,ETag,Link,Accept-Ranges,Content-Range,"
    "X-Linked-Size,X-Linked-ETag,X-Xet-Hash"
)


class Server:
    """Serves one Hub on one port of the loopback address."""

    def __init__(self, hub: Hub, certificate: Path | None = None, framing: Framing = "auto") -> None:
        """`certificate` holds key and certificate in one PEM file; None serves plain http."""
        self.hub = hub
        self.framing = framing
        self.certificate = certificate
        self.scheme = "https" if certificate else "http"

    async def serve(self, port: int, ready: Callable[[str], None], stop: asyncio.Event) -> None:
        """Listen until `stop` is set; `ready` is called with the endpoint. Raises OSError for a port that is taken."""
        context = None
        if self.certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self.certificate)
        server = await asyncio.start_server(self._connection, HOST, port, limit=HEAD_LIMIT, ssl=context)
        ready(f"{self.scheme}://{HOST}:{server.sockets[0].getsockname()[1]}")
        await stop.wait()
        server.close()

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await self._exchange(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ssl.SSLError):
            pass  # the client went away, or a fault cut the line
        except asyncio.CancelledError:
            pass  # the Hub ends while a connection is idle or stalled; Python 3.11 would print a traceback
        finally:
            writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Answer one request; False ends the connection."""
        head = await reader.readuntil(b"\r\n\r\n")
        try:
            request = parse_head(head[:-4], self.scheme, str(writer.get_extra_info("peername")[0]))
        except BadRequest as reason:
            response = error(400, str(reason))
            writer.write(head_bytes(response, [("Content-Length", str(len(response.body))), ("Connection", "close")]))
            writer.write(response.body)
            return False
        request.body = await _body(reader, request)
        if request.path.startswith(ADMIN_PREFIX):
            return await self._send(writer, request, administer(self.hub, request))
        started = time.perf_counter()
        call, response = self.hub.serve(request)
        response.headers += self._common_headers(call, response)
        framed = self._frame(request, response)
        self.hub.note(call, response, time.perf_counter() - started)
        if response.sabotage is not None:
            return await response.sabotage.send(writer, *framed)
        return await self._send_framed(writer, request, response, framed)

    async def _send(self, writer: asyncio.StreamWriter, request: Request, response: Response) -> bool:
        return await self._send_framed(writer, request, response, self._frame(request, response))

    async def _send_framed(
        self, writer: asyncio.StreamWriter, request: Request, response: Response, framed: tuple[bytes, bytes]
    ) -> bool:
        head, body = framed
        writer.write(head)
        if request.method != "HEAD":
            writer.write(body)
            if response.file is not None:
                await _send_file(writer, response.file)
        await writer.drain()
        return keeps_alive(request)

    def _frame(self, request: Request, response: Response) -> tuple[bytes, bytes]:
        """Return head and body; left to itself, chunked where it is compressed, as the Hub does."""
        body, encoding = encode_body(request, response)
        in_chunks = (encoding is not None and self.framing == "auto") or self.framing == "chunked"
        if response.sabotage is not None and response.sabotage.chunked is not None:
            in_chunks = response.sabotage.chunked
        framing = [("Content-Type", response.content_type)] if response.content_type else []
        if encoding is not None:
            framing += [("Content-Encoding", encoding), ("Vary", "Accept-Encoding")]
        if in_chunks and response.file is None:
            framing.append(("Transfer-Encoding", "chunked"))
            body = chunked(body)
        else:
            length = response.file.length if response.file is not None else len(body)
            framing.append(("Content-Length", str(length)))
        framing.append(("Connection", "keep-alive" if keeps_alive(request) else "close"))
        return head_bytes(response, framing), body

    def _common_headers(self, call: Call, response: Response) -> list[tuple[str, str]]:
        now = self.hub.clock.now()
        digest = hashlib.sha256(f"{now} {call.number}".encode()).digest()
        edge = base64.urlsafe_b64encode(digest + digest[:8]).decode()
        trace = call.request.headers.get("x-amzn-trace-id", "")
        headers = [
            ("Date", format_datetime(now.replace(microsecond=0), usegmt=True)),
            ("X-Powered-By", "huggingface-moon"),
            ("X-Request-Id", f"Root=1-{int(now.timestamp()):08x}-{digest.hex()[:24]};{trace}"),
            ("cross-origin-opener-policy", "same-origin"),
            ("Referrer-Policy", "strict-origin-when-cross-origin"),
            ("Access-Control-Max-Age", "86400"),
            ("Access-Control-Allow-Origin", "https://huggingface.co"),
            ("Vary", "Origin"),
            ("Access-Control-Expose-Headers", EXPOSED),
            ("X-Cache", "Miss from cloudfront" if response.status < 400 else "Error from cloudfront"),
            ("Via", f"1.1 {digest.hex()[:32]}.cloudfront.net (CloudFront)"),
            ("X-Amz-Cf-Pop", "FRA56-P15"),
            ("X-Amz-Cf-Id", edge),
        ]
        if response.header("ETag") is None and response.file is None:
            headers.append(("ETag", etag(response.body)))
        if self.hub.ecosystem.synthetic:
            headers.append(("X-Demo-Data", "synthetic"))
        return headers


async def _body(reader: asyncio.StreamReader, request: Request) -> bytes:
    """Return what a request carries, in one piece or in chunks."""
    if request.headers.get("transfer-encoding", "").lower() != "chunked":
        return await reader.readexactly(request.body_bytes)
    body = b""
    while size := int((await reader.readuntil(b"\r\n")).partition(b";")[0], 16):
        body += (await reader.readexactly(size + 2))[:-2]
    await reader.readuntil(b"\r\n")
    return body


async def _send_file(writer: asyncio.StreamWriter, part: FilePart) -> None:
    with part.path.open("rb") as file:
        file.seek(part.offset)
        left = part.length
        while left and (block := file.read(min(left, FILE_BLOCK))):
            writer.write(block)
            await writer.drain()
            left -= len(block)
