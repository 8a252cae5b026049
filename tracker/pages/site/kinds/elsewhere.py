"""What other sources than the Hub say, on the pages of origins, countries and families: sums, each with its credit.

Rows of sources that keep them stay where they were collected: what stands here is summed over a week and over a family
or a country. What no source tells is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from markupsafe import Markup

from tracker.charts.look.numbers import day
from tracker.errors import TrackerError
from tracker.pages.site.asking import Source
from tracker.pages.site.build import Site
from tracker.pages.site.sheet import NOTHING, Cell, Sheet, Table, count, percent

WEEK = 7  # days
BOARDS = (("arena", "text", "Arena, text"), ("epoch_eci", "index", "Epoch's index"))
COUNTRIES = ("Country", ">Tokens, open weights", ">Tokens, closed", ">Best open model, Arena", ">~Interval",
             ">Best open model, Epoch", ">~Interval")  # fmt: skip
OF_ORIGINS = ("tokens_by_origin", "best_open")  # questions about all countries
OF_FAMILIES = ("tokens_of_families", "rating_of_families", "second_hub")  # and about all families
ONE = ("Signal", ">Value", ">~Allowed", "Of what")


def credits(site: Site, measures: Sequence[str]) -> list[str]:
    """Return the line of each source whose rows a page sums up."""
    asked = [source for each in measures if (source := _asked(site, each))]
    lines = [line for source in asked for line in source.credits]
    return list(dict.fromkeys(line.removeprefix("Source: ") for line in lines))


def of_origins(site: Site, sheet: Sheet) -> Table | None:
    """Return the table of all countries that any source names a model of, those of most tokens first."""
    tokens, best = _asked(site, "tokens_by_origin"), _asked(site, "best_open")
    week = _whole_week(tokens)
    rows: list[list[Cell]] = []
    for code in _countries(tokens, best, week):
        cells = [_tokens(sheet, tokens, week, code, openness) for openness in ("open", "closed")]
        for source, board, _ in BOARDS:
            at = _newest(best, source, board, code)
            cells += [sheet.number(best, at, "rating") if best else NOTHING, _interval(sheet, best, at)]
        rows.append([sheet.link(site.countries.get(code), site.country_of.get(code, code)), *cells])
    if not rows:
        return None
    of = f"Tokens: share of all tokens on OpenRouter in the week of {day(week)}. " if week else ""
    caption = (
        f"{of}Ratings: points of the newest board each, with its interval; points of two boards are not comparable."
    )
    return Table("elsewhere", caption, COUNTRIES, rows)


def unattributed(site: Site, sheet: Sheet) -> Cell:
    """Return which part of the tokens of the last whole week could be anyone's; empty where there is no such week."""
    tokens = _asked(site, "tokens_by_origin")
    week = _whole_week(tokens)
    return sheet.number(tokens, tokens.find(week=week), "unattributed", percent) if tokens and week else ""


def of_country(site: Site, sheet: Sheet, code: str) -> Table | None:
    """Return what other sources say of a country of origin."""
    tokens, best = _asked(site, "tokens_by_origin"), _asked(site, "best_open")
    week = _whole_week(tokens)
    rows: list[list[Cell]] = []
    for openness in ("open", "closed"):
        share = _tokens(sheet, tokens, week, code, openness)
        if week and share != NOTHING:
            of = f"all tokens on OpenRouter, week of {day(week)}; models with {openness} weights"
            rows.append(["Tokens", share, "", of])
    for source, board, name in BOARDS:
        at = _newest(best, source, board, code)
        if best and at is not None:
            of = f"points of its best open model on {name}, {day(best.rows[at]['day'])}"
            rows.append(["Rating", sheet.number(best, at, "rating"), _interval(sheet, best, at), of])
    return _one(rows)


def of_family(site: Site, sheet: Sheet, name: str) -> Table | None:
    """Return what other sources say of a family; ranks are among the families that the source names."""
    return _one([*_family_tokens(site, sheet, name), *_family_ratings(site, sheet, name), *_hubs(site, sheet, name)])


