"""Items of the synthetic Hub: valid JSON in the Hub's shape, tags and base models that say the same."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from huggingface_hub import ModelInfo
from huggingface_hub.errors import HFValidationError
from huggingface_hub.utils import validate_repo_id

from tests.demo.synthetic_registry import small_registry
from tracker.demo.synthetic import SyntheticEcosystem, Truth

KEYS = [
    "author",
    "baseModels",
    "createdAt",
    "disabled",
    "downloads",
    "downloadsAllTime",
    "gated",
    "inferenceProviderMapping",
    "lastModified",
    "library_name",
    "likes",
    "pipeline_tag",
    "private",
    "safetensors",
    "sha",
    "tags",
    "trendingScore",
]
OPTIONAL = {"baseModels", "inferenceProviderMapping", "library_name", "pipeline_tag", "safetensors"}

Items = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def ecosystem(tmp_path_factory: pytest.TempPathFactory) -> SyntheticEcosystem:
    return SyntheticEcosystem(6_000, 30, registry=small_registry(tmp_path_factory.mktemp("registry")))


@pytest.fixture(scope="module")
def items(ecosystem: SyntheticEcosystem) -> Items:
    return {item["id"]: item for item in map(json.loads, ecosystem.lines(ecosystem.nights[20]))}


@pytest.fixture(scope="module")
def truth(ecosystem: SyntheticEcosystem) -> dict[str, Truth]:
    return ecosystem.truth(ecosystem.nights[20])


def test_items_have_the_recommended_fields_and_leave_out_what_is_absent(items: Items) -> None:
    for item in items.values():
        assert list(item)[:2] == ["_id", "id"]
        assert set(KEYS) - OPTIONAL <= item.keys() - {"_id", "id"} <= set(KEYS)
        assert None not in item.values()


def test_lines_are_compact_json_as_the_hub_writes_it(ecosystem: SyntheticEcosystem) -> None:
    for line in ecosystem.lines(ecosystem.nights[20]):
        assert line == json.dumps(json.loads(line), separators=(",", ":"), ensure_ascii=False).encode()


def test_ids_begin_with_the_time_of_creation_and_are_unique(items: Items, ecosystem: SyntheticEcosystem) -> None:
    assert len({item["_id"] for item in items.values()}) == len(items) == len(ecosystem.rows(ecosystem.nights[20]))
    for item in items.values():
        moment = datetime.fromtimestamp(int(item["_id"][:8], 16), UTC)
        assert f"{moment:%Y-%m-%dT%H:%M:%S}.000Z" == item["createdAt"]
        assert item["createdAt"] >= "2022-03-02T23:29:04.000Z"
        assert item["lastModified"] >= item["createdAt"]
        assert len(item["sha"]) == 40
        assert len(item["_id"]) == 24


def test_the_real_client_takes_every_item(items: Items) -> None:
    for item in items.values():
        info = ModelInfo(**item)
        assert info.created_at is not None
        assert info.tags == item["tags"]


def test_all_but_a_few_hostile_names_are_valid_on_the_hub(items: Items, truth: dict[str, Truth]) -> None:
    invalid = []
    for name in items:
        try:
            validate_repo_id(name)
        except HFValidationError:
            invalid.append(name)

    assert 5 <= len(invalid) <= 12
    assert all("hostile" in truth[name].flags for name in invalid)


def test_hostile_strings_survive(items: Items) -> None:
    names, tags = set(items), {tag for item in items.values() for tag in item["tags"]}

    assert any("<script>" in name for name in names)
    assert any('"quoted"-\\backslash' in name for name in names)
    assert any("模型" in name for name in names)
    assert any("\n" in tag for tag in tags)
    assert any("\u001b" in tag for tag in tags)
    assert max(map(len, tags)) >= 5_000


def test_tags_say_what_base_models_say(items: Items, truth: dict[str, Truth]) -> None:
    checked = 0
    for name, item in items.items():
        if "hostile" in truth[name].flags:
            continue
        declared = [tag.split(":") for tag in item["tags"] if tag.startswith("base_model:")]
        plain = [each[1] for each in declared if len(each) == 2]
        related = [(each[1], each[2]) for each in declared if len(each) == 3]
        listed = [parent["id"] for parent in item.get("baseModels", {}).get("models", [])]
        relation = item.get("baseModels", {}).get("relation", truth[name].relation)
        assert related == [(relation, parent) for parent in plain]
        assert [parent for parent in plain if parent in items] == listed
        checked += bool(listed)
    assert checked > 1_500


def test_a_parent_that_is_not_there_has_a_tag_and_no_entry(items: Items, truth: dict[str, Truth]) -> None:
    dangling = [items[name] for name, each in truth.items() if "dangling" in each.flags]

    assert dangling
    for item in dangling:
        assert "baseModels" not in item
        assert sum(tag.startswith("base_model:") for tag in item["tags"]) == 2


def test_base_models_carry_the_id_of_the_parent(items: Items) -> None:
    for item in items.values():
        for parent in item.get("baseModels", {}).get("models", []):
            assert items[parent["id"]]["_id"] == parent["_id"]


def test_every_tag_list_ends_in_the_region_and_names_the_licence_once(items: Items, truth: dict[str, Truth]) -> None:
    for name, item in items.items():
        assert item["tags"][-1] == "region:us"
        if "hostile" not in truth[name].flags:
            assert sum(tag.startswith("license:") for tag in item["tags"]) <= 1
        if "library_name" in item:
            assert item["library_name"] in item["tags"]


def test_numbers_are_counts(items: Items) -> None:
    for item in items.values():
        for key in ("downloads", "downloadsAllTime", "likes", "trendingScore"):
            assert type(item[key]) is int
            assert item[key] >= 0
        if "safetensors" in item:
            assert item["safetensors"]["total"] == sum(item["safetensors"]["parameters"].values())


def test_official_names_and_mirrors_stand_beside_made_up_ones(items: Items, tmp_path: Path) -> None:
    assert {"Qwen/Qwen3-8B", "meta-llama/Llama-3.1-8B", "google-bert/bert-base-uncased"} <= items.keys()
    assert any(name.startswith("unsloth/") for name in items)
    assert items["google-bert/bert-base-uncased"]["createdAt"] == "2022-03-02T23:29:04.000Z"
    assert items["Qwen/Qwen2.5-7B"]["createdAt"].startswith("2024-09-19")
    assert items["Qwen/Qwen2.5-7B-Instruct"]["baseModels"]["models"][0]["id"] == "Qwen/Qwen2.5-7B"
