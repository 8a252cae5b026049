"""A Hub as the collector expects it, of two pages and the most downloaded, and every way in which it may change."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.demo.made_models import made_model
from tests.sources.loopback import Reply, Served, serving
from tracker.columns import EXPAND

Item = dict[str, Any]
PAGE, PIECE = 1000, 100
QUOTA = {"RateLimit": '"api";r=499;t=293', "RateLimit-Policy": '"fixed window";"api";q=500;w=300'}
CURSORS = ("eyJjcmVhdGVkQXQiOjF9", "eyJjcmVhdGVkQXQiOjB9")


def link(address: str, cursor: str, limit: int = PAGE) -> str:
    """The Link header as the Hub writes it: the whole request once more, and a cursor."""
    expand = "".join(f"&expand={name}" for name in EXPAND)
    return f'<{address}/api/models?limit={limit}&sort=createdAt{expand}&cursor={cursor}>; rel="next"'


@cache
def good_items() -> tuple[Item, ...]:
    """Models of two pages, the newest first."""
    made = [made_model(number) for number in range(PAGE + PIECE)]
    for item in made:
        item.setdefault("downloads", 1)
        item["createdAt"] = item["createdAt"].replace("2022", "2026")
        for name in ("author", "sha"):
            del item[name]
    return tuple(sorted(made, key=lambda item: item["createdAt"], reverse=True))


@dataclass(frozen=True)
class Page:
    """What is answered to a request for a page: made of good parts, each of which may be another."""

    items: Any
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None  # instead of the items
    is_packed: bool = True
    delay: float = 0.0

    def reply(self) -> Reply:
        body = json.dumps(self.items).encode() if self.body is None else self.body
        headers = {"Content-Type": "application/json; charset=utf-8", "Connection": "close", **QUOTA, **self.headers}
        if self.is_packed:
            body, headers["Content-Encoding"] = gzip.compress(body, 1), "gzip"
        headers.setdefault("Date", format_datetime(datetime.now(UTC), usegmt=True))
        lines = [f"{name}: {value}" for name, value in headers.items() if value]
        head = "\r\n".join([f"HTTP/1.1 {self.status} Said", *lines, f"Content-Length: {len(body)}", "", ""])

        def talk(handler: BaseHTTPRequestHandler) -> None:
            time.sleep(self.delay)
            handler.wfile.write(head.encode() + body)

        return Reply(talk=talk)


Pages = list[Page]
Drift = Callable[[Pages, str], Pages]


def _first(**changes: Any) -> Drift:
    return lambda pages, _: [replace(pages[0], **changes), *pages[1:]]


def _items(change: Callable[[Item], Item], every: int = 1) -> Drift:
    def drift(pages: Pages, _: str) -> Pages:
        changed = [[change(item) if at % every == 0 else item for at, item in enumerate(page.items)] for page in pages]
        return [replace(page, items=items) for page, items in zip(pages, changed, strict=True)]

    return drift


def _heads(**changes: str) -> Drift:
    names = {name.replace("_", "-"): value for name, value in changes.items()}
    return lambda pages, _: [replace(page, headers={**page.headers, **names}) for page in pages]


def _without(name: str) -> Callable[[Item], Item]:
    return lambda item: {key: value for key, value in item.items() if key != name}


def _with(**fields: Any) -> Callable[[Item], Item]:
    return lambda item: {**item, **fields}


def _renamed(old: str, new: str) -> Callable[[Item], Item]:
    return lambda item: {(new if key == old else key): value for key, value in item.items()}


def _off(hours: float) -> Drift:
    def drift(pages: Pages, address: str) -> Pages:
        # reckoned when it is served: a long run of tests must not catch up with it
        return _heads(Date=format_datetime(datetime.now(UTC) + timedelta(hours=hours), usegmt=True))(pages, address)

    return drift


def _linked(number: int, to: Callable[[str], str]) -> Drift:
    def drift(pages: Pages, address: str) -> Pages:
        pages[number] = replace(pages[number], headers={"Link": to(address)})
        return pages

    return drift


NO_LIST = {"is_packed": False, "headers": {"Content-Type": "text/html"}}


@dataclass(frozen=True)
class Case:
    """One drift, and the line that tells of it; `says` stands in its finding or its advice."""

    name: str
    drift: Drift
    check: str
    effect: str = ""
    verdict: str = "differs"
    says: str = ""
    with_it: tuple[str, ...] = ()  # other lines that it has to do with


CASES = (
    Case("gone from all", _items(_without("downloadsAllTime")), "field downloadsAllTime", "stops", says="all 1,000"),
    Case("gone from some", _items(_without("likes"), every=20), "field likes", "stops", says="50 of 1,000"),
    Case("gone from very few", _items(_without("likes"), every=500), "fields", "", "good"),
    Case("gone from the newest alone",
         lambda pages, _: [replace(pages[0], items=list(map(_without("downloads"), pages[0].items))), *pages[1:]],
         "field downloads", "", says="0 of 100 of the most downloaded"),
    Case("null in all", _items(_with(downloads=None)), "field downloads", "stops", says="all 1,000"),
    Case("null in some", _items(_with(tags=None), every=10), "field tags", "stops", says="100 of 1,000"),
    Case("renamed", _items(_renamed("downloads", "downloads30d")), "field downloads", "stops", says="'downloads30d'"),
    Case("renamed by style", _items(_renamed("baseModels", "base_models")), "field baseModels", "falsifies",
         says="base_"),
    Case("one that only some have", _items(_without("safetensors")), "field safetensors", "falsifies"),
    Case("one that few have", _items(_without("inferenceProviderMapping")), "field inferenceProviderMapping", "",
         "cannot tell"),
    Case("a new field", _items(_with(popularity=3)), "unasked", says="popularity"),
    Case("text for a number", _items(_with(downloads="many")), "type of downloads", "falsifies", says="'many'"),
    Case("digits for a number", _items(_with(likes="12")), "type of likes", "", says="'12'"),
    Case("a part of a number", _items(_with(likes=2.5)), "type of likes", "falsifies", says="2.5"),
    Case("a float for a number", _items(_with(downloads=2.0)), "type of downloads", "", says="2.0"),
    Case("a flag for a number", _items(_with(likes=True)), "type of likes", "falsifies"),
    Case("an epoch for a time", _items(_with(createdAt=1714557600)), "type of createdAt", "falsifies"),
    Case("a text for an object", _items(_with(safetensors="7B")), "type of safetensors.total", "falsifies"),
    Case("a list for an object", _items(_with(baseModels=["a/b"])), "type of baseModels", "falsifies"),
    Case("a few that cannot be read", _items(_with(likes=-1), every=400), "type of likes", "", says="4 of 1,100"),
    Case("another gate", _items(_with(gated="by-invitation")), "gated", "", says="by-invitation"),
    Case("no id", _items(_without("_id")), "identity", "stops", says="all 1,000"),
    Case("one id for all", _items(_with(_id="a" * 24)), "identity", "stops", says="999 items",
         with_it=("next page",)),
    Case("items that are none", _items(lambda item: item["id"], every=2), "identity", "stops", says="500 of 1,000"),
    Case("another order", lambda pages, _: [replace(pages[0], items=pages[0].items[::-1]), *pages[1:]], "order",
         "falsifies"),
    Case("no link", _linked(0, lambda _: ""), "next page", "falsifies", says="no link"),
    Case("a link to another host", _linked(0, lambda at: link(at.replace("127.0.0.1", "localhost"), CURSORS[0])),
         "next page", "stops", says="another host"),
    Case("a relative link", _linked(0, lambda _: link("", CURSORS[0])), "next page", "stops", says="relative"),
    Case("a link that drops parameters", _linked(0, lambda at: f'<{at}/api/models?cursor=x>; rel="next"'), "next page",
         "stops", says="drops"),
    Case("a cursor that repeats", _linked(1, lambda at: link(at, CURSORS[0], PIECE)), "next page", "stops",
         says="no progress"),
    Case("the same page again", lambda pages, _: [pages[0], replace(pages[1], items=pages[0].items[:PIECE]), pages[2]],
         "next page", "falsifies", says="all 100"),
    Case("a next page that fails", lambda pages, _: [pages[0], replace(pages[1], status=504), pages[2]],
         "next page", "stops", says="HTTP 504"),
    Case("a smaller page", lambda pages, _: [replace(pages[0], items=pages[0].items[:500]), *pages[1:]], "page size",
         "slows", says="500 models"),
    Case("a far smaller page", lambda pages, _: [replace(pages[0], items=pages[0].items[:100]), *pages[1:]],
         "page size", "stops", says="5.5 h"),
    Case("a page that is too long", lambda pages, _: [replace(pages[0], items=list(good_items())), Page([]), pages[2]],
         "page size", says="1,100"),
    Case("no quota", _heads(RateLimit="", RateLimit_Policy=""), "quota", "slows", says="no header RateLimit"),
    Case("a quota that cannot be read", _heads(RateLimit="r=499"), "quota", "slows", says="'r=499'"),
    Case("a quota without its policy", _heads(RateLimit_Policy=""), "quota", "", says="of how many"),
    Case("a quota that is nearly gone", _heads(RateLimit='"api";r=7;t=100'), "quota", "slows", says="7 of 500"),
    Case("401", _first(status=401, body=b'{"error":"Invalid username or password."}'), "page", "stops", says="hf auth"),
    Case("403", _first(status=403, body=b'{"error":"Forbidden"}'), "page", "stops", says="Forbidden"),
    Case("403 of a firewall", _first(status=403, body=b"<html>", **NO_LIST), "page", "stops", says="shut out"),
    Case("400", _first(status=400, body=b'{"error":"Invalid option: likes"}'), "page", "stops", says="Invalid option"),
    Case("429", _first(status=429, body=b"{}", headers={"Retry-After": "30", "RateLimit": ""}), "page", "stops",
         says="in 31 s"),
    Case("429 of a day", _first(status=429, body=b"{}", headers={"RateLimit": '"api";r=0;t=86400'}), "page", "stops",
         says="86,401"),
    Case("500", _first(status=500, body=b"Internal Error"), "page", "stops", says="HTTP 500"),
    Case("HTML", _first(body=b"<!DOCTYPE html><p>Log in</p>", **NO_LIST), "page", "stops", says="not JSON"),
    Case("an empty page", _first(items=[], headers={}), "page", "stops", says="empty"),
    Case("no bytes", _first(body=b""), "page", "stops", says="an empty body"),
    Case("an object", _first(items={"models": []}), "page", "stops", says="an object instead of a list"),
    Case("a rate limit with 200", _first(items={"error": "We had to rate limit you"}), "page", "stops",
         says="rate limit"),
    Case("half a page", _first(body=b'[{"id": "a/b", "tags": ['), "page", "stops", says="cut short"),
    Case("a redirect elsewhere", _first(status=302, headers={"Location": "http://localhost:9/api/models"}), "page",
         "stops", says="another host"),
    Case("a redirect to nowhere", _first(status=302), "page", "stops", says="another host"),
    Case("a clock hours ahead", _off(3), "clock", "falsifies", says="ahead of"),
    Case("a clock hours behind", _off(-30), "clock", "falsifies", says="behind"),
    Case("a clock minutes ahead", _off(0.3), "clock", "", says="ahead of"),
    Case("a date that is none", _heads(Date="yesterday"), "clock", "falsifies", says="'yesterday'"),
    Case("no date", _heads(Date=""), "clock", "falsifies", says="no header Date"),
    Case("no gzip", _first(is_packed=False), "bytes", "slows", says="without compression"),
    Case("a huge page", _items(_with(cardData="x" * 12_000)), "bytes", "slows", says="bytes a model"),
)  # fmt: skip


@contextmanager
def drifted(drift: Drift | None = None) -> Iterator[Served]:
    """Serve the Hub, changed in one way or in none."""
    items = list(good_items())
    with serving({}) as served:
        headers = {"Link": link(served.address, CURSORS[0])}
        pages = [Page(items[:PAGE], headers=headers), Page(items[PAGE:])]
        pages[1] = replace(pages[1], headers={"Link": link(served.address, CURSORS[1], PIECE)})
        pages.append(Page(items[PAGE // 2 : PAGE // 2 + PIECE]))
        pages = drift(pages, served.address) if drift else pages
        served.replies["/api/models"] = [page.reply() for page in pages]
        served.give("/api/whoami-v2", b'{"name": "zq", "isPro": true}')
        yield served
