"""Charts of other sources than the Hub: what their titles may state, what stands where something is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest

from tests.charts import made
from tests.charts.legible import assert_legible
from tracker import charts
from tracker.charts import Figure
from tracker.charts.look.scene import Path

MONDAY = date(2026, 11, 9)  # of the last whole week before made.DAY, a Saturday
LINE = "OpenRouter (openrouter.ai/rankings), as of 2026-11-21"
USUAL = {("CN", "open"): 0.5, ("CN", "closed"): 0.05, ("US", "open"): 0.1, ("US", "closed"): 0.2, ("FR", "open"): 0.04,
         ("KR", "closed"): 0.01, ("unattributed", "hidden"): 0.04, ("unattributed", "other"): 0.06}  # fmt: skip
Parts = Mapping[tuple[str, str], float]


def tokens(weeks: Mapping[date, Parts], days: Mapping[date, int] | None = None) -> pl.DataFrame:
    """Return weeks of a trillion tokens each, as `tokens_by_origin` gives them."""
    rows = []
    for week, parts in weeks.items():
        hidden = sum(part for (_, why), part in parts.items() if why == "hidden")
        loose = sum(part for (country, _), part in parts.items() if country == "unattributed")
        rows += [
            (week, (days or {}).get(week, 7), country, openness, round(part * 1e12), part, hidden, loose)
            for (country, openness), part in parts.items()
        ]
    names = ["week", "days", "origin_country", "openness", "tokens", "share", "hidden", "unattributed"]
    return pl.DataFrame(rows, names, orient="row")


def drawn_tokens(weeks: Mapping[date, Parts], days: Mapping[date, int] | None = None, **about: Any) -> Figure:
    facts = made.facts(credits=(LINE,), **about)
    return charts.find("tokens").draw({"tokens": made.Made(tokens(weeks, days))}, facts)


def weeks(count: int, parts: Parts = USUAL, last: date = MONDAY) -> dict[date, Parts]:
    return {last - timedelta(weeks=back): parts for back in reversed(range(count))}


def test_the_largest_group_is_named_only_if_what_is_not_attributed_cannot_turn_it() -> None:
    figure = drawn_tokens(weeks(3))
    assert figure.title == "Open models from China have the largest part of OpenRouter's tokens" and figure.has_finding
    assert "OpenRouter (openrouter.ai/rankings)" in figure.source and "all tokens" in figure.subtitle
    assert "n = 1.00T tokens" in figure.subtitle and "90.0% of the tokens have a known maker" in figure.note
    close = {**USUAL, ("CN", "open"): 0.3, ("US", "closed"): 0.25, ("unattributed", "other"): 0.15}
    assert not drawn_tokens(weeks(3, close)).has_finding, "the grey part could be the second's"
    named = {key: part for key, part in USUAL.items() if key != ("unattributed", "other")}
    figure = drawn_tokens(weeks(3, named))
    assert not figure.has_finding and "Of 3 weeks up to that of 9 Nov 2026 only the models are known" in figure.note


@pytest.mark.parametrize(("hidden", "is_told"), [(0.0999, False), (0.1, False), (0.22, True)])
def test_hidden_makers_with_more_than_a_tenth_are_told(hidden: float, is_told: bool) -> None:
    parts = {**USUAL, ("unattributed", "hidden"): hidden}
    figure = drawn_tokens({**weeks(3), MONDAY - timedelta(weeks=1): parts})
    assert ("the source hides had more than 10% of all tokens in one week" in figure.note) == is_told
    assert not is_told or "week of 2 Nov 2026 (22.0%)" in figure.note


def test_weeks_that_lack_days_or_are_not_over_are_told_and_a_gap_is_a_gap() -> None:
    held = {**weeks(6), MONDAY + timedelta(weeks=1): USUAL}
    held.pop(MONDAY - timedelta(weeks=3))
    figure = drawn_tokens(held, {MONDAY + timedelta(weeks=1): 5, MONDAY - timedelta(weeks=1): 6})
    assert "Hatched: week of 16 Nov 2026 to date (5 of 7 days)." in figure.note
    assert "Weeks of fewer than 7 days: 2 Nov 2026 (6)." in figure.note
    assert "week of 9 Nov 2026" in figure.subtitle, "values are those of the last whole week"
    scene = figure.plot(840.0)
    [column] = [mark for mark in scene.marks if isinstance(mark, Path) and mark.fill == "cn1"]
    assert sum(point is None for point in column.points) == 6, "seven weeks, one of them not there"
    assert_legible(replace(figure, source="Source: made up"))


@pytest.mark.parametrize("count", [1, 2, 30, 90])
def test_tokens_are_legible_over_any_time(count: int) -> None:
    figure = drawn_tokens(weeks(count))
    assert_legible(figure)
    assert figure.data["week"].n_unique() == min(count, 60)


def test_no_whole_week_is_a_sentence() -> None:
    figure = drawn_tokens(weeks(1), {MONDAY: 5})
    assert "No week has all its days yet" in figure.alt and not figure.has_finding
    assert_legible(figure)


Row = tuple[str, str, date, str, float]
INDEX, OF_US = "the Epoch Capabilities Index", "On Arena the best open model is from the United States"


def ratings(rows: Sequence[Row], spread: float | None = 5.0, best: float = 1500.0) -> pl.DataFrame:
    """Return the best open models of boards, as `best_open` gives them."""
    found = []
    for source, board, day, country, rating in rows:
        others = [each for each in rows if each[:3] == (source, board, day) and each[3] != country]
        rival = max(others, key=lambda each: each[4], default=None)
        gap = None if rival is None else rating - rival[4]
        wide = None if gap is None or spread is None else 2 * spread
        found.append({
            "source": source, "board": board, "day": day, "origin_country": country, "model": f"{country} model",
            "rating": rating, "rating_low": None if spread is None else rating - spread,
            "rating_high": None if spread is None else rating + spread, "rival_country": rival and rival[3],
            "rival": rival and f"{rival[3]} model", "gap": gap,
            "gap_low": None if gap is None or wide is None else gap - wide,
            "gap_high": None if gap is None or wide is None else gap + wide, "best_any": "Closed",
            "best_any_openness": "closed", "gap_to_best": rating - best,
        })  # fmt: skip
    texts = dict.fromkeys(("rival_country", "rival"), pl.String)
    points = dict.fromkeys(("rating_low", "rating_high", "gap", "gap_low", "gap_high"), pl.Float64)
    return pl.DataFrame(found, schema_overrides={**texts, **points})


def boards(china: float, us: float, index_china: float, index_us: float, days: int = 3) -> list[Row]:
    held = [MONDAY - timedelta(days=at) for at in range(days)]
    points = {("arena", "text"): (china, us), ("epoch_eci", "index"): (index_china, index_us)}
    rows = [(*on, day, code, value) for on, two in points.items() for day in held
            for code, value in zip(("CN", "US"), two, strict=True)]  # fmt: skip
    return [*rows, ("arena", "vision", MONDAY, "FR", 1100.0)]


def rated(frame: pl.DataFrame) -> Figure:
    return charts.find("rating").draw({"best": made.Made(frame)}, made.facts(credits=("Arena", "Epoch AI")))


@pytest.mark.parametrize(
    ("values", "title"),
    [
        ((1400, 1350, 150, 130), f"The best rated open model is from China on Arena and on {INDEX}"),
        ((1350, 1400, 150, 145), f"{OF_US}, on {INDEX} no origin is clearly ahead"),
        ((1350, 1400, 160, 130), f"{OF_US}, on {INDEX} the best open model is from China"),
        ((1400, 1395, 150, 145), charts.find("rating").TITLE),
    ],
)  # fmt: skip
def test_who_leads_is_stated_where_intervals_are_apart(values: tuple[float, ...], title: str) -> None:
    figure = rated(ratings(boards(*values)))
    assert figure.title == title and figure.has_finding == (title != charts.find("rating").TITLE)
    assert_legible(figure)


def test_a_board_without_intervals_or_rivals_states_nothing() -> None:
    figure = rated(ratings(boards(1400, 1300, 150, 100), spread=None))
    assert not figure.has_finding and "Intervals" not in figure.note
    alone = rated(ratings([("epoch_eci", "index", MONDAY, "CN", 140.0)]))
    assert not alone.has_finding and any("China alone" in text.text for text in alone.plot(840.0).texts())
    for each in (figure, alone):
        assert_legible(each)


def test_of_arena_one_board_is_drawn_and_others_are_named() -> None:
    figure = rated(ratings(boards(1400, 1350, 150, 130)))
    assert set(figure.data["board"]) == {"text", "index"} and "Not drawn, of Arena: vision." in figure.note
    said = [text.text for text in figure.plot(840.0).texts()]
    assert "9 Nov 2026: China 50 over the United States (40 to 60)" in said


def test_lines_are_broken_where_arena_rates_otherwise() -> None:
    days = [date(2025, 5, 1), date(2025, 5, 10), date(2025, 5, 20), date(2025, 6, 1)]
    figure = rated(ratings([("arena", "text", day, "CN", 1300.0 + at) for at, day in enumerate(days)]))
    runs = [mark for mark in figure.plot(840.0).marks if isinstance(mark, Path) and mark.stroke == "cn1"]
    assert len(runs) == 2 and "Diamonds: Arena rates otherwise" in figure.note
    whole = rated(ratings([("epoch_eci", "index", day, "CN", 130.0 + at) for at, day in enumerate(days)]))
    assert len([m for m in whole.plot(840.0).marks if isinstance(m, Path) and m.stroke == "cn1"]) == 1


def test_years_of_daily_boards_stay_small_and_legible() -> None:
    days = [MONDAY - timedelta(days=at) for at in range(365)]
    rows = [
        ("arena", "text", day, code, 1300.0 + at % 7)
        for at, day in enumerate(days)
        for code in ("CN", "US", "FR", "KR")
    ]
    figure = rated(ratings(rows))
    assert_legible(figure)
    assert sum(len(mark.points) for mark in figure.plot(840.0).marks if isinstance(mark, Path)) < 3_000


NAMES = ("derivatives", "downloads", "tokens", "rating", "licence", "second_hub")


def family_signals(name: str, courses: int = 30) -> dict[str, pl.DataFrame]:
    """Return what each source tells of a family and of one more."""
    two, days = (name, "Llama"), [MONDAY - timedelta(weeks=at) for at in range(courses)][::-1]
    week = {"week": [each for each in days for _ in two], "days": [7] * 2 * courses, "family": [*two] * courses}
    parts = {"tokens": [10**11] * 2 * courses, "share": [0.1] * 2 * courses, "low": [0.1] * 2 * courses}
    board = {"source": ["arena", "arena", "epoch_eci", "epoch_eci"], "board": ["text", "text", "index", "index"]}
    return {
        "derivatives": made.shares(courses, [name, "Llama"]),
        "downloads": pl.DataFrame(week).select("family", snapshot_date="week", value=1e6),
        "tokens": pl.DataFrame({**week, **parts, "high": [0.2] * 2 * courses}),
        "rating": pl.DataFrame(
            {**board, "day": [MONDAY] * 4, "family": [*two, *two], "rank": [1, 2, 2, 1], "families": [2] * 4,
             "model": ["a", "b", "c", "d"], "rating": [1400.0, 1300.0, 130.0, 131.0],
             "rating_low": [1390.0, 1290.0, None, None], "rating_high": [1410.0, 1310.0, None, None],
             "best_any": [1500.0] * 4}
        ),
        "licence": pl.DataFrame(
            {"family": [name, name, "Llama"], "license_class": ["open-source", "restricted", "restricted"],
             "share": [0.8, 0.2, 1.0], "developer_class": ["open-source", "open-source", "restricted"]}
        ),
        "second_hub": pl.DataFrame(
            {"family": [*two], "rank_second_hub": [2, 1], "rank_hub": [1, None], "share_second_hub": [0.2, 0.8],
             "share_hub": [1.0, None], "share_of_reuploads": [0.1, 1.0]}
        ),
    }  # fmt: skip


def told(name: str, frames: Mapping[str, pl.DataFrame], **about: Any) -> Figure:
    asked = {each: made.Made(frame) for each, frame in frames.items()}
    return replace(charts.find("signals").draw(asked, made.facts(chosen=name, **about)), source="Source: made up")


@pytest.mark.parametrize("name", ["Qwen", "Llama", *made.STRANGE])
def test_signals_of_a_family_stand_side_by_side(name: str) -> None:
    frames = family_signals(name if name != "Llama" else "Qwen")
    figure = told(name, frames)
    assert set(figure.data["signal"]) == set(NAMES) and not figure.has_finding
    assert "never added up" in figure.subtitle and name in figure.title
    assert_legible(figure)


@pytest.mark.parametrize("signal", NAMES)
def test_a_panel_without_data_says_why(signal: str) -> None:
    full = family_signals("Qwen")
    others = told("Qwen", {**full, signal: full[signal].filter(pl.col("family") != "Qwen")})
    nothing = told("Qwen", {**full, signal: full[signal].clear()})
    absent = told(
        "Qwen",
        {each: frame for each, frame in full.items() if each != signal},
        lacking={signal: "it has no such table"},
    )
    for figure in (others, nothing, absent):
        assert set(figure.data["signal"]) == set(NAMES) - {signal}
        assert_legible(figure)
    assert "it has no such table" in " ".join(text.text for text in absent.plot(840.0).texts())
    said = [" ".join(text.text for text in each.plot(840.0).texts()) for each in (others, nothing)]
    assert all(any(word in each for word in ("No ", "Nothing ")) for each in said)


def test_one_value_is_no_line_and_missing_weeks_break_it() -> None:
    figure = told("Qwen", family_signals("Qwen", 1))
    assert sum("One value is known" in text.text for text in figure.plot(840.0).texts()) == 3
    frames = family_signals("Qwen")
    gone = pl.col("week").is_between(MONDAY - timedelta(weeks=12), MONDAY - timedelta(weeks=8))
    whole = len([mark for mark in told("Qwen", frames).plot(840.0).marks if isinstance(mark, Path)])
    broken = told("Qwen", {**frames, "tokens": frames["tokens"].filter(~gone)})
    assert len([mark for mark in broken.plot(840.0).marks if isinstance(mark, Path)]) == whole + 2, "a line and a band"
