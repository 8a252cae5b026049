"""The forms of an answer: JSON with all that defends the rows, or the rows alone as CSV or as a stream of Arrow.

A page is so many whole rows of an answer; its ids are those of the whole. An answer on one page is the command's own
JSON, a longer one says in `page` how many rows there are and where the next stand.
"""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlencode

from tracker.api import Answer, plain, separated
from tracker.errors import SettingsError
from tracker.serve.http.reply import weight

if TYPE_CHECKING:
    from tracker.api import Copy, Rows
    from tracker.table import Table

FORMS = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "arrow": "application/vnd.apache.arrow.stream",
}
ROWS = 100_000  # of a page

Given = Sequence[tuple[str, str]]


class Asked(NamedTuple):
    """How an answer is wanted: a form, and which rows."""

    form: str
    page: int = 1
    per_page: int = ROWS


@dataclass(frozen=True)
class Told:
    """An answer as bytes: the body, what it says beside its rows, and headers."""

    body: bytes
    about: bytes
    headers: dict[str, str]


class NotAcceptable(Exception):
    """None of the forms is one that the request accepts."""


def split(given: Given, accepted: str) -> tuple[Asked, list[tuple[str, str]]]:
    """Return how the answer is wanted, and the parameters of the question.

    Raises SettingsError for what makes no sense, NotAcceptable.
    """
    own = {"format", "page", "per_page"}
    found: dict[str, str] = {}
    for name, value in given:
        if name in own:
            if name in found:
                raise SettingsError(f"{name} is given twice, as {found[name]} and as {value}")
            found[name] = value
    form = found["format"] if "format" in found else _accepted(accepted)
    if form not in FORMS:
        raise SettingsError(f"Invalid value for 'format': {form!r} is not one of {', '.join(FORMS)}.")
    page, per_page = (
        _whole("page", found.get("page", "1"), 10**9),
        _whole("per_page", found.get("per_page", str(ROWS)), ROWS),
    )
    return Asked(form, page, per_page), [each for each in given if each[0] not in own]


def told(rows: Rows, copy: Copy, asked: Asked, given: Given) -> Told:
    """Return an answer in the form that is wanted, with where the pages beside it stand."""
    first = (asked.page - 1) * asked.per_page
    whole = rows.table.height
    pages = max(-(-whole // asked.per_page), 1)
    if asked.page > pages:
        raise SettingsError(f"there is no page {asked.page}: {whole:,} rows are on {pages:,}")
    links = {name: _link(given, asked, number) for name, number in _beside(asked.page, pages).items()}
    part = slice(first, first + asked.per_page)
    body = rows.as_json()
    if pages > 1 and "rows" in body:
        place = {"number": asked.page, "per_page": asked.per_page, "rows_total": whole, "next": links.get("next")}
        body = {**body, "rows": body["rows"][part], "page": place}
    about = as_json(
        {name: value for name, value in body.items() if name != "rows"}
        | {"copy_id": copy.facts.copy_id, "withheld": copy.published.withheld}
    )
    headers = {"Rows-Total": str(whole)}
    if isinstance(rows, Answer):
        headers["Answer-Id"] = rows.id
    if links:
        headers["Link"] = ", ".join(f'<{link}>; rel="{name}"' for name, link in links.items())
    if asked.form == "json":
        return Told(as_json(body), about, headers)
    table = rows.seen if pages == 1 else _part(rows.seen, part)
    return Told(separated(table, ",").encode() if asked.form == "csv" else _arrow(table), about, headers)


def _part(table: Table, part: slice) -> Table:
    return type(table)(table.types, table.rows[part])


def _arrow(table: Table) -> bytes:
    stream = io.BytesIO()
    table.frame.write_ipc_stream(stream)
    return stream.getvalue()


def as_json(body: Any) -> bytes:
    """Return a body as JSON, UTF-8, in one line; raise ValueError for a number that JSON has not."""
    return json.dumps(body, default=plain, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def _beside(page: int, pages: int) -> dict[str, int]:
    if pages == 1:
        return {}
    found = {"first": 1, "prev": page - 1, "next": page + 1, "last": pages}
    return {name: number for name, number in found.items() if 1 <= number <= pages}


def _link(given: Given, asked: Asked, number: int) -> str:
    """Return where another page stands, beside this one: whoever sees the server under another name finds it too."""
    form = [("format", asked.form)] if any(name == "format" for name, _ in given) else []
    kept = [each for each in given if each[0] not in ("format", "page", "per_page")]
    return "?" + urlencode([*kept, *form, ("page", str(number)), ("per_page", str(asked.per_page))])


def _whole(name: str, text: str, most: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 12 and 1 <= int(text) <= most):
        raise SettingsError(f"Invalid value for '{name}': {text!r} is no whole number from 1 to {most:,}.")
    return int(text)


def _accepted(accepted: str) -> str:
    """Return the form that is accepted best, JSON where several are as good."""
    ranges: dict[str, float] = {}
    for part in accepted.lower().split(","):
        kind, *parameters = part.split(";")
        if kind.strip():
            ranges[kind.strip()] = min((weight(each) for each in parameters), default=1.0)
    if not ranges:
        return "json"
    best = {form: _wanted(media.partition(";")[0], ranges) for form, media in FORMS.items()}
    form = max(best, key=lambda each: best[each])
    if best[form] <= 0:
        raise NotAcceptable
    return form


def _wanted(media: str, ranges: dict[str, float]) -> float:
    for name in (media, f"{media.partition('/')[0]}/*", "*/*"):  # the narrowest decides
        if name in ranges:
            return ranges[name]
    return 0.0
