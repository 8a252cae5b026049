"""A part of an answer's bytes, for clients that read a file over HTTP piece by piece, as those of frames do."""

from __future__ import annotations

import re

from fastapi import Request
from fastapi.responses import Response

_RANGE = re.compile(r"bytes=(\d{0,12})-(\d{0,12})")


def piece_of(request: Request, body: bytes, tag: str) -> Response | None:
    """Return 206 with the part that is asked for, 416 where there is none; None for the whole.

    Several parts at once, and a part of bytes that are others by now (`If-Range`), are the whole.
    """
    asked = _RANGE.fullmatch(request.headers.get("range", "").replace(" ", ""))
    if not asked or asked[0] == "bytes=-" or request.method != "GET":
        return None
    if request.headers.get("if-range", tag) != tag:
        return None
    size = len(body)
    if asked[1]:
        first, last = int(asked[1]), min(int(asked[2] or size), size - 1)
    else:
        first, last = max(size - int(asked[2]), 0), size - 1
    if asked[1] and asked[2] and int(asked[2]) < first:
        return None  # not a range at all
    if first > last:
        return Response(status_code=416, headers={"Content-Range": f"bytes */{size}"})
    headers = {"Content-Range": f"bytes {first}-{last}/{size}"}
    return Response(body[first : last + 1], status_code=206, headers=headers)
