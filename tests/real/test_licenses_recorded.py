"""Licences of the recorded Hub: how much is classed, why tag and row disagree, what is freer than its base."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest

from tests.command_line import tracker
from tests.real import recorded
from tests.store.nights import land, model, update
from tracker import answers, registry, store
from tracker.settings import Settings

CLASSED = "downloads_30d under a licence whose class is known"
AGREED = "models of which tag and row say the same class, of those that both class"
# file -> the least part of downloads that is classed, and how many models both a tag and a row class
SAMPLES = {
    "starscreener/hf_trending_1000_series.parquet": (0.92, 200),
    "enochlev/hf_models_top10k_2024-09.csv": (0.80, 450),
}


@pytest.mark.parametrize("sample", SAMPLES)
def test_most_downloads_are_under_a_licence_that_is_classed(sample: str) -> None:
    done = tracker("registry", "coverage", "--sample", str(recorded.FOLDER / sample), "--json")
    assert done.returncode == 0, done.stderr
    rows = {row["what"]: row for row in json.loads(done.stdout)["rows"]}
    least, both = SAMPLES[sample]
    assert rows[CLASSED]["share"] >= least
    assert rows[AGREED]["total"] >= both and rows[AGREED]["share"] >= 0.98


@pytest.mark.parametrize("sample", SAMPLES)
def test_every_tag_that_says_another_class_than_its_row_is_explained(sample: str) -> None:
    done = tracker("registry", "audit", "--sample", str(recorded.FOLDER / sample), "--json")
    assert done.returncode == 0, done.stderr
    found = [row for row in json.loads(done.stdout)["rows"] if row["kind"] == "license"]
    assert found and not [row["place"] for row in found if not row["explained"]]


@pytest.fixture(scope="module")
def trending(tmp_path_factory: pytest.TempPathFactory) -> Iterator[store.Published]:
    """The trending models of spring 2026 as they were last seen, loaded and resolved."""
    folder: Path = tmp_path_factory.mktemp("trending")
    polls = recorded.starscreener()
    items = {item["id"]: item for night in sorted(polls) for item in polls[night]}
    settings = Settings(data_dir=folder / "data", memory_limit="1GB", threads=2)
    rows = [
        model(
            name, number, hub_id=item["_id"], tags=item["tags"], downloads_30d=item["downloads"],
            created_at=datetime.fromisoformat(item["createdAt"]),
        )
        for number, (name, item) in enumerate(items.items(), 1)
    ]  # fmt: skip
    update(settings, registry.load(), land(settings.data_dir, date(2026, 5, 31), rows, scope="top:1435"))
    with store.open_published(settings.data_dir) as published:
        yield published


def test_tunes_of_ltx_flux_and_llama_that_are_freer_are_found(trending: store.Published) -> None:
    rows = answers.measure(trending, "freer_models", {"rows": "1000"}).frame
    bases = set(rows["base_id"].str.to_lowercase())
    for base in ("lightricks/ltx-", "black-forest-labs/flux.1-dev", "meta-llama/"):
        assert any(each.startswith(base) for each in bases), base
    assert set(rows["license_class"]) <= {"open-source", "permissive-weights", "restricted"}


def test_the_part_that_is_freer_is_what_was_measured_by_hand(trending: store.Published) -> None:
    """5 % of derivatives were freer than a base of the table, 71 % alike and 21 % told none, by another reading."""
    frame = answers.measure(trending, "freer_than_base", {}).frame
    total = frame["derivatives"].sum()
    assert total > 300
    assert 0.02 < frame["freer"].sum() / total < 0.12
    assert frame["same"].sum() / total > 0.5 and frame["untold"].sum() / total < 0.4


def test_a_list_of_tags_that_was_cut_is_never_told_as_no_licence(trending: store.Published) -> None:
    polls = recorded.starscreener()
    last = {item["id"]: item for night in sorted(polls) for item in polls[night]}
    cut = [
        name for name, item in last.items()
        if len(item["tags"]) == 30 and not any(tag.startswith("license:") for tag in item["tags"])
    ]  # fmt: skip
    told = trending.query("select model_id, license, license_class, license_from from models")
    rows = {name: rest for name, *rest in told.iter_rows()}
    assert len(cut) > 100
    assert all(rows[name][0] is None and rows[name][2] != "tag" for name in cut)
    assert {rows[name][1] for name in cut} >= {"open-source", "unreviewed"}
