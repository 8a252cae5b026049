"""Brand and weights in a published copy: lineage and rollups speak of weights, nearest and own_family of the brand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from tests.registry_folder import write_registry
from tests.store.nights import land, model, night, update
from tracker import registry
from tracker.settings import Settings

Ask = Callable[..., pl.DataFrame]
PAGE = "https://example.org/paper"

FILES = {
    "organizations": [
        {"namespace": "FacebookAI", "organization": "Meta"},
        {"namespace": "BAAI", "organization": "BAAI", "country": "CN"},
        {"namespace": "vngrs", "organization": "VNGRS", "country": "TR"},
    ],
    "families": [
        {"line": "RoBERTa", "developer": "Meta", "weights": "scratch", "weights_source": PAGE},
        {"line": "BGE", "developer": "BAAI", "weights": "RoBERTa", "weights_source": PAGE},
    ],
    "roots": [
        {"pattern": "FacebookAI/*", "line": "RoBERTa"},
        {"pattern": "BAAI/bge-*", "line": "BGE"},
        {"pattern": "vngrs/*", "line": "own"},
    ],
    "mirrors": [{"pattern": "up/*-GGUF", "rule": "same_name", "target": "BAAI", "relation": "quantized"}],
}
MODELS = [
    model("FacebookAI/roberta", 1, downloads_30d=1),
    model("BAAI/bge-m3", 2, downloads_30d=10),
    model("me/tuned", 3, parents=[(2, "BAAI/bge-m3")], downloads_30d=100),
    model("up/bge-m3-GGUF", 4, downloads_30d=1000),
    model("vngrs/vbart", 5, downloads_30d=20),
    model("me/turkish", 6, parents=[(5, "vngrs/vbart")], downloads_30d=200),
]


@pytest.fixture
def told(settings: Settings, tmp_path: Path, ask: Ask) -> Ask:
    update(
        settings, registry.load(write_registry(tmp_path / "book", **FILES)), land(settings.data_dir, night(0), MODELS)
    )
    return ask


def test_lineage_names_the_weights_and_nearest_the_brand(told: Ask) -> None:
    sql = (
        "select l.model_id, l.status, l.family, l.developer, l.origin_country, n.family as brand, m.own_family "
        "from lineage as l join nearest as n using (model_key) join models as m using (model_key) order by model_key"
    )
    assert told(sql).rows() == [
        ("FacebookAI/roberta", "root", "RoBERTa", "Meta", "US", "RoBERTa", "RoBERTa"),
        ("BAAI/bge-m3", "root", "RoBERTa", "Meta", "US", "BGE", "BGE"),
        ("me/tuned", "derived", "RoBERTa", "Meta", "US", "BGE", "unreviewed"),
        ("up/bge-m3-GGUF", "derived", "RoBERTa", "Meta", "US", "BGE", "unreviewed"),
        ("vngrs/vbart", "root", "unreviewed", "VNGRS", "TR", "unreviewed", "unreviewed"),
        ("me/turkish", "derived", "unreviewed", "VNGRS", "TR", "unreviewed", "unreviewed"),
    ]


def test_a_root_on_other_weights_says_so_in_every_reading(told: Ask) -> None:
    said = "has no parent that counts, so it is a root, but the registry says that its line continues other weights"
    (why,) = told("select why from lineage where model_id = 'BAAI/bge-m3'").row(0)
    assert why == f"{said}; family RoBERTa of Meta, origin US"
    (plain,) = told("select why from lineage where model_id = 'FacebookAI/roberta'").row(0)
    assert plain == "has no parent that counts, so it is a root; family RoBERTa of Meta, origin US"
    uploaded = "select status, family, why from lineage_of('as_uploaded') where model_id = 'up/bge-m3-GGUF'"
    assert told(uploaded).row(0)[:2] == ("root", "unreviewed")


def test_rollups_count_by_weights_and_tell_developers_without_a_line_apart(told: Ask) -> None:
    by_family = "select family, origin_country, sum(downloads_30d) as d from daily_families group by all order by all"
    assert told(by_family).rows() == [("RoBERTa", "US", 1111), ("unreviewed", "TR", 220)]
    roots = "select relation, sum(models) from daily_rollup group by all order by all"
    assert told(roots).rows() == [("finetune", 2), ("quantized", 1), ("root", 3)]


def test_families_say_whose_weights_each_continues(told: Ask) -> None:
    sql = "select line, weights_line, weights_family, from_scratch from families where developer <> line order by line"
    assert told(sql).rows() == [("BGE", "RoBERTa", "RoBERTa", True), ("RoBERTa", "RoBERTa", "RoBERTa", True)]
