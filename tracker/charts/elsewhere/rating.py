"""How well the best open model of each origin is rated: Arena beside Epoch's index, each on its own scale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from tracker.charts.forms.lines import Line
from tracker.charts.look import colors
from tracker.charts.look.facts import SYNTHETIC, Asked, Facts
from tracker.charts.look.figure import Figure, Plot
from tracker.charts.look.numbers import MINUS, day
from tracker.charts.plots.beside.boards import Board, Boards, thinned
from tracker.findings.elsewhere.leads import Lead, of_ratings
from tracker.findings.monthly import the

TITLE = "Rating of the best model with open weights, by origin: Arena and Epoch's index"
QUESTION = "How well is the best open model of each origin rated?"
ASKS = {"best": {"measure": "best_open"}}
ARENA, EPOCH = "arena", "epoch_eci"
TEXT = "text"  # the board of Arena that is drawn, where there is one
MOST_DAYS = 70  # of a board that are drawn
# days on which Arena's way of rating became another one: levels before and after are not comparable
CHANGED = (date(2024, 1, 9), date(2025, 5, 16), date(2025, 7, 23))
_NAMES = {ARENA: "Arena", EPOCH: "Epoch Capabilities Index"}
_INTERVALS = {ARENA: "95%", EPOCH: "90%"}
_SHORT = {colors.US: "US", colors.OTHERS: "Others"}
_ANY = "Any model"
_FINE = 9.95  # points: a gap of fewer is told with a decimal


def draw(asked: Mapping[str, Asked], facts: Facts) -> Figure:
    """Draw rows of `source`, `board`, `day`, `origin_country`, `rating` with its interval, `gap`, `gap_to_best`.

    Of Arena one board is drawn. Countries are drawn as China, the United States, Europe and others: the best of each.
    """
    frame = _drawn(asked["best"].frame)
    boards = [_board(source, rows, facts) for source, rows in _by_source(frame)]
    found = of_ratings([_lead(source, rows, facts) for source, rows in _by_source(frame)])
    return Figure(
        question=QUESTION,
        title=facts.title or found or TITLE,
        subtitle="Points of the best rated model with open weights; bands show the intervals that the sources give. "
        "Points of the two have nothing to do with each other",
        note=" ".join(_notes(asked["best"].frame, frame, facts)),
        alt=_alt(boards),
        plot=_plot(boards),
        data=frame,
        units=dict.fromkeys(("rating", "rating_low", "rating_high", "gap", "gap_low", "gap_high"), "points"),
        source=facts.credited(),
        has_finding=bool(found),
    )


def _drawn(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of Epoch's index and of one board of Arena: of texts, else the one with most rows."""
    sizes = frame.filter(pl.col("source") == ARENA).group_by("board", maintain_order=True).len().rows()
    board = max(sizes, key=lambda each: (each[0] == TEXT, each[1], each[0]), default=("", 0))[0]
    return frame.filter((pl.col("source") != ARENA) | (pl.col("board") == board))


def _by_source(frame: pl.DataFrame) -> list[tuple[str, pl.DataFrame]]:
    return [(name, rows) for name in _NAMES if (rows := frame.filter(pl.col("source") == name)).height]


def _board(source: str, rows: pl.DataFrame, facts: Facts) -> Board:
    days = rows["day"].unique().sort().to_list()
    best: dict[tuple[date, str], dict[str, Any]] = {}
    anyone: dict[date, float] = {}
    closed = False
    for row in rows.iter_rows(named=True):
        key = row["day"], colors.group_of(row["origin_country"], facts.europe)
        if key not in best or row["rating"] > best[key]["rating"]:
            best[key] = row
        anyone[row["day"]] = row["rating"] - row["gap_to_best"]
        closed = row["best_any_openness"] == "closed"
    groups = [group for group in colors.NAMED if any((each, group) in best for each in days)]
    lines = [_line(group, [best.get((each, group)) for each in days]) for group in groups]
    values = [anyone.get(each) for each in days]
    lines.append(
        Line(_ANY, "muted", "muted", values, value=f"{anyone[days[-1]]:,.0f}", small="closed" * closed, is_quiet=True)
    )
    board = rows["board"][0]
    name = _NAMES[source] + (f", board {board.replace('_', ' ')}" if source == ARENA else "")
    changed = [each for each in CHANGED if source == ARENA and days[0] < each <= days[-1]]
    return thinned(Board(name, _said(source, rows, facts), days, lines, changed), MOST_DAYS)


