"""Charts of days: what each brought, which of them are not plainly measured, and what nights told of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest

from tests.charts import made
from tests.charts.legible import assert_legible
from tracker import charts
from tracker.charts import Figure
from tracker.charts.look.scene import Path, Rect

LEVELS = {"CN": 4e5, "US": 3e5, "FR": 4e4, "unreviewed": 2e5}
KINDS = ("fall", "stall", "partial", "recovery", "catch-up")


def settled(days: int, spread: Sequence[int] = (), missing: Sequence[int] = ()) -> pl.DataFrame:
    """Return settled days up to the last; the newest three are open, some are spread, some have no row."""
    rows = []
    for at in [at for at in range(days) if at not in missing]:
        day = made.DAY - timedelta(days=days - at)
        flag = "unsettled" if at >= days - 3 else "spread" if at in spread else "ok"
        for name, level in LEVELS.items():
            value = level * (1 + at / 300)
            rows.append(
                {"day": day, "origin_country": name, "value": value, "spread": value * (at in spread), "left_out": 0.0}
                | {"flag": flag}
            )
    return pl.DataFrame(rows)


def raw(days: int, flags: dict[int, str], gap: int = 0) -> pl.DataFrame:
    """Return nights up to the last; the one after `gap` missed ones comes first."""
    rows = []
    for at in range(gap, days):
        night = made.DAY - timedelta(days=days - at - 1)
        for name, level in LEVELS.items():
            flag = flags.get(at, "ok")
            days_of = gap + 1 if at == gap and gap else 1
            rows.append(
                {
                    "snapshot_date": night,
                    "origin_country": name,
                    "days": days_of,
                    "value": level * days_of,
                    "flag": flag,
                }
                | {"left_out": 0.0}
            )
    return pl.DataFrame(rows)


def incidents(*found: tuple[str, int, int]) -> pl.DataFrame:
    """Return incidents of a kind from and to so many days before the last."""
    schema = {"kind": pl.String, "first_day": pl.Date, "last_day": pl.Date, "classes": pl.Int64, "share": pl.Float64}
    rows = [
        (kind, made.DAY - timedelta(days=first), made.DAY - timedelta(days=last), 3, 0.4, 12_000.0, 0)
        for kind, first, last in found
    ]
    return pl.DataFrame(rows, {**schema, "amount": pl.Float64, "is_open": pl.Int64}, orient="row")


def counted(*days: date) -> pl.DataFrame:
    """Return changes of counting of all libraries."""
    schema = {"changed_on": pl.Date, "library": pl.String, "share": pl.Float64}
    return pl.DataFrame([(day, "all", None) for day in days], schema, orient="row")


def draw(name: str, about: dict[str, pl.DataFrame], **answer: Any) -> Figure:
    asked = {key: made.Made(frame, **answer) for key, frame in about.items()}
    return charts.find(name).draw(asked, made.facts())


MANY = incidents(*((kind, 40 - at, 38 - at) for at, kind in enumerate(KINDS * 6)))


@pytest.mark.parametrize("days", [1, 2, 5, 31, 92, 400, 800])
@pytest.mark.parametrize("found", [incidents(), incidents(("stall", 9, 4), ("catch-up", 3, 3)), MANY], ids=[*"abc"])
def test_days_are_legible(days: int, found: pl.DataFrame) -> None:
    changes = counted(made.DAY - timedelta(days=2), made.DAY - timedelta(days=20))
    line = {"trend": settled(days, range(2, 9), (12, 13)), "incidents": found, "recounted": changes}
    both = {"raw": raw(days, {4: "stall", 5: "catch-up"}), "settled": settled(days), "incidents": found}
    for figure in (draw("flow", line), draw("settled", {**both, "recounted": changes})):
        assert_legible(figure)


def test_what_is_spread_is_dotted_in_one_piece_and_the_open_end_is_hollow() -> None:
    figure = draw("flow", {"trend": settled(40, range(10, 18))})
    paths = [mark for mark in figure.plot(840.0).marks if isinstance(mark, Path) and mark.stroke == "cn1"]
    solid = sorted((len(mark.points) for mark in paths if not mark.dash), reverse=True)
    dotted = sorted((len(mark.points) for mark in paths if mark.dash), reverse=True)
    assert solid == [20, 10], "the days before and after"
    assert dotted[0] == 10 and len(dotted) <= 3, "eight days with the steps to and from them"
    assert "(19.6% of all)" in figure.note
    assert f"Days from {made.DAY.day - 3} Nov 2026 on are not settled" in figure.note
    (line,) = [line for line in figure.plot.lines if line.name == "China"]  # type: ignore[attr-defined]
    assert line.value == "448K", "of the last settled day"


def test_a_gap_without_any_night_stays_open() -> None:
    figure = draw("flow", {"trend": settled(40, (), range(10, 18))})
    paths = [mark for mark in figure.plot(840.0).marks if isinstance(mark, Path) and mark.stroke == "cn1"]
    assert sorted(len(mark.points) for mark in paths if not mark.dash) == [10, 20]


def test_incidents_stand_below_the_axis_with_their_words() -> None:
    found = incidents(("stall", 12, 10), ("catch-up", 9, 9), ("fall", 7, 6), ("recovery", 5, 5))
    for name, about in (("flow", {"trend": settled(31)}), ("settled", {"raw": raw(31, {}), "settled": settled(31)})):
        figure = draw(name, {**about, "incidents": found})
        scene = figure.plot(840.0)
        strips = [mark for mark in scene.marks if isinstance(mark, Rect) and mark.fill in ("warn", "differs")]
        assert [mark.fill for mark in strips] == ["warn", "warn", "differs", "differs"]
        assert {"stall", "catch-up", "fall", "recovery"} <= {text.text for text in scene.texts()}
        assert strips[0].width > 2.5 * strips[1].width
        assert "9 Nov 2026 to 11 Nov 2026: counters stood still" in figure.note
        assert "14 Nov 2026 to 15 Nov 2026: counters of 40% of the models fell, by 12.0K downloads" in figure.note
        assert scene.height > draw(name, about).plot(840.0).height


def test_a_column_is_as_wide_as_the_days_it_speaks_for_and_no_higher() -> None:
    figure = draw("settled", {"raw": raw(20, {8: "gap", 12: "stall"}, gap=8), "settled": settled(20)})
    scene = figure.plot(840.0)
    columns = [
        mark for mark in scene.marks if isinstance(mark, Rect) and mark.fill in ("un2", "warnbg") and mark.y > 20
    ]
    gap, usual = columns[0], columns[1]
    assert gap.fill == usual.fill == "un2", "of a gap the width tells enough"
    assert gap.width == pytest.approx(9 * usual.width, rel=0.05) and gap.height == pytest.approx(usual.height)
    assert "Flagged are 2 of 12 nights (gap 1, stall 1); hatched are all but gaps" in figure.note
    told = dict(figure.data.filter(pl.col("flag") == "gap").select("days", "told").iter_rows())
    assert told == {9: pytest.approx(sum(LEVELS.values()))}


def test_a_flag_of_a_small_part_is_not_that_of_the_sum() -> None:
    frame = raw(20, {}).with_columns(
        flag=pl.when(pl.col("origin_country") == "FR").then(pl.lit("fall")).otherwise(pl.lit("ok"))
    )
    figure = draw("settled", {"raw": frame, "settled": settled(20)})
    assert "Flagged" not in figure.note
