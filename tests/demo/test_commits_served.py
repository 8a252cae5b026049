"""Landed nights made directly: what the bulk parser makes of the same night's pages."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from tests.demo.history import COLUMNS, landed, synthetic_nights
from tests.demo.synthetic_registry import small_registry
from tests.landing.landed_pages import parsed
from tracker.demo.synthetic import SyntheticEcosystem


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_registry(tmp_path_factory.mktemp("registry"))


def read_back(ecosystem: SyntheticEcosystem, number: int, data_dir: Path) -> pl.DataFrame:
    """Land a night as pages and return what the bulk parser makes of them."""
    night = ecosystem.nights[number]
    lines = list(ecosystem.lines(night))
    pages = [b"[" + b",".join(lines[start : start + 1000]) + b"]" for start in range(0, len(lines), 1000)]
    run, summary = parsed(data_dir, pages, day=night)
    assert summary.records == len(lines)
    return pl.read_parquet(run.parts)


@pytest.mark.parametrize("number", [0, 24])
def test_a_frame_holds_what_the_parser_reads_from_the_pages(number: int, registry: Path, tmp_path: Path) -> None:
    ecosystem = SyntheticEcosystem(2_500, 30, registry=registry)

    made = landed(ecosystem, ecosystem.nights[number])
    read = read_back(ecosystem, number, tmp_path)

    refused = [name for name in ecosystem.oddities.hostile.values() if name not in set(read["model_id"])]
    made = made.filter(~pl.col("model_id").is_in(refused))  # names that the parser takes for none
    columns = [column for column in COLUMNS if column not in ("page", "position")]
    assert len(refused) < 10
    assert made.columns == list(COLUMNS)
    assert {name: made.schema[name] for name in COLUMNS} == {name: read.schema[name] for name in COLUMNS}
    assert made.select(columns).sort("hub_id").equals(read.select(columns).sort("hub_id"))


def test_nights_that_share_most_columns_are_the_nights_made_alone(registry: Path) -> None:
    alone = SyntheticEcosystem(3_000, 12, seed=5, registry=registry, stress=True)

    for night, frame in synthetic_nights(3_000, 12, seed=5, registry=registry):
        expected = landed(alone, night).drop("page", "position").sort("hub_id")
        assert frame.drop("page", "position").sort("hub_id").equals(expected), night
        assert frame["page"].n_unique() == (len(frame) + 999) // 1000


def test_without_tags_the_parents_stay(registry: Path) -> None:
    (_, frame), *_ = synthetic_nights(2_000, 1, registry=registry, tags=False)

    kinds = frame["tags"].explode(empty_as_null=True).drop_nulls().str.extract("^([a-z_]+):").unique().to_list()

    assert kinds == ["base_model"]
    assert frame["base_models"].list.len().max() > 5, "merges of many parents"
    assert 0.3 < frame["base_models"].is_not_null().mean() < 0.5
