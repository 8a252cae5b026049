"""Lineage in the published copy: rows, sentences, variants, rollups, restatement."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from tests.registry_folder import write_registry
from tests.store.nights import land, model, night, small_registry, update
from tracker import registry, store
from tracker.pipeline import trace
from tracker.registry import Registry
from tracker.settings import Settings

Ask = Callable[..., pl.DataFrame]


@pytest.fixture
def small(tmp_path: Path) -> Registry:
    return small_registry(tmp_path / "registry")


def family_tree() -> list[dict[str, object]]:
    return [
        model("Qwen/Qwen3-8B", 1, downloads_30d=100),
        model("meta-llama/Llama-1B", 2, downloads_30d=50),
        model("a/tuned", 3, parents=[(1, "Qwen/Qwen3-8B")], downloads_30d=10),
        model("a/merged", 4, parents=[(3, "a/tuned"), (2, "meta-llama/Llama-1B")], relation="merge", downloads_30d=8),
        model("b/lost", 5, tags=["base_model:adapter:nobody/knows"], downloads_30d=4),
        model("unsloth/Qwen3-8B-bnb-4bit", 6, downloads_30d=20),
        model("c/on-mirror", 7, parents=[(6, "unsloth/Qwen3-8B-bnb-4bit")], downloads_30d=2),
        model("d/alone", 8, downloads_30d=1),
        model("e/self", 9, tags=["base_model:finetune:e/self"], downloads_30d=1),
    ]


def test_every_row_says_why(settings: Settings, small: Registry, ask: Ask) -> None:
    update(settings, small, land(settings.data_dir, night(0), family_tree()))

    found = ask(
        "select model_id, root_id, weight, depth, status, evidence, line, origin_country, why"
        " from lineage order by model_key, root_id"
    )
    assert found.rows() == [
        ("Qwen/Qwen3-8B", "Qwen/Qwen3-8B", 1.0, 0, "root", None, "Qwen3", "CN",
         "has no parent that counts, so it is a root; family Qwen, line Qwen3 of Alibaba, origin CN"),
        ("meta-llama/Llama-1B", "meta-llama/Llama-1B", 1.0, 0, "root", None, "Llama", "US",
         "has no parent that counts, so it is a root; family Llama of Meta, origin US"),
        ("a/tuned", "Qwen/Qwen3-8B", 1.0, 1, "derived", "hub", "Qwen3", "CN",
         "finetuned from Qwen/Qwen3-8B (declared, structured); family Qwen, line Qwen3 of Alibaba, origin CN"),
        ("a/merged", "Qwen/Qwen3-8B", 0.5, 2, "derived", "hub", "Qwen3", "CN",
         "merged from a/tuned, 2 steps to Qwen/Qwen3-8B (declared, structured); credited with 50.0 % of it;"
         " family Qwen, line Qwen3 of Alibaba, origin CN"),
        ("a/merged", "meta-llama/Llama-1B", 0.5, 1, "derived", "hub", "Llama", "US",
         "merged from meta-llama/Llama-1B (declared, structured); credited with 50.0 % of it;"
         " family Llama of Meta, origin US"),
        ("b/lost", "nobody/knows", 1.0, 1, "dangling", "tag", "unreviewed", "unreviewed",
         "an adapter of nobody/knows, which is not on the Hub (deleted, private or misspelt) (declared by tag);"
         " the root's family is unreviewed"),
        ("unsloth/Qwen3-8B-bnb-4bit", "Qwen/Qwen3-8B", 1.0, 1, "derived", "mirror", "Qwen3", "CN",
         "quantized from Qwen/Qwen3-8B (a re-upload by a registry rule);"
         " family Qwen, line Qwen3 of Alibaba, origin CN"),
        ("c/on-mirror", "Qwen/Qwen3-8B", 1.0, 2, "derived", "mirror", "Qwen3", "CN",
         "finetuned from unsloth/Qwen3-8B-bnb-4bit, 2 steps to Qwen/Qwen3-8B (a re-upload by a registry rule);"
         " family Qwen, line Qwen3 of Alibaba, origin CN"),
        ("d/alone", "d/alone", 1.0, 0, "root", None, "unreviewed", "unreviewed",
         "has no parent that counts, so it is a root; its family is unreviewed"),
        ("e/self", "e/self", 1.0, 0, "root", None, "unreviewed", "unreviewed",
         "names only itself as parent, so it is a root; its family is unreviewed"),
    ]  # fmt: skip


def test_variants_hold_only_what_differs(settings: Settings, small: Registry, ask: Ask) -> None:
    update(settings, small, land(settings.data_dir, night(0), family_tree()))

    assert ask(
        "select distinct variant, model_id from lineage_variants where variant = 'as_uploaded' order by 2"
    ).rows() == [
        ("as_uploaded", "c/on-mirror"),
        ("as_uploaded", "unsloth/Qwen3-8B-bnb-4bit"),
    ]
    whole = "select model_id, root_id from lineage_of($v) order by model_key, root_id"
    default, uploaded = ask(whole, {"v": "default"}).rows(), ask(whole, {"v": "as_uploaded"}).rows()
    assert set(uploaded) - set(default) == {
        ("unsloth/Qwen3-8B-bnb-4bit", "unsloth/Qwen3-8B-bnb-4bit"),
        ("c/on-mirror", "unsloth/Qwen3-8B-bnb-4bit"),
    }
    assert len(default) == len(uploaded) == 10
    for variant in ("default", "as_uploaded", "teacher", "inferred"):
        sums = ask("select model_key, sum(weight) as w from lineage_of($v) group by 1", {"v": variant})
        assert sums["w"].to_list() == pytest.approx([1.0] * 9)
        near = ask("select model_key, sum(weight) as w from nearest_of($v) group by 1", {"v": variant})
        assert near["w"].to_list() == pytest.approx([1.0] * 9)


def test_rollups_equal_the_record(settings: Settings, small: Registry, ask: Ask) -> None:
    for number in range(3):
        models = family_tree()
        models[0]["downloads_30d"] = 100 + number
        update(settings, small, land(settings.data_dir, night(number), models))
    from_record = ask(
        """
        select s.snapshot_date, l.family, sum(l.weight * s.downloads_30d) as downloads_30d, sum(l.weight) as models
        from snapshots as s join lineage as l on l.model_key = s.model_key
        group by all order by all
        """
    )
    from_families = ask("select snapshot_date, family, downloads_30d, models from downloads_by_family order by all")
    from_rollup = ask(
        "select snapshot_date, family, sum(downloads_30d) as downloads_30d, sum(models) as models"
        " from daily_rollup group by all order by all"
    )

    assert from_record.rows() == from_families.rows() == from_rollup.rows()
    assert ask("select sum(derivatives) from daily_families where snapshot_date = $d", {"d": night(0)}).item() == 5.0
    assert ask("select distinct publisher_country, relation from daily_rollup order by all").rows() == [
        ("CN", "root"),
        ("US", "quantized"),
        ("US", "root"),
        ("unreviewed", "adapter"),
        ("unreviewed", "finetune"),
        ("unreviewed", "merge"),
        ("unreviewed", "root"),
    ]


def test_sums_are_exact_at_a_million_million_downloads(settings: Settings, small: Registry, ask: Ask) -> None:
    roots = [(1, "Qwen/Qwen3-8B"), (2, "meta-llama/Llama-1B"), (3, "z/other")]
    most = 10**12 + 1
    models = [model(name, number, downloads_30d=most) for number, name in roots]
    models += [
        model(f"a/merge-{number}", number, parents=roots, relation="merge", downloads_30d=most)
        for number in range(4, 9)
    ]
    update(settings, small, land(settings.data_dir, night(0), models))

    rows = ask("select line, downloads_30d_credit::varchar, downloads_30d, models_credit from daily_families").rows()
    assert sorted(rows) == [
        (line, str(units * most), pytest.approx(units * most / 10**9, rel=1e-15), units)
        for line, units in (
            ("Llama", 10**9 + 5 * 333_333_333),
            ("Qwen3", 10**9 + 5 * 333_333_334),
            ("unreviewed", 10**9 + 5 * 333_333_333),
        )
    ]
    assert sum(int(units) for _, units, _, _ in rows) == 8 * 10**9 * most
    assert ask("select sum(downloads_30d) from downloads_by_country").item() == 8 * most


def test_a_restatement_rebuilds_every_night(settings: Settings, small: Registry, ask: Ask, tmp_path: Path) -> None:
    for number in range(2):
        update(settings, small, land(settings.data_dir, night(number), family_tree()))
    write_registry(
        tmp_path / "other",
        organizations=[{"namespace": "d", "organization": "Dee", "country": "FR"}],
        families=[{"line": "Alone", "developer": "Dee", "first_release": "2026-01"}],
        roots=[{"pattern": "d/alone", "line": "Alone"}],
    )
    other = registry.load(tmp_path / "other")
    with store.open_work(settings) as work:
        trace(work, other, restate=True)
        work.publish()

    assert ask(
        "select snapshot_date, family, downloads_30d from downloads_by_family where family <> 'unreviewed' order by 1"
    ).rows() == [
        (night(0), "Alone", 1.0),
        (night(1), "Alone", 1.0),
    ]
    assert ask("select publisher_country, origin_country from models where model_id = 'd/alone'").rows() == [
        ("FR", "FR")
    ]
    with store.open_published(settings.data_dir) as published:
        assert published.facts().registry_version == other.version != small.version


def test_who_takes_a_freed_namespace_is_not_its_former_owner(settings: Settings, tmp_path: Path, ask: Ask) -> None:
    write_registry(
        tmp_path / "other",
        organizations=[{"namespace": "new", "organization": "Alone", "country": "FR"}],
        aliases=[{"old_namespace": "old", "namespace": "new", "renamed_on": "2025-12-31"}],
        families=[{"line": "Alone", "developer": "Alone"}],
        roots=[{"pattern": "new/*", "line": "Alone"}],
    )
    before = datetime(2025, 12, 31, 23, tzinfo=UTC)
    run = land(settings.data_dir, night(0), [model("old/before", 1, created_at=before), model("old/after", 2)])
    update(settings, registry.load(tmp_path / "other"), run)

    told = "select model_id, own_family, publisher_organization, publisher_country from models order by model_key"
    assert ask(told).rows() == [
        ("old/before", "Alone", "Alone", "FR"),
        ("old/after", "unreviewed", "unreviewed", "unreviewed"),
    ]
    counted = "select publisher_country, models from daily_rollup order by 1"
    assert ask(counted).rows() == [("FR", 1.0), ("unreviewed", 1.0)]


def test_nights_of_another_registry_are_told_until_they_are_restated(
    settings: Settings, small: Registry, curated: Registry, ask: Ask, caplog: pytest.LogCaptureFixture
) -> None:
    by_night = "select registry_version from nights order by snapshot_date"
    update(settings, small, land(settings.data_dir, night(0), family_tree()))
    assert caplog.messages == []
    update(settings, curated, land(settings.data_dir, night(1), family_tree()))
    assert "nights rolled up with another registry: 1; run `tracker resolve`" in caplog.messages
    assert ask(by_night)["registry_version"].to_list() == [small.version, curated.version]

    with store.open_work(settings) as work:
        trace(work, curated, restate=True)
        work.publish()
    assert ask(by_night)["registry_version"].to_list() == [curated.version] * 2


def test_registry_tables_are_published(settings: Settings, ask: Ask, curated: Registry) -> None:
    update(settings, curated, land(settings.data_dir, night(0), [model("a/x", 1)]))

    assert ask("select count(*) from families").item() == len(curated.lines) + 2
    assert ask("select count(*) from organizations").item() == len(curated.organizations)
    assert ask("select count(*) from countries").item() == len(curated.countries)
    with (curated.directory / "definitions.csv").open(encoding="utf-8") as file:
        columns = file.readline().strip().split(",")
    assert ask("from definitions").columns == columns
    assert ask("select name from definitions where name = 'default'").height == 1
