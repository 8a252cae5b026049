"""Faults below HTTP.

The line is cut or carries nonsense (F9), the body is not what the head says (F10), or nothing comes (F11).
"""

from __future__ import annotations

import asyncio
import gzip
import socket
import struct
from dataclasses import dataclass

from tracker.demo.faults.mode import Fault, Mode, Option
from tracker.demo.hub.http import HTML, Response, Sabotage
from tracker.demo.hub.hub import Call

DROP_UNSENT = struct.pack("ii", 1, 0)  # SO_LINGER with no time: closing sends a reset
GARBAGE = b"\x16\x03\x01 this line never was HTTP \xff\xfe\r\n\r\n"
ERROR_PAGE = b"<!DOCTYPE html><html><head><title>Hugging Face</title></head><body>Just a moment...</body></html>"


@dataclass
class Cut:
    """Sends half of the body, or nothing at all, and closes, by reset or as if all were well."""

    chunked: bool | None = None
    silent: bool = False
    reset: bool = False

    async def send(self, writer: asyncio.StreamWriter, head: bytes, body: bytes) -> bool:
        """Send a part of the response, then close or reset the connection."""
        if not self.silent:
            writer.write(head + body[: len(body) // 2])
            await writer.drain()
            await asyncio.sleep(0.05)  # a reset throws away what the client has not read yet
        if self.reset:
            _reset(writer)
        return False


@dataclass
class Nonsense:
    """Sends `instead` of the response, or a chunk size that is no number."""

    instead: bytes | None = None
    chunked: bool | None = True

    async def send(self, writer: asyncio.StreamWriter, head: bytes, body: bytes) -> bool:
        """Send bytes that are no HTTP."""
        writer.write(self.instead if self.instead is not None else head + b"zz" + body)
        await writer.drain()
        return False


@dataclass
class Stall:
    """Waits before the head or in the middle of the body, then goes on."""

    seconds: float
    before_head: bool
    chunked: bool | None = None

    async def send(self, writer: asyncio.StreamWriter, head: bytes, body: bytes) -> bool:
        """Stay silent before the head or within the body."""
        first = b"" if self.before_head else head + body[: len(body) // 2]
        writer.write(first)
        await writer.drain()
        await asyncio.sleep(self.seconds)
        writer.write((head + body)[len(first) :])
        await writer.drain()
        return True


@dataclass
class Drip:
    """Sends the body a few bytes at a time, so that the line never falls silent for long."""

    seconds: float
    size: int
    chunked: bool | None = None

    async def send(self, writer: asyncio.StreamWriter, head: bytes, body: bytes) -> bool:
        """Send a few bytes at a time with pauses."""
        writer.write(head)
        for at in range(0, len(body), self.size):
            writer.write(body[at : at + self.size])
            await writer.drain()
            await asyncio.sleep(self.seconds)
        return True


class BrokenLine(Mode):
    """The connection breaks, or what comes is not HTTP"""

    code = "F9"
    options = (Option("kind", "reset", "how", ("reset", "reset-body", "short", "chunk", "truncated-chunk", "garbage")),)

    def spoil(self, fault: Fault, call: Call, response: Response) -> None:
        """Let the connection break in the way of this kind."""
        kinds: dict[str, Sabotage] = {
            "reset": Cut(silent=True, reset=True),
            "reset-body": Cut(reset=True),
            "short": Cut(chunked=False),
            "truncated-chunk": Cut(chunked=True),
            "chunk": Nonsense(),
            "garbage": Nonsense(GARBAGE),
        }
        response.sabotage = kinds[fault.options["kind"]]


class WrongBody(Mode):
    """200 of the right length whose body is truncated JSON, nothing, HTML, or no gzip"""

    code = "F10"
    options = (Option("kind", "truncated", "what comes", ("truncated", "empty", "html", "gzip")),)

    def spoil(self, fault: Fault, call: Call, response: Response) -> None:
        """Put a broken body of the right length into the response."""
        kind = fault.options["kind"]
        if kind == "truncated":
            response.body = response.body[: len(response.body) // 2]
        elif kind == "empty":
            response.body = b""
        elif kind == "html":
            response.body, response.content_type = ERROR_PAGE, HTML
        else:
            packed = gzip.compress(response.body, 1)
            response.body, response.encoding = packed[:10] + bytes(len(packed) - 10), "gzip"


class Silence(Mode):
    """The line stalls before the head or in the body, or drips"""

    code = "F11"
    options = (
        Option("kind", "head", "where", ("head", "body", "drip")),
        Option("seconds", "3600", "real seconds of silence; between two drops of a drip"),
        Option("bytes", "1", "size of a drop"),
    )

    def spoil(self, fault: Fault, call: Call, response: Response) -> None:
        """Let the line stall or drip."""
        seconds = fault.number("seconds")
        kinds: dict[str, Sabotage] = {
            "head": Stall(seconds, before_head=True),
            "body": Stall(seconds, before_head=False),
            "drip": Drip(seconds, int(fault.number("bytes"))),
        }
        response.sabotage = kinds[fault.options["kind"]]


def _reset(writer: asyncio.StreamWriter) -> None:
    line: socket.socket = writer.get_extra_info("socket")
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, DROP_UNSENT)
    writer.transport.abort()
