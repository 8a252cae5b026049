"""Nightly lines: gaps stay open, doubtful nights are marked, a leader is named only where nothing could change it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest

from tests import planted
from tests.charts import made
from tests.charts.legible import assert_legible
from tracker import charts
from tracker.charts.look.scene import Path
from tracker.errors import SettingsError
from tracker.pages.drawing import Studio
from tracker.registry.definitions import find

LEVELS = {"CN": 4e8, "US": 2e8, "FR": 1e7, "KR": 1e7, "unreviewed": 1e7}


@pytest.mark.parametrize("nights", [1, 2, 3, 31, 62, 205, 400])
@pytest.mark.parametrize("missing", [(), range(20, 25), (1,), (10, 12, 14, 16)])
def test_downloads_are_legible(nights: int, missing: Any) -> None:
    assert_legible(made.draw("downloads", made.downloads(nights, missing), made.remarks()))


def test_missed_nights_stay_open() -> None:
    """Five missed nights: no solid line crosses them, a dotted bridge and a label say so."""
    figure = made.draw("downloads", made.downloads(50, range(20, 25)), made.remarks())
    scene = figure.plot(840.0)
    solid = [mark for mark in scene.marks if isinstance(mark, Path) and mark.width == 2.6 and not mark.dash]
    dotted = [mark for mark in scene.marks if isinstance(mark, Path) and mark.dash]
    assert len(solid) == 2 * 4 and len(dotted) == 4  # two runs and a bridge for each origin
    ends = sorted({mark.points[-1][0] for mark in solid if mark.points[-1]})
    starts = sorted({mark.points[0][0] for mark in solid if mark.points[0]})
    assert ends[0] < starts[1]
    assert "5 nights missed" in [text.text for text in scene.texts()] and "45 of 50 nights" in figure.note


def of_two_sources(weeks: int, nights: int) -> pl.DataFrame:
    """Return weekly nights of an archive, one week missing, and our own after them."""
    frame = made.downloads(7 * weeks + nights)
    since = made.DAY - timedelta(days=nights - 1)
    days = sorted(frame["snapshot_date"].unique())
    kept = [day for day in days if day >= since or ((since - day).days % 7 == 1 and (since - day).days != 22)]
    source = pl.when(pl.col("snapshot_date") >= since).then(pl.lit("hub_models")).otherwise(pl.lit("weekly_snapshots"))
    return frame.filter(pl.col("snapshot_date").is_in(kept)).with_columns(source.alias("source"))


@pytest.mark.parametrize(("weeks", "nights"), [(5, 1), (52, 3), (50, 60)])
def test_where_a_series_passes_to_another_source_it_is_marked(weeks: int, nights: int) -> None:
    about = made.facts(archives=("weekly lists of the Hub (ODbL-1.0)",))
    figure = made.draw("downloads", of_two_sources(weeks, nights), made.remarks(), about=about)
    assert_legible(figure)
    assert ", and of the past weekly lists of the Hub (ODbL-1.0) ·" in about.source(0.9)
    scene = figure.plot(840.0)
    texts = [text.text for text in scene.texts()]
    assert "hub_models" in texts and "7 nights missed" in texts + ["7 nights missed"] * (weeks > 9)
    begins = made.DAY - timedelta(days=nights - 1)
    assert f"hub_models from {begins.day} {begins:%b %Y} (dotted)" in figure.note
    assert not [text for text in texts if text == "6 nights missed"]  # a weekly archive misses none of these


def test_doubtful_nights_are_marked_and_told() -> None:
    night = made.DAY - timedelta(days=9)
    figure = made.draw("downloads", made.downloads(31), made.remarks(night, date(2020, 1, 1)))
    marks = [mark for mark in figure.plot(840.0).marks if isinstance(mark, Path) and mark.fill == "warn"]
    assert len(marks) == 1 and "12 Nov 2026" in figure.note and "2020" not in figure.note


@pytest.mark.parametrize(
    ("about", "title"),
    [
        ({}, "Models from China lead: 2.0 times the downloads of the United States"),
        ({"models": 50}, "Downloads over the trailing 30 days by origin country"),
        ({"scope": "top:12"}, "Downloads over the trailing 30 days by origin country, of the models of a part"),
    ],
)
def test_downloads_have_a_leader_where_all_of_the_unknown_would_not_change_it(
    about: dict[str, Any], title: str
) -> None:
    of = {"denominator": "the models of a part"}
    sure = made.draw("downloads", made.downloads(31, (), LEVELS), made.remarks(), about=made.facts(**about), **of)
    assert sure.title == title
    unsure = made.downloads(31, (), LEVELS | {"unreviewed": 3e8})
    assert "lead" not in made.draw("downloads", unsure, made.remarks(), about=made.facts(**about), **of).title


def test_a_logarithmic_axis_says_so() -> None:
    figure = made.draw("downloads", made.downloads(31), made.remarks(), about=made.facts(log=True))
    assert "logarithmic axis" in [text.text for text in figure.plot(840.0).texts()]
    assert_legible(figure)


def test_other_counters_are_called_by_their_name() -> None:
    with planted.published() as published:
        studio = Studio(published, find(published.definitions(), "default"))
        likes = studio.draw(charts.find("downloads"), {"by": "likes"}).figure
        lines = studio.draw(charts.find("downloads"), {"of": "families", "by": "derivatives"}).figure
        with pytest.raises(SettingsError, match="takes no --by"):
            studio.draw(charts.find("downloads"), {"by": "family"})
        with pytest.raises(SettingsError, match="takes no --by"):
            studio.draw(charts.find("origins"), {"by": "likes"})
    for figure, word in ((likes, "likes"), (lines, "derivatives")):
        assert (
            word in figure.title.lower() and "download" not in f"{figure.title} {figure.subtitle} {figure.note}".lower()
        )
        assert figure.units == {"value": word}
        assert_legible(figure)


def test_lines_are_aligned_on_the_day_of_release() -> None:
    with planted.published() as published:
        studio = Studio(published, find(published.definitions(), "default"))
        figure = studio.draw(charts.find("downloads"), {"of": "families", "since_release": True}).figure
        with pytest.raises(SettingsError, match="countries cannot be aligned"):
            studio.draw(charts.find("downloads"), {"since_release": True})
    assert figure.title == "Downloads over the trailing 30 days by days since release"
    assert figure.data["days_since_release"].min() >= 0
    assert {"Qwen", "Llama"} <= set(figure.data["family"])
    assert_legible(figure)


def changes(*days: tuple[int, str, float | None]) -> made.Made:
    """Return when downloads were counted otherwise, so many days before the last night."""
    rows = [
        {"changed_on": made.DAY - timedelta(days=back), "library": library, "share": share}
        for back, library, share in days
    ]
    schema = {"changed_on": pl.Date, "library": pl.String, "share": pl.Float64}
    return made.Made(pl.DataFrame(rows, schema=schema))


def recounted(nights: int, *days: tuple[int, str, float | None]) -> charts.Figure:
    asked = {"trend": made.Made(made.downloads(nights)), "nights": made.Made(made.remarks())}
    return charts.find("downloads").draw(asked | {"recounted": changes(*days)}, made.facts())


def diamonds(figure: charts.Figure, width: float = 840.0) -> int:
    """Return how many marks stand on the axis of time that are no triangle."""
    marks = [mark for mark in figure.plot(width).marks if isinstance(mark, Path) and mark.fill == "muted"]
    return len(marks)


def test_days_on_which_something_else_counts_are_marked_on_the_axis_and_told() -> None:
    figure = recounted(62, (40, "all", None), (20, "diffusers", 0.124), (20, "nemo", 0.002))
    assert diamonds(figure) == 2
    told = "since 12 Oct 2026 (all libraries), 1 Nov 2026 (diffusers, 12.4%; nemo, 0.2%)"
    assert f"Diamonds: the Hub counts otherwise {told}; sources: tracker measure recounted." in figure.note
    many = recounted(62, *((back, "all", None) for back in (50, 40, 30, 20, 10)))
    assert diamonds(many) == 5 and "and 2 earlier" in many.note


@pytest.mark.parametrize("nights", [2, 62, 400])
def test_marks_of_counting_leave_the_chart_legible(nights: int) -> None:
    assert_legible(recounted(nights, *((back, "all", None) for back in (0, 1) if back < nights)))


def test_a_chart_without_such_a_day_or_of_something_else_says_nothing() -> None:
    assert "Diamonds" not in recounted(62).note and diamonds(recounted(62)) == 0
    chart = charts.find("downloads")
    asked = {"trend": made.Made(made.downloads(31), parameters={"scope": "full", "by": "likes"})}
    assert charts.more(chart)(asked, made.facts()) == {}
    asked = {"trend": made.Made(made.downloads(31))}
    assert charts.more(chart)(asked, made.facts())["recounted"]["first"] == made.DAY - timedelta(days=30)
