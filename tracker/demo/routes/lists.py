"""Answer a list request with one page."""

from __future__ import annotations

import base64
from dataclasses import replace

from tracker.demo.hub.http import BadRequest, Response
from tracker.demo.hub.hub import Call, Hub, error
from tracker.demo.hub.hub_state import NightState, encode, join
from tracker.demo.hub.page import ListQuery, Page, read_query
from tracker.demo.listing.cursor import BadCursor
from tracker.demo.listing.expand import plain, project
from tracker.demo.listing.listing import Listing, Slice


def answer_list(hub: Hub, call: Call, state: NightState, listing: Listing) -> Response:
    """Return one page of a listing."""
    try:
        query = read_query(call.request, hub.page_limit)
        for fault in call.faults:
            query = fault.mode.ask(fault, query)
        found = listing.page(query.filters, query.sort, query.limit, query.cursor)
    except (BadRequest, BadCursor) as reason:
        return error(400, str(reason))
    page = Page(query, listing, found, _items(state, query, found), None)
    if found.more and len(found.rows):
        cursor = listing.cursor_after(query.sort, int(found.rows[-1]))
        if query.filters.search is not None:
            cursor = replace(cursor, search=base64.b64encode(cursor.after.encode()).decode())
        page.next_url = page.url_after(call.request, cursor)
        hub.leads_to(cursor.encode(), call.page + 1)
    for fault in call.faults:
        fault.mode.page(fault, hub, call, page)
    link = [("Link", f'<{page.next_url}>; rel="next"')] if page.next_url is not None else []
    return Response(200, join(page.items), link)


def _items(state: NightState, query: ListQuery, found: Slice) -> list[bytes]:
    if query.expand is not None:
        return project(state, found.rows, query.expand)
    keep = plain(query.plain_fields)
    return [encode(keep(state.item(row))) for row in found.rows.tolist()]
