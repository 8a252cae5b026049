"""Faults in where a page leads: wrong links (F17), odd pages (F18), a walk that ends early (F19)."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

from tracker.demo.faults.mode import Fault, Mode, Option
from tracker.demo.hub.hub import Call, Hub
from tracker.demo.hub.page import ListQuery, Page


class WrongLink(Mode):
    """`Link` is missing, points to itself, is relative, names another host, or drops parameters

    `params` drops everything but the cursor: sort, limit, expand and filters are gone.
    """

    code = "F17"
    options = (
        Option("kind", "missing", "what is wrong", ("missing", "self", "relative", "host", "params")),
        Option("to", "", "the other host (scheme://host:port); default: localhost instead of 127.0.0.1"),
    )

    def page(self, fault: Fault, hub: Hub, call: Call, page: Page) -> None:
        """Damage the link to the next page."""
        kind = fault.options["kind"]
        request, url = call.request, page.next_url
        if url is None:
            return
        parts = urlsplit(url)
        if kind == "missing":
            page.next_url = None
        elif kind == "self":
            page.next_url = f"{request.origin}{request.target}"
        elif kind == "relative":
            page.next_url = f"{parts.path}?{parts.query}"
        elif kind == "host":
            origin = fault.options["to"] or request.origin.replace("127.0.0.1", "localhost")
            page.next_url = f"{origin}{parts.path}?{parts.query}"
        else:
            cursor = next(part for part in parts.query.split("&") if part.startswith("cursor="))
            page.next_url = f"{request.origin}{request.path}?{cursor}"


class OddPage(Mode):
    """An empty page that goes on, short pages, or a page that comes twice

    An empty or doubled page is followed by the same models once more, under another cursor, and then by
    what comes next; so nothing is lost.
    """

    code = "F18"
    options = (
        Option("kind", "empty", "of page", ("empty", "short", "duplicate")),
        Option("limit", "10", "models on a short page"),
    )

    def ask(self, fault: Fault, query: ListQuery) -> ListQuery:
        """Cut the page short, if that is the kind."""
        if fault.options["kind"] != "short":
            return query
        return replace(query, limit=min(query.limit, int(fault.number("limit"))))

    def page(self, fault: Fault, hub: Hub, call: Call, page: Page) -> None:
        """Empty the page, or let it come a second time."""
        kind = fault.options["kind"]
        if kind == "short" or not page.items:
            return
        # where this page began, in other words than the request's own cursor
        again = page.listing.cursor_before(page.query.sort, int(page.slice.rows[0]))
        if call.request.last("cursor") == again.encode():
            return
        hub.leads_to(again.encode(), call.page + 1)
        page.next_url = page.url_after(call.request, again)
        if kind == "empty":
            page.items = []


class EndsEarly(Mode):
    """After a share of the models the listing ends, with 200 and no `Link`"""

    code = "F19"
    options = (Option("share", "0.5", "of all models that the listing has"),)

    def page(self, fault: Fault, hub: Hub, call: Call, page: Page) -> None:
        """Drop the next link once the share of the models is listed."""
        listed = page.slice.first + len(page.slice.rows)
        if listed >= fault.number("share") * page.slice.total:
            page.next_url = None
