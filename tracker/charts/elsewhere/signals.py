"""What different sources say of one family, side by side: each on its own scale, never added up."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from tracker.charts.forms import months as monthly
from tracker.charts.forms.hues import NAMELESS, hues
from tracker.charts.look.facts import SYNTHETIC, Asked, Facts
from tracker.charts.look.figure import Figure
from tracker.charts.look.numbers import day, percent, short
from tracker.charts.plots.beside.cells import Cell, Cells, Course, Place, Portion
from tracker.findings.monthly import spelt

TITLE = "What each source says of one family (--only): derivatives, downloads, tokens, rating, licence, second hub"
QUESTION = "What do other signals say of one family?"
CHOOSES = "family"
KEEPS = ("by", "of")
MAX_MONTHS = 36
ALL = 100_000  # rows: more than there are families
ASKS = {
    "derivatives": {"measure": "share", "by": "family", "months": MAX_MONTHS},
    "downloads": {"measure": "trend", "by": "downloads", "of": "families", "every": "month"},
    "tokens": {"measure": "tokens_of_families"},
    "rating": {"measure": "rating_of_families"},
    "licence": {"measure": "license_of_families", "rows": ALL},
    "second_hub": {"measure": "second_hub"},
}
MAY_LACK = True
WEEK = 7  # days
FEWEST = 2  # points of a course
_COLUMNS = {"signal": pl.String, "period": pl.String, "value": pl.Float64, "unit": pl.String, "of": pl.String,
            "note": pl.String}  # fmt: skip
_CLASSES = {
    "open-source": "open source", "permissive-weights": "permissive weights", "unreviewed": "not told",
    "unknown": "not told",
}  # fmt: skip

Row = tuple[str, float, str, str, str]  # period, value, unit, what it is of, a note


@dataclass(frozen=True)
class Told:
    """What one source tells: its cell, and the rows that this shows."""

    cell: Cell
    rows: Sequence[Row] = ()


def draw(asked: Mapping[str, Asked], facts: Facts) -> Figure:
    """Draw rows of several questions about all families, those of one of them."""
    name = facts.chosen or _largest(asked, facts)
    told = {each: _told(each, name, asked, facts) for each in ASKS}
    rows = [(signal, *row) for signal, each in told.items() for row in each.rows]
    role, _ = hues([name], "family", facts)[0]
    return Figure(
        question=f"What do other signals say of {name}?",
        title=facts.title or f"{name}: what each source says, side by side",
        subtitle="Every panel has its own source, unit and scale; they measure different things and are never added up",
        note=" ".join(_notes(facts)),
        alt=_alt(name, [each.cell for each in told.values()]),
        plot=Cells([each.cell for each in told.values()], role),
        data=pl.DataFrame(rows, _COLUMNS, orient="row"),
        has_finding=False,
    )


def _largest(asked: Mapping[str, Asked], facts: Facts) -> str:
    """Return the family with most new derivatives of the last whole month, else the first that any source names."""
    if "derivatives" in asked:
        frame = asked["derivatives"].frame
        last = monthly.read(frame, facts, MAX_MONTHS).last
        ranked = frame.filter(pl.col("month") == last).sort("derivatives", "family", descending=[True, False])
        if named := [each for each in ranked["family"].to_list() if each not in NAMELESS]:
            return str(named[0])
    return next((str(each) for answer in asked.values() for each in answer.frame["family"] if each not in NAMELESS), "")


def _told(signal: str, name: str, asked: Mapping[str, Asked], facts: Facts) -> Told:
    if signal in facts.lacking:
        return Told(Cell(_NAMES[signal], "–", "", f"Not in this copy: {facts.lacking[signal]}."))
    frame = asked[signal].frame
    mine = frame.filter(pl.col("family") == name)
    if frame.is_empty() or mine.is_empty():
        why = _NOTHING_AT_ALL.get(signal, "") if frame.is_empty() else ""
        return Told(Cell(_NAMES[signal], "–", "", why or _NOTHING[signal].format(name=name)))
    return _DRAWN[signal](mine, frame, facts)


def _derivatives(mine: pl.DataFrame, every: pl.DataFrame, facts: Facts) -> Told:
    held = monthly.read(every, facts, MAX_MONTHS)
    rows = [row for row in mine.iter_rows(named=True) if row["month"] in held.whole and row["share"] is not None]
    if not rows:
        return Told(Cell(_NAMES["derivatives"], "–", "", "No whole month counts enough models."))
    value, last = rows[-1]["share"], rows[-1]["month"]
    of = "new derivatives of the month"
    data = [(row["month"], row["share"], "part of 1", of, "") for row in rows]
    gist = f"of new derivatives, {spelt(last)}"
    bounded = all(row["low"] is not None for row in rows)
    course = Course(
        [date.fromisoformat(f"{row['month']}-01") for row in rows], [row["share"] for row in rows], _percent,
        [row["low"] for row in rows] if bounded else (), [row["high"] for row in rows] if bounded else (),
    )  # fmt: skip
    return _over_time("derivatives", percent(value), gist, course, data)


def _downloads(mine: pl.DataFrame, every: pl.DataFrame, facts: Facts) -> Told:
    rows = mine.sort("snapshot_date").rows(named=True)
    data = [(str(row["snapshot_date"]), row["value"], "downloads in 30 days", "", "") for row in rows]
    course = Course([row["snapshot_date"] for row in rows], [row["value"] for row in rows], _short)
    gist = f"in 30 days to {day(rows[-1]['snapshot_date'])}, with all below it"
    return _over_time("downloads", short(rows[-1]["value"]), gist, course, data)


def _tokens(mine: pl.DataFrame, every: pl.DataFrame, facts: Facts) -> Told:
    rows = [row for row in mine.sort("week").iter_rows(named=True) if row["days"] == WEEK]
    if not rows:
        return Told(Cell(_NAMES["tokens"], "–", "", "No week has all its days yet."))
    of = "all tokens of the week"
    data = [(str(row["week"]), row["share"], "part of 1", of, f"{row['tokens']} tokens") for row in rows]
    course = Course(
        [row["week"] for row in rows], [row["share"] for row in rows], _percent, [row["low"] for row in rows],
        [row["high"] for row in rows],
    )  # fmt: skip
    gist = f"of all tokens on OpenRouter, week of {day(rows[-1]['week'])}"
    return _over_time("tokens", percent(rows[-1]["share"]), gist, course, data)


def _rating(mine: pl.DataFrame, every: pl.DataFrame, facts: Facts) -> Told:
    places, data = [], []
    for row in mine.sort("source", "board").iter_rows(named=True):
        board = _board(row["source"], row["board"])
        same = every.filter((pl.col("source") == row["source"]) & (pl.col("board") == row["board"]))
        others = same.filter(pl.col("family") != row["family"])["rating"].to_list()
        interval = None if row["rating_low"] is None else (row["rating_low"], row["rating_high"])
        value = f"{row['rating']:,.0f}, {_ordinal(row['rank'])} of {row['families']}"
        data.append((str(row["day"]), row["rating"], f"points of {board}", "", row["model"]))
        places.append((_order(row["source"], row["board"]), Place(board, value, row["rating"], others, interval)))
    shown = [place for _, place in sorted(places, key=lambda each: each[0])]
    newest = max(row["day"] for row in mine.iter_rows(named=True))
    cell = Cell(_NAMES["rating"], f"{_rank(mine)}", f"its best open model among families, to {day(newest)}", shown,
                [_NAMES["rating"], *(f"{each.name}\t{each.value}" for each in shown)])  # fmt: skip
    return Told(cell, data)


def _licence(mine: pl.DataFrame, every: pl.DataFrame, facts: Facts) -> Told:
    summed: dict[str, float] = {}
    for license_class, share in mine.select("license_class", "share").iter_rows():
        told = _CLASSES.get(license_class, license_class)
        summed[told] = summed.get(told, 0.0) + share
    ranked = sorted(summed.items(), key=lambda each: (-each[1], each[0]))
    of = "downloads of the family and all below it"
    night = str(facts.snapshot_date)
    data = [(night, share, "part of 1", of, told) for told, share in ranked]
    own = mine["developer_class"][0]
    value = _CLASSES.get(own, own) if own else "not told"
    shown = [Portion(told, percent(share), share) for told, share in ranked]
    told_so = [_NAMES["licence"], *(f"{each.name}\t{each.value}" for each in shown)]
    return Told(
        Cell(_NAMES["licence"], value, "of most of its own; bars: of all downloads, with all below it", shown, told_so),
        data,
    )


def _second_hub(mine: pl.DataFrame, every: pl.DataFrame, facts: Facts) -> Told:
    row = mine.row(0, named=True)
    there, here = row["share_second_hub"] or 0.0, row["share_hub"]
    families = every.filter(pl.col("rank_second_hub").is_not_null()).height
    shown = [Portion(f"ModelScope, {_ordinal(row['rank_second_hub'])} of {families}", percent(there), there)]
    of = "downloads of known families, all time"
    night = str(facts.snapshot_date)
    data = [(night, there, "part of 1", f"{of}, on ModelScope", f"rank {row['rank_second_hub']}")]
    if here is not None:
        on_hub = every.filter(pl.col("rank_hub").is_not_null()).height
        shown.append(Portion(f"Hub, {_ordinal(row['rank_hub'])} of {on_hub} of these", percent(here), here))
        data.append((night, here, "part of 1", f"{of}, on the Hub", f"rank {row['rank_hub']}"))
    mirrors = row["share_of_reuploads"]
    gist = "of downloads of known families, all time" + (f"; re-uploads {percent(mirrors, 0)}" if mirrors else "")
    told = [_NAMES["second_hub"], *(f"{each.name}\t{each.value}" for each in shown)]
    return Told(Cell(_NAMES["second_hub"], _ordinal(row["rank_second_hub"]), gist, shown, told), data)


def _over_time(signal: str, value: str, gist: str, course: Course, rows: Sequence[Row]) -> Told:
    """Return a course, or its one value where there are too few for a line."""
    told = [_NAMES[signal], *(f"{period}\t{_written(signal, number)}" for period, number, *_ in rows[-13:])]
    if len(course.days) < FEWEST:
        return Told(Cell(_NAMES[signal], value, gist, "One value is known, and so no line yet.", told), rows)
    return Told(Cell(_NAMES[signal], value, gist, course, told), rows)


def _written(signal: str, value: float) -> str:
    return short(value) if signal == "downloads" else percent(value)


def _percent(value: float) -> str:
    return f"{100 * value:.10g}%"


def _short(value: float) -> str:
    return short(value).replace(".00", "").replace(".0", "")


def _board(source: str, board: str) -> str:
    return f"Arena, {board.replace('_', ' ')}" if source == "arena" else "Epoch's index"


def _order(source: str, board: str) -> tuple[bool, bool, str]:
    """Put the board of texts first, the index next, other boards last: there is room for three."""
    return (source == "arena" and board != "text", source != "arena", board)


def _rank(mine: pl.DataFrame) -> str:
    """Return the rank on the board that is told first."""
    first = min(mine.iter_rows(named=True), key=lambda row: _order(row["source"], row["board"]))
    return _ordinal(first["rank"])


def _ordinal(number: int) -> str:
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10 if number % 100 not in (11, 12, 13) else 0, "th")
    return f"{number:,}{ending}"


def _notes(facts: Facts) -> list[str]:
    parts = [SYNTHETIC] * facts.synthetic
    parts.append("Bands: what the part allows that nobody has traced or attributed, each on its own scale.")
    parts.append("Rating: grey strokes are other families. Downloads count file requests, not users.")
    parts.append(
        "Tokens of two models are not the same amount of text. ModelScope's downloads are totals of its lists."
    )
    return parts


def _alt(name: str, cells: Sequence[Cell]) -> str:
    values = "; ".join(
        f"{cell.name} {cell.value} {cell.gist}".strip() if cell.gist else f"{cell.name}: none" for cell in cells
    )
    return f"Panels of {name}, one a source: {values}."


_NAMES = {
    "derivatives": "Derivatives", "downloads": "Downloads", "tokens": "Tokens",
    "rating": "Rating", "licence": "Licence", "second_hub": "Second hub",
}  # fmt: skip
_NOTHING = {
    "derivatives": "No new derivative is built on it in these months.",
    "downloads": "No downloads are credited to it on the last nights of months.",
    "tokens": "No tokens are attributed to {name}: OpenRouter names none of its models, or they are closed.",
    "rating": "No open model of {name} is on the newest boards of Arena or in Epoch's index.",
    "licence": "Nothing of it is downloaded under a known licence.",
    "second_hub": "No model of {name} is on the lists of ModelScope that are asked for.",
}
_NOTHING_AT_ALL = {
    "tokens": "No tokens are here: nothing has been collected from OpenRouter.",
    "rating": "No ratings are here: nothing has been collected from Arena or Epoch.",
    "second_hub": "No list of ModelScope has been collected.",
}
_DRAWN: Mapping[str, Callable[[pl.DataFrame, pl.DataFrame, Facts], Told]] = {
    "derivatives": _derivatives, "downloads": _downloads, "tokens": _tokens, "rating": _rating, "licence": _licence,
    "second_hub": _second_hub,
}  # fmt: skip
