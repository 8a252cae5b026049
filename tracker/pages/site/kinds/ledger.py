"""The ledger of claims: published figures, what our data says of each, and why."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from tracker import claims
from tracker.pages.site import figures
from tracker.pages.site.asking import Source, told
from tracker.pages.site.build import Site
from tracker.pages.site.places import PLACES
from tracker.pages.site.sheet import Sheet

PATH = "claims.html"
VERDICTS = {  # verdict -> the class that colours it
    "reproduced": "ok",
    "within band": "ok",
    "differs": "differs",
    "possible": "",
    "impossible": "differs",
    "cannot": "",
}
SAYS = {
    "reproduced": "agrees as closely as it was printed",
    "within band": "agrees within its band",
    "differs": "its rule is published, and our figure is another",
    "possible": "its rule is not published, and some reading agrees",
    "impossible": "its rule is not published, and no reading agrees",
    "cannot": "cannot be computed from this copy",
}


def pages(site: Site) -> Iterator[Sheet]:
    """Yield the page of all claims."""
    sheet = Sheet(PATH, "Claims", "Published figures beside ours, each judged.", "site/claims.html.j2", "claims")
    source = judged(site)
    counts = Counter(row["verdict"] for row in source.rows)
    sheet.put(
        command=source.command,
        number=sheet.cite(source),
        total=len(source.rows),
        counts=[(name, counts[name], SAYS[name], VERDICTS[name]) for name in VERDICTS if counts[name]],
        figures=[made for name in PLACES[PATH] if (made := figures.shown(site, sheet, name))],
        rows=[_row(row) for row in sorted(source.rows, key=place)],
        night=site.facts.snapshot_date,
        sql="",
    )
    yield sheet


def judged(site: Site) -> Source:
    """Return all claims with their verdicts."""
    known: dict[str, Source] = site.__dict__.setdefault("_ledger", {})
    if "all" not in known:
        published = site.studio.published
        answer = claims.evaluate(
            published, claims.load(site.studio.registry), published.definitions(), desk=site.studio.claims
        )
        known["all"] = told(answer).named("tracker claims")
    return known["all"]


def about(site: Site, sheet: Sheet, name: str) -> list[dict[str, Any]]:
    """Return the claims about a family, for its page."""
    found = [row for row in judged(site).rows if names(row["statement"], name)]
    if found:
        sheet.cite(judged(site))
    return [_row(row) for row in sorted(found, key=place)]


def names(statement: str, family: str) -> bool:
    """Say whether a statement names a family: as a word, which the number of a line may follow (Qwen3-8B)."""
    if family not in statement:  # most do not, and need no pattern
        return False
    after = r"(?!\w)" if family[-1:].isdigit() else r"(?![^\W\d])"
    return bool(re.search(rf"(?<!\w){re.escape(family)}{after}", statement))


def place(row: Mapping[str, Any]) -> list[tuple[int, str]]:
    """Return what claims are sorted by: their ids, numbers in them as such, so that F10 comes before F100."""
    return [(int(part), "") if part.isdigit() else (0, part) for part in re.findall(r"\d+|\D+", row["id"])]


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    address = row["source_url"] or ""
    return {
        **{name: row[name] for name in ("id", "statement", "figure", "ours", "verdict", "why")},
        "css": VERDICTS.get(row["verdict"], ""),
        "address": address if urlsplit(address).scheme in ("http", "https") else "",
        "host": urlsplit(address).hostname or "",
    }