def _family_tokens(site: Site, sheet: Sheet, name: str) -> Iterator[list[Cell]]:
    tokens = _asked(site, "tokens_of_families")
    week = _whole_week(tokens)
    at = tokens.find(family=name, week=week) if tokens and week else None
    if tokens and week and at is not None:
        of = f"all tokens on OpenRouter, week of {day(week)}"
        yield ["Tokens", sheet.number(tokens, at, "share", percent), sheet.bounds(tokens, at), of]


def _family_ratings(site: Site, sheet: Sheet, name: str) -> Iterator[list[Cell]]:
    rated = _asked(site, "rating_of_families")
    for source, board, shown in BOARDS:
        at = rated.find(family=name, source=source, board=board) if rated else None
        if rated and at is not None:
            place = Markup("points of its best open model on {}, place {} of {} families").format(
                shown, sheet.number(rated, at, "rank"), sheet.number(rated, at, "families")
            )
            yield ["Rating", sheet.number(rated, at, "rating"), _interval(sheet, rated, at), place]


def _hubs(site: Site, sheet: Sheet, name: str) -> Iterator[list[Cell]]:
    hubs = _asked(site, "second_hub")
    at = hubs.find(family=name) if hubs else None
    if hubs and at is not None:
        beside = Markup("downloads of known families on ModelScope, place {}; on the Hub place {} with {}").format(
            sheet.number(hubs, at, "rank_second_hub"),
            sheet.number(hubs, at, "rank_hub"),
            sheet.number(hubs, at, "share_hub", percent),
        )
        yield ["Second hub", sheet.number(hubs, at, "share_second_hub", percent), "", beside]


def _one(rows: Sequence[Sequence[Cell]]) -> Table | None:
    caption = "Each has its own source and unit; they measure different things, and are never added up."
    return Table("elsewhere", caption, ONE, rows) if rows else None


def _asked(site: Site, measure: str) -> Source | None:
    """Return the rows of a question about all, which pages share; None where the copy cannot answer it."""
    try:
        return site.desk.ask(measure)
    except TrackerError:  # it has no such tables
        return None


def _whole_week(source: Source | None) -> date | None:
    """Return the Monday of the newest week of which all days are known."""
    return max((row["week"] for row in source.rows if row["days"] == WEEK), default=None) if source else None


def _countries(tokens: Source | None, best: Source | None, week: date | None) -> list[str]:
    """Return countries with tokens in a week or an open model on a board, those of most tokens first."""
    summed: dict[str, float] = {}
    for row in tokens.rows if tokens else ():
        if row["week"] == week and row["origin_country"] != "unattributed":
            summed[row["origin_country"]] = summed.get(row["origin_country"], 0.0) + row["share"]
    for row in best.rows if best else ():
        summed.setdefault(row["origin_country"], 0.0)
    return sorted(summed, key=lambda code: (-summed[code], code))


def _tokens(sheet: Sheet, tokens: Source | None, week: date | None, code: str, openness: str) -> Cell:
    at = tokens.find(week=week, origin_country=code, openness=openness) if tokens and week else None
    return sheet.number(tokens, at, "share", percent) if tokens else NOTHING


def _newest(best: Source | None, source: str, board: str, code: str) -> int | None:
    """Return the place of a country's best open model on the newest day of a board."""
    on_board = best.all(source=source, board=board) if best else []
    if not best or not on_board:
        return None
    last = max(best.rows[at]["day"] for at in on_board)
    return best.find(source=source, board=board, day=last, origin_country=code)


def _interval(sheet: Sheet, source: Source | None, at: int | None) -> Cell:
    if not source or at is None or source.rows[at]["rating_low"] is None:
        return NOTHING
    low, high = (sheet.number(source, at, name, count) for name in ("rating_low", "rating_high"))
    return Markup("{}\u2060–\u2060{}").format(low, high)  # word joiners: it stays on one line
