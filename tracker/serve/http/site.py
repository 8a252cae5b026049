"""The site beside the answers: plain files, as they stand there now."""

from __future__ import annotations

import stat
from pathlib import Path

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException

from tracker.serve.folder import TYPES
from tracker.serve.http.reply import reply


def page(root: Path, path: str, request: Request) -> Response:
    """Return the file of a path. Raises HTTPException where there is none, or it is not shown."""
    parts = [part for part in path.split("/") if part]
    if any(part.startswith(".") or "\\" in part or "\0" in part for part in parts):
        raise HTTPException(404)
    place = root.joinpath(*parts)
    try:
        kind = place.stat().st_mode
        if stat.S_ISDIR(kind):
            if path and not path.endswith("/"):
                return RedirectResponse(f"/{'/'.join(parts)}/", 308)
            place = place / "index.html"
        if not place.resolve().is_relative_to(root.resolve()):  # a link that leads out of it
            raise HTTPException(404)
        body = place.read_bytes()
    except (OSError, ValueError):
        raise HTTPException(404) from None
    return reply(request, body, TYPES.get(place.suffix.lower(), TYPES[""]))
