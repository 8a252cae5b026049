"""One answer as bytes, and what caches are told of it: the same tag for the same bytes, another for any other."""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Mapping

from fastapi import Request
from fastapi.responses import Response

from tracker import __version__
from tracker.serve.http.piece import piece_of

_LEAST_PACKED = 1_000  # bytes; smaller ones are not packed
_TAG = re.compile(r'(?:W/)?"([^"]*)"')
_VARY = "Accept, Accept-Encoding"


def reply(
    request: Request, body: bytes, media_type: str, *, about: bytes = b"", headers: Mapping[str, str] | None = None
) -> Response:
    """Return 200 with a body, packed for who reads that, or 304 for who has it; 206 with a part that is asked for.

    `about` is what the answer says beside its rows, which not every form holds: where it changes the tag does.
    """
    is_packed = len(body) >= _LEAST_PACKED and _reads_gzip(request.headers.get("accept-encoding", ""))
    kept = {
        "ETag": f'"{_digest(body, media_type.encode(), about, str(is_packed).encode())}"',
        "Vary": _VARY,
        "Cache-Control": "no-cache",
        **(headers or {}),
    }
    if _has(request, kept["ETag"]):
        return Response(status_code=304, headers=kept)
    if is_packed:
        body = gzip.compress(body, 5, mtime=0)
        kept["Content-Encoding"] = "gzip"
    else:
        kept["Accept-Ranges"] = "bytes"
        if (piece := piece_of(request, body, kept["ETag"])) is not None:
            piece.headers.update(kept | {"Content-Type": media_type})
            return piece
    return Response(body, headers=kept, media_type=media_type)


def _digest(*parts: bytes) -> str:
    digest = hashlib.sha256(__version__.encode())
    for part in parts:
        digest.update(b"%d:" % len(part))
        digest.update(part)
    return digest.hexdigest()[:32]


def _has(request: Request, tag: str) -> bool:
    asked = ",".join(request.headers.getlist("if-none-match"))
    return asked.strip() == "*" or tag.strip('"') in _TAG.findall(asked)


def _reads_gzip(accepted: str) -> bool:
    weights: dict[str, float] = {}
    for part in accepted.lower().split(","):
        name, _, parameter = part.partition(";")
        weights[name.strip()] = weight(parameter)
    return weights.get("gzip", weights.get("*", 0.0)) > 0


def weight(parameter: str) -> float:
    """Return how much something is wanted, from `q=0.5`; 1 where nothing readable is said."""
    name, _, value = parameter.strip().partition("=")
    try:
        return float(value) if name.strip() == "q" else 1.0
    except ValueError:
        return 1.0
