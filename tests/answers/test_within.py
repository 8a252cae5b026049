"""Filters across columns and rows by two groups, held against plain SQL and against each other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import polars as pl
import pytest

from tracker import store
from tracker.answers import Axes, share, top, trend
from tracker.answers.counted.grouping import GROUPS
from tracker.errors import SettingsError, UnknownName
from tracker.registry.definitions import Definition
from tracker.words import LISTS

SEPTEMBER = {"first": date(2026, 9, 1), "until": date(2026, 9, 30)}
DOWNLOADS = Axes("families", "downloads")

Rules = Callable[..., Definition]


def rows(frame: pl.DataFrame, *columns: str) -> dict[str, float]:
    return {" ".join(row[:-1]): row[-1] for row in frame.select(*columns).iter_rows()}


@pytest.mark.parametrize(
    ("where", "counted"),
    [
        (["library=gguf"], {"Qwen": 1, "Mistral": 1}),
        (["relation=quantized", "task=text-generation"], {"Qwen": 1}),
        (["relation=quantized", "relation=adapter"], {"Qwen": 2, "Mistral": 1}),
        (["publisher_country=France"], {"Mistral": 1}),
        (["publisher_country=fr", "publisher=mistralai"], {"Mistral": 1}),
        (["family=qwen"], {"Qwen": 3.5}),
        (["origin_country=China", "relation=merge"], {"Qwen": 0.5}),
        (["region=Asia"], {"Qwen": 3.5}),
        (["base_publisher=alibaba cloud"], {"Qwen": 3.5}),
        (["base_namespace=META-llama"], {"Llama": 2.5}),
        (["built_on=meta-llama"], {"Llama": 2.5}),
        (["built_on=Meta"], {"Llama": 2.5}),
        (["size=5-10B", "license=undeclared", "family=Llama"], {"Llama": 2.5}),
    ],
)
def test_a_share_is_narrowed_to_what_is_named(
    published: store.Published, definition: Rules, where: list[str], counted: dict[str, float]
) -> None:
    answer = share(published, definition(), where=where, **SEPTEMBER)  # type: ignore[arg-type]
    assert rows(answer.frame, "family", "derivatives") == counted
    assert answer.frame["share"].sum() == pytest.approx(1)
    assert published.query(answer.sql).equals(answer.frame)
    assert " with " in answer.denominator or " built on models of " in answer.denominator
    assert len(answer.parameters["where"]) >= len(where)


def test_bounds_are_known_where_models_are_narrowed_and_not_where_bases_are(
    published: store.Published, definition: Rules
) -> None:
    of_models = share(published, definition(), where=["relation=finetune"], **SEPTEMBER)  # type: ignore[arg-type]
    assert of_models.frame["high"].null_count() == 0
    of_bases = share(published, definition(), where=["family=Qwen"], by="publisher", **SEPTEMBER)  # type: ignore[arg-type]
    assert of_bases.frame["low"].null_count() == of_bases.frame.height == 4
    assert "what is untraced may be family Qwen as well, so low and high are not given" in of_bases.notes


def test_a_first_base_is_found_before_the_bases_are_narrowed(published: store.Published, definition: Rules) -> None:
    """The merge of Qwen and Llama counts for its first base alone, so not among what is built on Llama."""
    first = definition("default+credit=first")
    one, other = (
        share(published, first, where=[f"family={name}", "relation=merge"], **SEPTEMBER).frame  # type: ignore[arg-type]
        for name in ("Qwen", "Llama")
    )
    assert (one["derivatives"].to_list(), other.height) == ([1.0], 0)


@pytest.mark.parametrize(
    ("where", "error", "told"),
    [
        ("publisher_contry=US", SettingsError, "did you mean publisher_country"),
        ("publisher_country", SettingsError, "Write COLUMN=NAME"),
        ("publisher_country=", SettingsError, "Write COLUMN=NAME"),
        ("month=2026-09", SettingsError, "by one of family, line"),
        ("publisher_country=Frence", UnknownName, "did you mean France"),
        ("family=Qwne", UnknownName, "no family called 'Qwne'; did you mean Qwen"),
        ("size=8B", UnknownName, "no size class called '8B'"),
        ("built_on=metallama", UnknownName, "did you mean meta-llama"),
    ],
)
def test_a_filter_that_fits_nothing_is_answered_with_the_nearest(
    published: store.Published, definition: Rules, where: str, error: type[Exception], told: str
) -> None:
    for answer in (
        lambda: share(published, definition(), where=[where]),
        lambda: top(published, definition(), DOWNLOADS, where=[where]),
    ):
        with pytest.raises(error, match=told):
            answer()


def test_a_denominator_of_all_models_is_not_narrowed_by_bases(published: store.Published, definition: Rules) -> None:
    with pytest.raises(SettingsError, match="built on nothing as well, which have no family Qwen"):
        share(published, definition("default+denominator=models"), where=["family=Qwen"])


@pytest.mark.parametrize("where", [[], ["relation=finetune"], ["origin_country=CN"]])
def test_two_groups_add_up_to_each(published: store.Published, definition: Rules, where: list[str]) -> None:
    both = share(published, definition(), by="publisher_country,origin_country", where=where, **SEPTEMBER)  # type: ignore[arg-type]
    assert both.frame.columns[:3] == ["month", "publisher_country", "origin_country"]
    assert published.query(both.sql).equals(both.frame)
    for column in ("publisher_country", "origin_country"):
        one = share(published, definition(), by=column, where=where, **SEPTEMBER).frame  # type: ignore[arg-type]
        summed = both.frame.group_by(column).agg(pl.col("derivatives", "share").sum())
        assert rows(summed, column, "share") == pytest.approx(rows(one, column, "share"))


@pytest.mark.parametrize("by", [f"{one},{other}" for one in ("family", "region", "publisher") for other in GROUPS])
def test_every_two_groups_stand_together_or_are_refused(published: store.Published, definition: Rules, by: str) -> None:
    first, second = by.split(",")
    if first == second or (GROUPS[first].join and GROUPS[second].join):  # the names of both are looked up
        with pytest.raises(SettingsError):
            share(published, definition(), by=by)
        return
    answer = share(published, definition(), by=by, rows=3, **SEPTEMBER)  # type: ignore[arg-type]
    assert published.query(answer.sql).equals(answer.frame) and answer.frame.height >= 3


def test_rows_are_the_largest_of_each_month_and_all_that_have_no_name(
    published: store.Published, definition: Rules
) -> None:
    whole = share(published, definition(), first=date(2026, 8, 1)).frame
    largest = share(published, definition(), first=date(2026, 8, 1), rows=1)
    expected = whole.filter(pl.col("family").is_in(["Qwen", "unreviewed"]))
    assert largest.frame.equals(expected) and published.query(largest.sql).equals(expected)
    assert whole.filter(month="2026-09").height > expected.filter(month="2026-09").height == 2


@pytest.mark.parametrize("of", [*LISTS, "families,licenses", "countries,sizes", "publishers,tasks"])
@pytest.mark.parametrize("by", ["downloads", "derivatives"])
def test_every_list_is_narrowed_to_what_plain_sql_finds(
    published: store.Published, definition: Rules, of: str, by: str
) -> None:
    answer = top(published, definition(), Axes(of, by), where=["task=text-generation"], rows=1000)
    assert published.query(answer.sql).equals(answer.frame)
    models = "select model_key from models where pipeline_tag = 'text-generation' and removed_at is null"
    plain = (
        f"select sum(downloads_30d) as value from models where model_key in ({models})"
        if by == "downloads"
        else f"select sum(weight) as value from lineage where status <> 'root' and model_key in ({models})"
    )
    assert answer.frame["value"].sum() == pytest.approx(published.query(plain)["value"][0])
    assert answer.denominator.endswith("with pipeline tag text-generation")


@pytest.mark.parametrize("of", ["families,licenses", "models", "sizes"])
def test_a_trend_is_narrowed_night_by_night(published: store.Published, definition: Rules, of: str) -> None:
    answer = trend(published, definition(), Axes(of, "downloads"), where=["family=Qwen"], rows=1000)
    assert published.query(answer.sql).equals(answer.frame)
    plain = """
    select c.snapshot_date, sum(c.downloads_30d * l.weight) as value
    from counters as c join lineage as l using (model_key)
    where l.root_id = 'Qwen/Qwen3-8B' group by all order by all
    """
    assert rows(
        answer.frame.group_by("snapshot_date")
        .agg(pl.col("value").sum())
        .with_columns(pl.col("snapshot_date").cast(str)),
        "snapshot_date",
        "value",
    ) == pytest.approx(
        rows(published.query(plain).with_columns(pl.col("snapshot_date").cast(str)), "snapshot_date", "value")
    )


def test_a_ranking_of_models_says_what_is_built_on_them_by_anybody(
    published: store.Published, definition: Rules
) -> None:
    of_qwen = top(published, definition(), Axes("models", "downloads"), where=["publisher=Qwen"]).frame
    assert of_qwen["model_id"].to_list() == ["Qwen/Qwen3-8B", "Qwen/Qwen3-8B-Instruct"]
    assert of_qwen["new_derivatives_30d"][0] > 0
