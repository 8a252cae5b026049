"""What a change of the registry moves, counted by hand on a few derivatives."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl

from tests.registry_folder import write_registry
from tracker import registry, store
from tracker.curation import moved, of_copy, of_sample
from tracker.lineage import choose, resolve

ORGANIZATIONS = [
    {"namespace": "Qwen", "organization": "Alibaba Cloud", "country": "CN"},
    {"namespace": "meta", "organization": "Meta"},
]
FAMILIES = [{"line": "Qwen", "developer": "Alibaba Cloud"}, {"line": "Llama", "developer": "Meta"}]
BEFORE = [{"pattern": "Qwen/*", "line": "Qwen"}, {"pattern": "meta/*", "line": "Llama"}]
AFTER = [*BEFORE, {"pattern": "meta/odd", "line": "Qwen"}]

MODELS = [
    ("a/1", "Qwen/q", "2026-01"),
    ("a/2", "meta/l", "2026-01"),
    ("a/3", "meta/odd", "2026-01"),
    ("a/4", "meta/odd", "2026-02"),
    ("a/5", "meta/l", None),
]


def books(tmp_path):
    for name, roots in (("old", BEFORE), ("new", AFTER)):
        folder = write_registry(tmp_path / name, organizations=ORGANIZATIONS, families=FAMILIES, roots=roots)
        yield registry.load(folder)


def sample():
    rows = [
        (name, 1, [f"base_model:{parent}", f"base_model:finetune:{parent}"], _day(month))
        for name, parent, month in MODELS
    ]
    columns = {
        "model_id": pl.String,
        "downloads_30d": pl.Int64,
        "tags": pl.List(pl.String),
        "created_at": pl.Datetime("us", "UTC"),
    }
    return of_sample(pl.DataFrame(rows, columns, orient="row"))


def _day(month):
    return datetime.fromisoformat(f"{month}-15").replace(tzinfo=UTC) if month else None


def test_shares_move_by_family_country_and_month(tmp_path):
    rows = moved(sample(), *books(tmp_path)).rows()
    assert rows == [
        ("family", "Llama", "all", 5, 0.8, 0.4, -40.0),
        ("family", "Qwen", "all", 5, 0.2, 0.6, 40.0),
        ("origin_country", "CN", "all", 5, 0.2, 0.6, 40.0),
        ("origin_country", "US", "all", 5, 0.8, 0.4, -40.0),
        ("family", "Llama", "2026-02", 1, 1.0, 0.0, -100.0),
        ("family", "Qwen", "2026-02", 1, 0.0, 1.0, 100.0),
        ("origin_country", "CN", "2026-02", 1, 0.0, 1.0, 100.0),
        ("origin_country", "US", "2026-02", 1, 1.0, 0.0, -100.0),
        ("family", "Llama", "2026-01", 3, 2 / 3, 1 / 3, -33.333333),
        ("family", "Qwen", "2026-01", 3, 1 / 3, 2 / 3, 33.333333),
        ("origin_country", "CN", "2026-01", 3, 1 / 3, 2 / 3, 33.333333),
        ("origin_country", "US", "2026-01", 3, 2 / 3, 1 / 3, -33.333333),
    ]


def test_what_moves_by_less_than_asked_for_is_left_out_and_the_same_registry_moves_nothing(tmp_path):
    old, new = books(tmp_path)
    assert set(moved(sample(), old, new, least=50)["month"]) == {"2026-02"}
    assert moved(sample(), old, old, least=0.000001).is_empty()


def test_a_copy_declares_what_its_own_lineage_is_made_of(demo_folder):
    """The engine gives the same roots of what is read back from a published copy as stand in it."""
    with store.open_published(demo_folder) as published:
        declared = of_copy(published)
        resolved = resolve(choose(declared.candidates, registry.load()))
        stored = published.query("select model_key, root_id, credit from lineage").rows()
    keys, names = declared.candidates.model_keys, list(resolved.names)
    made = {
        (int(keys[model]), names[root], int(credit))
        for model, root, credit in zip(resolved.model, resolved.root, resolved.credit, strict=True)
    }
    assert made == set(stored)
