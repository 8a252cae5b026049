"""Faults of files of data sets: a range that is not heeded (F23), a history that is not what it was (F24)."""

from __future__ import annotations

import gzip
import re

from tracker.demo.faults.mode import Fault, Mode, Option
from tracker.demo.faults.wire import Cut
from tracker.demo.hub.http import FilePart, Response
from tracker.demo.hub.hub import Call, Hub


class UnheededRange(Mode):
    """A range is answered with the whole file, packed, short, cut or refused; or every commit with the newest file"""

    code = "F23"
    route = "resolve"
    options = (
        Option("kind", "whole", "what comes", ("whole", "gzip", "packed", "short", "cut", "refused", "newest")),
        Option("every", "1", "only every Nth time"),
    )

    def instead(self, fault: Fault, hub: Hub, call: Call) -> Response | None:
        """Answer with the newest file, whatever revision is asked for, if that is the kind."""
        if fault.options["kind"] != "newest":
            return None
        from tracker.demo.routes.datasets import newest  # routes know of no faults

        return newest(hub, call)

    def spoil(self, fault: Fault, call: Call, response: Response) -> None:
        """Spoil every Nth answer to a range."""
        part, kind = response.file, fault.options["kind"]
        if response.status != 206 or part is None or fault.fired % int(fault.number("every")):
            return
        spoiled = _SPOILED.get(kind)
        if spoiled is not None:
            spoiled(response, part)


class ShrunkHistory(Mode):
    """The history was squashed: the newest commits alone are left of it"""

    code = "F24"
    route = "commits"
    options = (Option("keep", "1", "how many are left"),)

    def spoil(self, fault: Fault, call: Call, response: Response) -> None:
        """Keep the newest commits of the list alone."""
        from tracker.demo.routes.commits import shortened

        response.body = shortened(response.body, int(fault.number("keep")))
        _drop(response, "link")


def _whole(response: Response, part: FilePart) -> None:
    response.status = 200
    response.file = FilePart(part.path, 0, part.path.stat().st_size)
    _drop(response, "content-range")


def _gzip(response: Response, part: FilePart) -> None:
    _whole(response, part)
    _pack(response, part.path.read_bytes())


def _packed(response: Response, part: FilePart) -> None:
    _pack(response, _bytes(part))


def _pack(response: Response, body: bytes) -> None:
    response.file, response.body, response.encoding = None, gzip.compress(body, 1, mtime=0), "gzip"


def _short(response: Response, part: FilePart) -> None:
    length = max(1, part.length // 2)
    said = next(value for name, value in response.headers if name.lower() == "content-range")
    _drop(response, "content-range")
    told = re.sub(r"-\d+/", f"-{part.offset + length - 1}/", said)
    response.headers.append(("Content-Range", told))
    response.file = FilePart(part.path, part.offset, length)


def _cut(response: Response, part: FilePart) -> None:
    response.file, response.body, response.encoding = None, _bytes(part), None
    response.sabotage = Cut(chunked=False)


def _refused(response: Response, part: FilePart) -> None:
    response.status, response.file, response.body = 416, None, b""
    _drop(response, "content-range")
    response.headers.append(("Content-Range", f"bytes */{part.path.stat().st_size}"))


def _bytes(part: FilePart) -> bytes:
    with part.path.open("rb") as file:
        file.seek(part.offset)
        return file.read(part.length)


def _drop(response: Response, name: str) -> None:
    response.headers = [each for each in response.headers if each[0].lower() != name]


_SPOILED = {"whole": _whole, "gzip": _gzip, "packed": _packed, "short": _short, "cut": _cut, "refused": _refused}
