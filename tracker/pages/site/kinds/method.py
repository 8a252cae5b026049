"""How it is counted: definitions, evidence, bounds, and what a download is."""

from __future__ import annotations

from collections.abc import Iterator

from tracker.charts.look.numbers import month as spelt
from tracker.pages.site import figures
from tracker.pages.site.build import NO_NAMES, Site
from tracker.pages.site.places import PLACES
from tracker.pages.site.sheet import Cell, Sheet, Table, percent

PATH = "method.html"
EVIDENCE = {  # best first, then what is open
    "override": "a correction in the registry, with its source",
    "hub": "the Hub's own structured base models, with ids",
    "tag": "tags of the model card",
    "mirror": "a rule about re-uploads: whose weights they are",
    "inferred": "names or architecture; kept apart, never counted unless asked",
    "unreviewed": "the root is known, and the registry has no row for it yet",
    "unknown": "the root was looked at, and nothing can be said",
    "dangling": "the parent is not on the Hub: deleted, private or misspelt",
    "outside": "the parent lies outside the part of the Hub that was read",
}
NIGHTS = 60  # in the table of nights


def pages(site: Site) -> Iterator[Sheet]:
    """Yield the page."""
    sheet = Sheet(
        PATH,
        "How it is counted",
        "What is counted, by what evidence, and what is not known.",
        "site/method.html.j2",
        "method",
    )
    sheet.put(
        month=spelt(site.month) if site.month else "",
        evidence=_evidence(site, sheet),
        example=_example(site, sheet),
        rules=_rules(site, sheet),
        switches=_switches(site, sheet),
        nights=_nights(site, sheet),
        figures={name: figures.shown(site, sheet, name) for name in PLACES[PATH]},
    )
    yield sheet


def _evidence(site: Site, sheet: Sheet) -> Table:
    source = site.desk.ask("evidence")
    rows: list[list[Cell]] = []
    for name, what in EVIDENCE.items():
        at = source.find(month=site.month, evidence=name)
        rows.append([name, what, sheet.number(source, at, "share", percent)])
    return Table(
        "evidence",
        "The evidence ladder: the weakest link of a lineage counts.",
        ("evidence", "~what it is", ">share"),
        rows,
    )


def _example(site: Site, sheet: Sheet) -> dict[str, Cell] | None:
    """Return the largest family's share with its bounds, in words."""
    source = site.shares("family") if site.month else None
    if source is None:
        return None
    held = [
        (row["share"], at)
        for at, row in enumerate(source.rows)
        if row["family"] not in NO_NAMES and row["low"] is not None
    ]
    if not held:
        return None
    at = max(held)[1]
    return {
        "family": source.rows[at]["family"],
        "share": sheet.number(source, at, "share", percent),
        "low": sheet.number(source, at, "low", percent),
        "high": sheet.number(source, at, "high", percent),
    }


def _rules(site: Site, sheet: Sheet) -> Table:
    source = site.desk.ask("rules")
    sheet.cite(source)
    rows: list[list[Cell]] = [
        [row["name"], row["title"], row["edge"], row["credit"], row["denominator"]] for row in source.rows
    ]
    head = ("rule", "~what it counts", "edge", "~credit", "~denominator")
    return Table("rules", "Every rule that a share can be asked under.", head, rows)


def _switches(site: Site, sheet: Sheet) -> Table:
    source = site.desk.sql(
        "select universe, counts, edge, relations, credit, mirrors, two_origin, inferred, own_organization, removed,"
        " min_downloads, counter, denominator, time_axis from definitions where name = 'default'"
    )
    sheet.cite(source)
    rows: list[list[Cell]] = [
        [name.replace("_", " "), str(value)] for row in source.rows for name, value in row.items()
    ]
    return Table("switches", "The default definition, choice by choice.", ("choice", "value"), rows)


def _nights(site: Site, sheet: Sheet) -> Table:
    source = site.desk.ask("nights")
    first = max(0, len(source.rows) - NIGHTS)
    rows: list[list[Cell]] = [
        [str(row["snapshot_date"]), row["scope"], sheet.number(source, at, "models"), row["remark"] or ""]
        for at, row in reversed(list(enumerate(source.rows))[first:])
    ]
    caption = f"The newest {len(rows)} nights of the record, and what a gate noticed."
    return Table("nights", caption, ("night", "~scope", ">models", "~remark"), rows)
