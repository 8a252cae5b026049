"""The front page: what this is, how things stand, what is new, and three ways on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from tracker.charts.look import colors
from tracker.charts.look.numbers import day
from tracker.charts.look.numbers import month as spelt
from tracker.pages.commands import command
from tracker.pages.site import figures, small
from tracker.pages.site.build import NO_NAMES, Site
from tracker.pages.site.kinds import families, reports
from tracker.pages.site.places import PLACES
from tracker.pages.site.sheet import Cell, Sheet, percent, said

PATH = "index.html"
SHOWN = 12  # families in its table
SAID = 4  # sentences beside its figure
_ORDER = ("lead", "origin", "gained", "lost", "quiet", "nights")
_EXAMPLE = """
select model_id
from lineage
where depth >= 3 and weight < 1 and status = 'derived'
order by depth desc, model_id
limit 1
"""


def pages(site: Site) -> Iterator[Sheet]:
    """Yield the front page."""
    sheet = Sheet(PATH, "What does the open ecosystem build on?", _description(site), "site/index.html.j2")
    built = site.desk.sql("select count(*) as models from models where removed_at is null and relation is not null")
    models = site.desk.sql("select models from nights where snapshot_date = $night and scope = $scope",
                           night=site.facts.snapshot_date, scope=site.facts.scope)  # fmt: skip
    names = [row["family"] for row in _largest(site, "family")][:SHOWN]
    sheet.put(
        night=day(site.facts.snapshot_date),
        models=sheet.number(models, 0 if models.rows else None, "models"),
        built=sheet.number(built, 0, "models"),
        keys=[key for make in (_leader, _origin, _size_of_month, _traced) if (key := make(site, sheet))],
        figures=[made for name in PLACES[PATH] if (made := figures.shown(site, sheet, name))],
        sentences=_sentences(site, sheet),
        report=sheet.to(reports.path(site)),
        week=site.content.week,
        table=families.table(site, sheet, names),
        example=_example(site),
        facts=site.facts,
    )
    yield sheet


def _description(site: Site) -> str:
    said_first = " ".join(each.sentence.plain for each in site.content.statements[:2])
    return said_first or "Which base models the open ecosystem builds on, where they come from, and how that changes."


def _largest(site: Site, by: str) -> list[dict[str, Any]]:
    """Return the named groups of the last whole month, the largest first."""
    rows = [dict(row, at=at) for at, row in enumerate(site.shares(by).rows)] if site.month else []
    named = [row for row in rows if row[by] not in NO_NAMES and row["share"] is not None]
    return sorted(named, key=lambda row: (-row["share"], row[by]))


def _leader(site: Site, sheet: Sheet) -> dict[str, Any] | None:
    found = _largest(site, "family")
    if not found:
        return None
    name, source = found[0]["family"], site.shares("family")
    return {
        "value": sheet.number(source, found[0]["at"], "share", percent),
        "label": _of(site, "are built on ", sheet.link(site.families.get(name), name)),
        "small": [sheet.bounds(source, found[0]["at"]), f" by bounds, {spelt(site.month)}"],
        "line": small.line(site.course("family", name), colors.area(_facts(site).origin(name))),
    }


def _origin(site: Site, sheet: Sheet) -> dict[str, Any] | None:
    found = _largest(site, "origin_country")
    if not found:
        return None
    code, source = found[0]["origin_country"], site.shares("origin_country")
    group = colors.group_of(code, _facts(site).europe)
    return {
        "value": sheet.number(source, found[0]["at"], "share", percent),
        "label": _of(site, "on models from ", sheet.link(site.countries.get(code), site.country_of.get(code, code))),
        "small": [sheet.bounds(source, found[0]["at"]), f" by bounds, {spelt(site.month)}"],
        "line": small.line(site.course("origin_country", code), colors.area(group)),
    }


def _size_of_month(site: Site, sheet: Sheet) -> dict[str, Any] | None:
    """Return how many new derivatives the last whole month had."""
    found = _largest(site, "family")
    if not found:
        return None
    source = site.shares("family")
    return {
        "value": sheet.number(source, found[0]["at"], "n"),
        "label": ["new models declare a base model"],
        "small": [spelt(site.month)],
        "line": small.line([_size(site, month) for month in site.months], "accent"),
    }


def _size(site: Site, month: str) -> float | None:
    known = site.__dict__.setdefault("_sizes", {})
    if not known:
        known |= {row["month"]: float(row["n"]) for row in site.desk.ask("share", by="family", months=36).rows}
    found: float | None = known.get(month)
    return found


def _traced(site: Site, sheet: Sheet) -> dict[str, Any] | None:
    if not site.month:
        return None
    source = site.shares("family")
    return {
        "value": sheet.whole(source, "traced", percent),
        "label": ["of them are traced to a root"],
        "small": [sheet.whole(source, "unreviewed", percent), " of a root that nobody has reviewed"],
        "line": "",
    }


def _of(site: Site, verb: str, name: Cell) -> Sequence[Cell]:
    whole = "" if site.is_whole else f", of the scope {site.facts.scope},"
    return [f"of new derivatives{whole} {verb}", name]


def _facts(site: Site) -> Any:
    return site.studio.facts(site.studio.ask({"measure": "share", "by": "family", "months": 36}))


def _sentences(site: Site, sheet: Sheet) -> list[dict[str, Any]]:
    """Return what the week allows to say, the weightiest first, each with its command."""
    found = sorted(
        site.content.statements,
        key=lambda each: _ORDER.index(each.sentence.kind) if each.sentence.kind in _ORDER else len(_ORDER),
    )
    made = []
    for each in found[:SAID]:
        asked = command(each.answer)
        number = sheet.commands.setdefault(asked, len(sheet.commands) + 1)
        made.append({"text": said(each.sentence.parts), "number": number})
    return made


def _example(site: Site) -> str:
    rows = site.desk.sql(_EXAMPLE).rows
    return str(rows[0]["model_id"]) if rows else ""
