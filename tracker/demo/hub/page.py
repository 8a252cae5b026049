"""What a list request asks for, and the page that answers it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from tracker.demo.hub.http import BadRequest, Request
from tracker.demo.hub.hub_state import SORT_KEYS
from tracker.demo.listing.cursor import BadCursor, Cursor
from tracker.demo.listing.expand import LIST_DEFAULT, LIST_FULL, check_expand
from tracker.demo.listing.filters import Filters, parse_size
from tracker.demo.listing.listing import Listing, Slice

DEFAULT_SORT = "trendingScore"


@dataclass(frozen=True)
class ListQuery:
    """What a list request asks for. `expand` None: the short form, or with `plain_fields` more."""

    filters: Filters
    sort: str
    limit: int
    cursor: Cursor | None
    expand: frozenset[str] | None
    plain_fields: tuple[str, ...]


@dataclass
class Page:
    """A page on its way out; faults may change it. `next_url` None: no `Link`."""

    query: ListQuery
    listing: Listing
    slice: Slice
    items: list[bytes]
    next_url: str | None

    def url_after(self, request: Request, cursor: Cursor) -> str:
        """Return the address of what follows a position: the same parameters and the cursor."""
        kept = [part for part in request.raw_query.split("&") if part and not part.startswith("cursor=")]
        return f"{request.origin}{request.path}?" + "&".join([*kept, f"cursor={quote(cursor.encode(), safe='')}"])


def read_query(request: Request, page_limit: int) -> ListQuery:
    """Read a list request. Raises BadRequest.

    A `limit` above `page_limit` is cut to it; parameters that the Hub does not know are ignored.
    """
    sort = request.last("sort") or DEFAULT_SORT
    if sort not in SORT_KEYS:
        raise BadRequest(f"✖ Invalid option: expected one of {'|'.join(SORT_KEYS)}\n  → at sort")
    cursor = request.last("cursor")
    try:
        position = Cursor.decode(cursor, sort) if cursor else None
    except BadCursor as reason:
        raise BadRequest(str(reason)) from reason
    expand = check_expand(request.all("expand", "expand[]"), on_list=True)
    return ListQuery(_filters(request), sort, _limit(request, page_limit), position, expand, _plain_fields(request))


def _filters(request: Request) -> Filters:
    smallest, largest = None, None
    if size := request.last("num_parameters"):
        try:
            smallest, largest = parse_size(size)
        except ValueError as reason:
            raise BadRequest(str(reason)) from reason
    gated = request.last("gated")
    tags = tuple(sorted({tag for value in request.all("filter") for tag in value.split(",") if tag}))
    return Filters(
        tags=tags,
        author=request.last("author") or None,
        pipeline_tag=request.last("pipeline_tag") or None,
        search=request.last("search") or None,
        gated={"true": True, "false": False}.get(gated or ""),
        smallest=smallest,
        largest=largest,
    )


def _limit(request: Request, page_limit: int) -> int:
    text = request.last("limit")
    if text is None:
        return page_limit
    if not text.isdecimal() or int(text) == 0:
        raise BadRequest("✖ Invalid input: expected a positive number\n  → at limit")
    return min(int(text), page_limit)


def _plain_fields(request: Request) -> tuple[str, ...]:
    def wanted(name: str) -> bool:
        return (request.last(name) or "").lower() == "true"

    more = LIST_FULL if wanted("full") else ()
    return (*LIST_DEFAULT, *more, *(name for name in ("cardData", "config") if wanted(name)))
