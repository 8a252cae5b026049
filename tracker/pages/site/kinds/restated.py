"""What was published and changed later: errata and all other restatements, each with its class and its reason."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tracker.errors import TooMuch, TrackerError
from tracker.pages.site.build import Site
from tracker.pages.site.sheet import Cell, Sheet, Table, credit, percent

PATH = "restatements.html"
CAUSES, LARGEST = 25, 15  # of a class that are shown: what changed figures, newest first; figures, most changed first
# class -> heading, what it means, what to say where there is none
CLASSES = {
    "correction": (
        "Errata",
        "Something was wrong: a row of the registry, a night that had to be forgotten, a repository that is private.",
        "Nothing that was published has had to be corrected so far.",
    ),
    "method": (
        "Another rule",
        "A rule, a definition or the method is another one, or the registry says more than before.",
        "No figure has changed because it is counted otherwise.",
    ),
    "source": (
        "Collected again",
        "A night was collected again, and the Hub said something else.",
        "No night that was published has been collected again.",
    ),
    "routine": (
        "Came late or settled",
        "Nights of an archive came later, or counters have settled: this is expected, and no error.",
        "No figure has changed because something came late.",
    ),
}
# figure, or its table -> what it is
MEANS = {
    "nights": "a night of the record",
    "daily_families": "a family on a night",
    "events": "changes of a night",
    "daily_flow": "settled downloads of a day",
    "lineage": "derivatives of a month, by family",
    "lineage.derivatives_by_country": "derivatives of a month, by origin",
    "definitions": "a share under a rule",
    "models": "models that were dropped",
}
_ALL = "select class, count(*) as figures, max(restated_on) as last from restatements group by class order by class"
# sums of decimals are the same in whatever order they are made
_CAUSES = """
select restated_on, figure, reason, figures, change
from (
  select
    restated_on,
    figure,
    reason,
    count(*) as figures,
    sum((coalesce("after", 0) - coalesce("before", 0))::decimal(28, 6))::double as change,
    row_number() over (order by restated_on desc, figure, reason) as place
  from restatements
  where class = $class
  group by restated_on, figure, reason
) as ranked
where place <= $most
order by place
"""
_LARGEST = """
select restated_on, figure, period, key, "before", "after", change
from (
  select
    restated_on,
    figure,
    period,
    key,
    "before",
    "after",
    coalesce("after", 0) - coalesce("before", 0) as change,
    row_number() over (
      order by abs(coalesce("after", 0) - coalesce("before", 0)) desc, restated_on desc, figure, period, key, generation
    ) as place
  from restatements
  where class = $class
) as ranked
where place <= $most
order by place
"""


def pages(site: Site) -> Iterator[Sheet]:
    """Yield the page."""
    sheet = Sheet(
        PATH, "Restatements", "Published figures that changed later, and why.", "site/restated.html.j2", "method"
    )
    try:
        every = site.desk.sql(_ALL)
    except TooMuch:
        raise
    except TrackerError:  # a copy of an earlier version, whose restatements have no day
        sheet.put(classes=[])
    else:
        sheet.cite(every)
        sheet.put(classes=[_class(site, sheet, name, every) for name in CLASSES])
    yield sheet


def _class(site: Site, sheet: Sheet, name: str, every: Any) -> dict[str, Any]:
    heading, means, none = CLASSES[name]
    at = every.find(**{"class": name})
    return {
        "name": name,
        "heading": heading,
        "means": means,
        "none": none,
        "figures": sheet.number(every, at, "figures"),
        "last": every.rows[at]["last"] if at is not None else None,
        "causes": [] if at is None else _causes(site, sheet, name),
        "most": None if at is None else _largest(site, sheet, name),
    }


def _causes(site: Site, sheet: Sheet, name: str) -> list[dict[str, Any]]:
    """Return what changed figures, the newest first: the day, the reason, and what it changed how much."""
    source = site.desk.sql(_CAUSES, **{"class": name, "most": CAUSES})
    found: dict[tuple[Any, str], list[dict[str, Cell]]] = {}
    for at, row in enumerate(source.rows):
        changed = found.setdefault((row["restated_on"], row["reason"] or "no reason was noted"), [])
        change = "" if _is_share(row["figure"]) else sheet.number(source, at, "change", _signed)
        changed.append({"figures": sheet.number(source, at, "figures"), "of": _meant(row["figure"]), "change": change})
    return [{"day": day, "reason": reason, "changed": changed} for (day, reason), changed in found.items()]


def _largest(site: Site, sheet: Sheet, name: str) -> Table:
    source = site.desk.sql(_LARGEST, **{"class": name, "most": LARGEST})
    rows: list[list[Cell]] = []
    for at, row in enumerate(source.rows):
        form = percent if _is_share(row["figure"]) else credit
        rows.append(
            [
                sheet.link(_page(site, row["key"]), site.country_of.get(row["key"], row["key"]) or "–"),
                _meant(row["figure"]),
                str(row["period"])[: 7 if row["figure"].startswith(("lineage", "definitions")) else 10],
                sheet.number(source, at, "before", form),
                sheet.number(source, at, "after", form),
                str(row["restated_on"]),
            ]
        )
    head = ("of", "~figure", "period", ">was", ">is", "~told on")
    return Table(
        f"{name}-most", f"Those that changed most, {LARGEST} at most; a dash: there was no such figure.", head, rows
    )


def _page(site: Site, key: str | None) -> str | None:
    return site.families.get(key or "") or site.countries.get(key or "")


def _meant(figure: str) -> str:
    return MEANS.get(figure) or MEANS.get(figure.partition(".")[0], figure)


def _is_share(figure: str) -> bool:
    return figure.startswith("definitions")


def _signed(value: float) -> str:
    return f"{'+' if value > 0 else ''}{credit(value)}"
