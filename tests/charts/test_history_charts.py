"""Charts of what only history can answer: legible whatever stands in the rows, and no more drawn than is known."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest

from tests.charts import made
from tests.charts.legible import assert_legible
from tracker.charts import Figure
from tracker.charts.forms.lines import Lines
from tracker.charts.forms.sentence import Sentence


def curves(names: Sequence[str], nights: Sequence[int], level: float = 5e4, flag: str = "ok") -> pl.DataFrame:
    """Return curves that grow from release on, the mark passed on the last night of the first."""
    rows = [
        {"name": name, "days": day, "snapshot_date": date(2026, 1, 1) + timedelta(days=day), "source": "hub_models"}
        | {"downloads": level * (1 + at) * (1 + day), "passed": at == 0 and day == nights[-1], "flag": flag}
        for at, name in enumerate(names)
        for day in nights
    ]
    return pl.DataFrame(rows, schema_overrides={"name": pl.String})


def launch(frame: pl.DataFrame, names: str = "any", **about: Any) -> Figure:
    parameters = {"scope": "full", "mark": 1e6, **({"names": names} if names else {})}
    return made.draw("launch", frame, parameters=parameters, **about)


def lines(figure: Figure) -> Lines:
    assert isinstance(figure.plot, Lines)
    return figure.plot


@pytest.mark.parametrize("names", [1, 2, 8, 40])
@pytest.mark.parametrize("nights", [[0, 1], [3, 4, 9, 40], range(0, 900, 7)])
def test_curves_are_legible(names: int, nights: Sequence[int]) -> None:
    assert_legible(launch(curves([f"publisher-{at}/Some-Model-{at}-Instruct" for at in range(names)], nights)))


def test_strange_names_and_families_are_legible() -> None:
    assert_legible(launch(curves(list(made.STRANGE), [0, 1, 5])))
    assert_legible(launch(curves(list(made.FAMILIES)[:6], range(300))))


def test_a_missed_night_is_left_open_and_a_fall_is_not_drawn() -> None:
    whole = curves(["a/one"], [0, 1, 2, 5, 6])
    fallen = whole.with_columns(flag=pl.when(pl.col("days") == 5).then(pl.lit("fall")).otherwise(pl.col("flag")))
    (line,) = lines(launch(fallen)).lines
    assert [at for at, value in enumerate(line.values) if value is None] == [3, 4, 5]
    assert launch(fallen).data.height == 5, "it stands in the data"
    assert "On 1 night counters lay below earlier ones" in launch(fallen).note
    still = whole.with_columns(flag=pl.lit("stall"))
    assert "On 5 nights counters stood still." in launch(still).note


def test_the_day_of_the_mark_is_told_where_it_was_seen() -> None:
    figure = launch(curves(["Qwen", "Llama"], [0, 1, 2]))
    assert {line.name: line.small for line in lines(figure).lines} == {"Qwen": "1M by day 2", "Llama": "day 2"}
    assert not figure.has_finding and "Qwen" in figure.alt


def test_one_night_is_no_line() -> None:
    assert isinstance(launch(curves(["a/b"], [0])).plot, Sentence)
    partly = launch(curves(["a/b"], [0, 1]), names="", about=made.facts(scope="top:10"), denominator="the models of 10")
    assert partly.subtitle.endswith("released since nights are taken, the models of 10")


def gguf(families: Sequence[str | None], roots: int = 40) -> pl.DataFrame:
    """Return parts of roots by family, each later than the one before."""
    rows = []
    for at, family in enumerate(families):
        late = 0.9 / (1 + at)
        rows.append(
            {"family": family, "days": 10.0 * at, "low": 1, "high": 90, "with_gguf": roots // 2, "roots": roots - at}
            | {"within_day": late / 8, "within_week": late / 4, "within_month": late / 2, "within_quarter": late}
        )
    return pl.DataFrame(rows, schema_overrides={"family": pl.String}, infer_schema_length=None)


@pytest.mark.parametrize("families", [[None], [None, "Qwen"], [None, *made.FAMILIES], [None, *made.STRANGE]])
def test_parts_of_roots_are_legible(families: list[str | None]) -> None:
    assert_legible(made.draw("first_gguf", gguf(families)))


def test_all_families_stand_first_then_the_soonest_and_who_has_no_name_is_left_out() -> None:
    figure = made.draw("first_gguf", gguf([None, "unreviewed", "Llama", "Qwen"]))
    names = [row.name for row in figure.plot.rows]  # type: ignore[attr-defined]
    assert names == ["All families", "Llama", "Qwen"] and "All families 90% of 40 roots" in figure.alt
    thin = gguf([None, "Qwen"]).with_columns(within_week=pl.lit(None, pl.Float64))
    assert isinstance(made.draw("first_gguf", thin).plot, Sentence)


def concentration(months: int, models: int = 5_000) -> pl.DataFrame:
    """Return months up to the running one, less concentrated each."""
    rows = [
        {"month": made.month(back), "snapshot_date": made.DAY, "source": "hub_models", "top_10": 0.2 + back / 400}
        | {"top_100": 0.5, "top_1000": 0.8, "herfindahl": 0.01, "models": models, "downloads_30d": 10**9, "flag": "ok"}
        for back in reversed(range(months))
    ]
    return pl.DataFrame(rows)


@pytest.mark.parametrize("months", [1, 3, 5, 14, 40])
def test_concentration_is_legible(months: int) -> None:
    assert_legible(made.draw("top_models", concentration(months)))


def test_the_running_month_is_drawn_apart_and_no_value_of_it_is_told() -> None:
    figure = made.draw("top_models", concentration(14))
    plot = lines(figure)
    assert plot.running and figure.alt.endswith("October 2026: 10 models 20%, 100 models 50%, 1,000 models 80%.")
    assert "Herfindahl index of October 2026 is 0.0100, that of 100 models" in figure.note
    thin = made.draw("top_models", concentration(14, models=50))
    assert isinstance(thin.plot, Sentence)
    missing = concentration(14).filter(pl.col("month") != "2026-05")
    assert None in lines(made.draw("top_models", missing)).lines[0].values, "a month without a night is a gap"


def moves(families: Sequence[str], months: int = 14) -> pl.DataFrame:
    """Return publishers of each two families by chance, the running month among them."""
    chance = random.Random(len(families))
    rows = [
        {"month": made.month(back), "family_before": one, "family": other, "publishers": chance.randrange(1, 30)}
        | {"share": None, "n": 50, "compared": 80, "active": 100, "flag": "ok"}
        for back in range(months)
        for one in families
        for other in families
    ]
    return pl.DataFrame(rows, schema_overrides={"share": pl.Float64})


@pytest.mark.parametrize("families", [["Qwen"], list(made.FAMILIES), list(made.STRANGE)])
def test_switches_are_legible(families: list[str]) -> None:
    assert_legible(made.draw("switches", moves(families)))


def test_a_row_is_all_who_built_on_a_family_in_twelve_whole_months() -> None:
    frame = moves(["Qwen", "Llama", "Gemma"])
    whole = frame.filter((pl.col("month") < "2026-11") & (pl.col("month") >= "2025-11"))
    (row,) = [row for row in made.draw("switches", frame).plot.rows if row.name == "Llama"]  # type: ignore[attr-defined]
    of = whole.filter(pl.col("family_before") == "Llama")
    assert row.value == f"{of['publishers'].sum():,}" and sum(row.cells) == pytest.approx(1)
    assert "80.0% of the publishers of a month" in made.draw("switches", frame).note
    few = frame.with_columns(publishers=pl.lit(0))
    assert isinstance(made.draw("switches", few).plot, Sentence)
