"""A commit history in pages: `p`, `limit`, `X-Total-Count`, `Link`."""

from __future__ import annotations

import json
from collections.abc import Sequence

from tracker.demo.hub.http import Request, Response
from tracker.demo.hub.hub_state import Item, encode

PAGE = 50
LARGEST_PAGE = 1000


def answer_commits(request: Request, commits: Sequence[Item], usual: int = PAGE) -> Response:
    """Return one page of a history, newest first."""
    page, limit = _number(request, "p", 0), min(_number(request, "limit", usual), LARGEST_PAGE) or PAGE
    headers = [("X-Total-Count", str(len(commits)))]
    if (page + 1) * limit < len(commits):
        kept = [part for part in request.raw_query.split("&") if part and not part.startswith("p=")]
        query = "&".join([f"p={page + 1}", *kept])
        headers.append(("Link", f'<{request.origin}{request.path}?{query}>; rel="next"'))
    return Response(200, encode(list(commits[page * limit : (page + 1) * limit])), headers)


def shortened(page: bytes, most: int) -> bytes:
    """Return a page with the newest commits alone."""
    return encode(json.loads(page)[:most])


def _number(request: Request, name: str, default: int) -> int:
    text = request.last(name) or ""
    return int(text) if text.isdecimal() else default
