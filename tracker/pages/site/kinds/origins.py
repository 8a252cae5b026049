"""Where roots come from: the page of all origins, and a page for each country and each developer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tracker.charts.look import colors
from tracker.charts.look.numbers import month as spelt
from tracker.pages.site import figures, small
from tracker.pages.site.build import NO_NAMES, Site
from tracker.pages.site.kinds import elsewhere, families
from tracker.pages.site.places import ELSEWHERE, PLACES
from tracker.pages.site.sheet import Cell, Sheet, Table, percent, short, signed

PATH = "origins.html"
HEAD = ("Country", ">Share", "~Bounds", "~Since {first}", ">Derivatives", ">~Downloads, 30 days", "~Largest families")
LARGEST = 3  # families named in a row


def pages(site: Site) -> Iterator[Sheet]:
    """Yield the page of origins, then countries and developers."""
    sheet = Sheet(PATH, "Origins", "Where the roots of new derivatives come from.", "site/origins.html.j2", "origins")
    shown = {name: made for name in PLACES[PATH] if (made := figures.shown(site, sheet, name))}
    sheet.put(
        table=_table(site, sheet),
        figures=[made for name, made in shown.items() if name not in ELSEWHERE],
        others=[made for name, made in shown.items() if name in ELSEWHERE],
        signals=elsewhere.of_origins(site, sheet),
        unattributed=elsewhere.unattributed(site, sheet),
        credits=elsewhere.credits(site, elsewhere.OF_ORIGINS),
        month=_spelt(site),
        unreviewed=sheet.whole(site.shares("origin_country"), "unreviewed", percent) if site.month else "",
    )
    yield sheet
    for code in sorted(site.countries.names):
        yield _group(site, "origin_country", "countries", code)
    for name in sorted(site.developers.names):
        yield _group(site, "developer", "developers", name)


def _spelt(site: Site) -> str:
    return spelt(site.month) if site.month else "no whole month yet"


def _of(site: Site, column: str, name: str) -> list[str]:
    """Return the families of a country or developer that have pages, the largest first."""
    key = "country" if column == "origin_country" else "developer"
    built = site.ranked("families", "derivatives")
    order = {row["family"]: at for at, row in enumerate(built.rows)}
    found = [line for line, row in site.brands.items() if row[key] == name and site.families.get(line)]
    return sorted(found, key=lambda line: (order.get(line, len(order)), line))


def _table(site: Site, sheet: Sheet) -> Table:
    """Return the table of all countries of origin."""
    built, pulled = site.ranked("countries", "derivatives"), site.ranked("countries", "downloads")
    first = spelt(site.months[0]) if site.months else "first"
    shares = site.shares("origin_country") if site.month else None
    most = small.scale(row for row in shares.rows if row["origin_country"] not in NO_NAMES) if shares else 1.0
    rows: list[list[Cell]] = []
    for place, row in enumerate(built.rows):
        code = row["origin_country"]
        if code in NO_NAMES:
            continue
        role = colors.area(colors.group_of(code, _europe(site)))
        at = shares.find(origin_country=code) if shares else None
        held = shares.rows[at] if shares and at is not None and shares.rows[at]["share"] is not None else None
        rows.append(
            [
                sheet.link(site.countries.get(code), site.country_of.get(code, code)),
                sheet.number(shares, at, "share", percent) if shares else "",
                small.bounds(held, role, most) if held else "",
                small.line(site.course("origin_country", code), role),
                sheet.number(built, place, "value"),
                sheet.number(pulled, pulled.find(origin_country=code), "value", short),
                ", ".join(_of(site, "origin_country", code)[:LARGEST]),
            ]
        )
    head = [label.format(first=first) for label in HEAD]
    return Table("countries", f"Share of new derivatives of {_spelt(site)}.", head, rows)


def _europe(site: Site) -> Any:
    return site.studio.facts(site.studio.ask({"measure": "share", "by": "family", "months": 36})).europe


def _group(site: Site, column: str, folder: str, name: str) -> Sheet:
    """Return the page of a country or a developer: its share, what is built on it, its families."""
    is_country = column == "origin_country"
    shown = site.country_of.get(name, name) if is_country else name
    addresses = site.countries if is_country else site.developers
    sheet = Sheet(addresses.path(name), shown, f"What is built on models of {shown}.", "site/group.html.j2", "origins")
    shares = site.shares(column) if site.month else None
    built, pulled = site.ranked(folder, "derivatives"), site.ranked(folder, "downloads")
    at = shares.find(**{column: name}) if shares else None
    place, pulls = built.find(**{column: name}), pulled.find(**{column: name})
    code = name if is_country else _country(site, name)
    group = colors.group_of(code, _europe(site))
    sheet.put(
        name=shown,
        kind="Country of origin" if is_country else "Developer",
        ink=colors.ink(group),
        country="" if is_country else sheet.link(site.countries.get(code), site.country_of.get(code, code)),
        month=_spelt(site),
        share=sheet.number(shares, at, "share", percent) if shares else "–",
        bounds=sheet.bounds(shares, at) if shares else "–",
        course=small.line(site.course(column, name), colors.area(group)),
        rank=sheet.number(built, place, "rank"),
        built=sheet.number(built, place, "value"),
        fresh=sheet.number(built, place, "new_derivatives_30d"),
        pulled=sheet.number(pulled, pulls, "value", short),
        pulled_change=sheet.number(pulled, pulls, "change", signed),
        unreviewed=sheet.whole(shares, "unreviewed", percent) if shares else "–",
        table=families.table(site, sheet, _of(site, column, name)),
        signals=elsewhere.of_country(site, sheet, name) if is_country else None,
        credits=elsewhere.credits(site, elsewhere.OF_ORIGINS),
    )
    return sheet


def _country(site: Site, developer: str) -> str:
    return next((str(row["country"]) for row in site.brands.values() if row["developer"] == developer), "unknown")