def _line(group: str, rows: Sequence[Mapping[str, Any] | None]) -> Line:
    def column(name: str) -> list[float | None]:
        return [None if row is None else row[name] for row in rows]

    low, high = column("rating_low"), column("rating_high")
    known = [None if one is None or other is None else (one, other) for one, other in zip(low, high, strict=True)]
    last = next(row for row in reversed(rows) if row)
    interval = "" if last["rating_low"] is None else f"{last['rating_low']:,.0f}–{last['rating_high']:,.0f}"
    return Line(
        _SHORT.get(group, group), colors.area(group), colors.ink(group), column("rating"),
        [each and each[0] for each in known], [each and each[1] for each in known], f"{last['rating']:,.0f}", interval,
    )  # fmt: skip


def _newest(rows: pl.DataFrame) -> dict[str, Any]:
    """Return the best row of the newest day."""
    newest = rows.filter(pl.col("day") == pl.col("day").max())
    return newest.sort("rating", "origin_country", descending=[True, False]).row(0, named=True)


def _country(code: str, facts: Facts) -> str:
    return {"CN": colors.CHINA, "US": colors.US}.get(code) or facts.country_of.get(code, code)


def _said(source: str, rows: pl.DataFrame, facts: Facts) -> str:
    """Return who is ahead of whom by how much on the newest day, with the gap's interval at its widest."""
    row = _newest(rows)
    said = f"{day(row['day'])}: {_country(row['origin_country'], facts)}"
    if row["gap"] is None:
        return f"{said} alone has one"
    bounds = "" if row["gap_low"] is None else f" ({_points(row['gap_low'])} to {_points(row['gap_high'])})"
    doubt = "" if row["gap_low"] is not None and row["gap_low"] > 0 else ", no clear lead"
    return f"{said} {_points(row['gap'])} over {the(_country(row['rival_country'], facts))}{bounds}{doubt}"


def _points(value: float) -> str:
    shown = f"{abs(value):.1f}" if abs(value) < _FINE else f"{abs(value):.0f}"
    return f"{MINUS * (value < 0 and float(shown) > 0)}{shown}"


def _lead(source: str, rows: pl.DataFrame, facts: Facts) -> Lead:
    row = _newest(rows)
    return Lead(_NAMES[source], _country(row["origin_country"], facts), row["gap_low"])


def _plot(boards: Sequence[Board]) -> Plot:
    return Boards(boards)


def _notes(every: pl.DataFrame, frame: pl.DataFrame, facts: Facts) -> list[str]:
    parts = [SYNTHETIC] * facts.synthetic
    parts.append("Axes do not begin at zero: points have none.")
    told = [name for name, rows in _by_source(frame) if rows["rating_low"].is_not_null().any()]
    if told:
        intervals = " and ".join(f"{_INTERVALS[name]} on {_NAMES[name]}" for name in told)
        parts.append(f"Intervals: {intervals}; that of a gap is at its widest.")
    if {EPOCH} & set(frame["source"]):
        parts.append("Epoch fits all models anew each time: days are those of releases, as it rates them now.")
    arena = [rows["day"] for name, rows in _by_source(frame) if name == ARENA]
    if arena and any(arena[0].min() < each <= arena[0].max() for each in CHANGED):  # type: ignore[operator]
        parts.append("Diamonds: Arena rates otherwise since, and lines are broken there.")
    others = sorted(set(every["board"]) - set(frame["board"]))
    if others:
        parts.append(f"Not drawn, of Arena: {', '.join(each.replace('_', ' ') for each in others)}.")
    parts.append("Dashed: the best of all models, whatever their weights. Models of no known openness count for none.")
    return parts


def _alt(boards: Sequence[Board]) -> str:
    told = []
    for board in boards:
        values = ", ".join(f"{line.name} {line.value}" for line in board.lines)
        told.append(f"{board.name}, {day(board.days[0])} to {day(board.days[-1])}: {values}")
    return f"Step lines, a panel each: rating of the best open model by origin. {'; '.join(told)}."
