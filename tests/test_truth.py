"""What the tracker finds is what was planted: a synthetic Hub of 200,000 models, through the real pipeline."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl
import pytest

from tracker import answers, pipeline, store
from tracker.demo import hub_process
from tracker.demo.synthetic import SyntheticEcosystem
from tracker.scope import Scope
from tracker.settings import Settings
from tracker.words import LICENSE_CLASSES

MODELS = 200_000
LINEAGE = """
select model_id, root_id, weight, status, evidence, family, line, developer, origin_country, self_reference, in_cycle
from lineage
"""


LICENSES = "select model_id, license, license_class, license_class_created from models where removed_at is null"


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[dict[str, Any], store.Published]]:
    """The planted truth by model, and what the tracker published of that Hub."""
    folder = tmp_path_factory.mktemp("truth")
    ecosystem = SyntheticEcosystem(models=MODELS, nights=2, seed=7)
    night = ecosystem.nights[-1]
    with hub_process(models=MODELS, nights=2, seed=7) as hub:
        settings = Settings(data_dir=folder, endpoint=hub.endpoint)
        for each in hub.nights:  # the second night knows the names that the first one saw
            hub.set_night(each)
            pipeline.update(settings, scope=Scope("full"), snapshot_date=each, publish=each == night)
    with store.open_published(folder) as published:
        yield ecosystem.truth(night), published


@pytest.fixture(scope="module")
def found(collected: tuple[dict[str, Any], store.Published]) -> tuple[dict[str, Any], pl.DataFrame]:
    """The planted truth by model, and the lineage that the tracker published."""
    truth, published = collected
    return truth, published.query(LINEAGE)


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


def test_every_class_of_licence_is_the_planted_one_now_and_when_it_was_created(
    collected: tuple[dict[str, Any], store.Published],
) -> None:
    truth, published = collected
    rows = {name: tuple(classes) for name, _, *classes in published.query(LICENSES).iter_rows()}
    clean = {name: each for name, each in truth.items() if "hostile" not in each.flags}
    planted = {name: (each.license_class, each.license_class_created) for name, each in clean.items()}
    assert {name: rows[name] for name in planted} == planted
    assert len({now for now, _ in planted.values()}) == 5  # all but unknown
    changed = {name for name, (now, then) in planted.items() if now != then}
    assert {"01-ai/Yi-6B"} <= changed  # under terms of its own until the end of May 2024


def test_what_is_freer_than_its_base_is_found_by_name_and_counted_by_family(
    collected: tuple[dict[str, Any], store.Published],
) -> None:
    truth, published = collected
    named = answers.measure(published, "freer_models", {"rows": str(MODELS)}).frame
    compared = {
        name: each
        for name, each in truth.items()
        if each.traceable and each.declared and not each.flags and all(parent in truth for parent in each.parents)
    }
    places = {name: place for place, name in enumerate(LICENSE_CLASSES)}

    def is_freer(each: Any) -> bool:
        bases = [
            places[truth[parent].license_class] for parent in each.parents if truth[parent].license_class in places
        ]
        return each.license_class in places and bool(bases) and places[each.license_class] < max(bases)

    planted = {name for name, each in compared.items() if is_freer(each)}
    assert len(planted) > 500
    assert set(named["model_id"]) & compared.keys() == planted
    by_family = answers.measure(published, "freer_than_base", {}).frame
    assert by_family["freer"].sum() == pytest.approx(named.height)
    assert (by_family.filter(pl.col("family") == "Llama")["share"] > 0.02).all()
