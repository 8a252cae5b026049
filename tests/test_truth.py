"""What the tracker finds is what was planted: a synthetic Hub of 200,000 models, through the real pipeline."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl
import pytest

from tracker import pipeline, store
from tracker.demo import hub_process
from tracker.demo.synthetic import SyntheticEcosystem
from tracker.scope import Scope
from tracker.settings import Settings

MODELS = 200_000
LINEAGE = """
select model_id, root_id, weight, status, evidence, family, line, developer, origin_country, self_reference, in_cycle
from lineage
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[dict[str, Any], pl.DataFrame]]:
    """The planted truth by model, and the lineage that the tracker published."""
    folder = tmp_path_factory.mktemp("truth")
    ecosystem = SyntheticEcosystem(models=MODELS, nights=2, seed=7)
    night = ecosystem.nights[-1]
    with hub_process(models=MODELS, nights=2, seed=7) as hub:
        settings = Settings(data_dir=folder, endpoint=hub.endpoint)
        for each in hub.nights:  # the second night knows the names that the first one saw
            hub.set_night(each)
            pipeline.update(settings, scope=Scope("full"), snapshot_date=each)
    with store.open_published(folder) as published:
        rows = published.query(LINEAGE)
    yield ecosystem.truth(night), rows


def by_model(rows: pl.DataFrame) -> dict[str, list[dict[str, Any]]]:
    grouped: dict[str, list[dict[str, Any]]] = {}
    for row in rows.iter_rows(named=True):
        grouped.setdefault(row["model_id"], []).append(row)
    return grouped


def test_every_declared_lineage_resolves_to_the_planted_roots(found: tuple[dict[str, Any], pl.DataFrame]) -> None:
    truth, rows = found
    lineage = by_model(rows)
    compared = 0
    quarantined = truth.keys() - lineage.keys()  # names that no repository can have: never loaded
    assert all("hostile" in truth[name].flags for name in quarantined) and len(quarantined) < MODELS / 1000
    for name in truth.keys() - quarantined:
        planted = truth[name]
        if not planted.traceable or "in_cycle" in planted.flags:
            continue
        roots = {root.root_id: root for root in planted.roots}
        seen = {row["root_id"]: row for row in lineage[name]}
        assert {root: row["weight"] for root, row in seen.items()} == pytest.approx(
            {root: each.weight for root, each in roots.items()}
        ), name
        for root, row in seen.items():
            expected = roots[root]
            assert (row["family"], row["line"], row["developer"], row["origin_country"]) == (
                expected.family,
                expected.line,
                expected.developer,
                expected.origin_country,
            ), (name, root)
        compared += planted.declared
    assert compared > MODELS // 5, "too few declared derivatives were compared to say anything"


def test_weights_of_every_model_sum_to_one(found: tuple[dict[str, Any], pl.DataFrame]) -> None:
    _, rows = found
    sums = rows.group_by("model_id").agg(pl.col("weight").sum())
    assert ((sums["weight"] - 1).abs() < 1e-9).all()


@pytest.mark.parametrize(("flag", "column"), [("self_reference", "self_reference"), ("in_cycle", "in_cycle")])
def test_every_planted_loop_is_reported_as_such(
    found: tuple[dict[str, Any], pl.DataFrame], flag: str, column: str
) -> None:
    truth, rows = found
    planted = {name for name, each in truth.items() if flag in each.flags}
    assert len(planted) > 10
    present = rows.filter(pl.col("model_id").is_in(list(truth)))
    assert set(present.filter(pl.col(column))["model_id"]) == planted


def test_every_planted_dangling_parent_is_reported_as_such(found: tuple[dict[str, Any], pl.DataFrame]) -> None:
    truth, rows = found
    planted = {name for name, each in truth.items() if "dangling" in each.flags}
    assert len(planted) > 10
    dangling = set(rows.filter(pl.col("status") == "dangling")["model_id"])
    assert planted <= dangling
    explained = {name for name, each in truth.items() if each.status == "dangling"}
    assert {name for name in dangling if name in truth} <= explained
