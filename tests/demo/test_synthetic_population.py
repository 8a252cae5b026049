"""What the synthetic Hub is made of: reproducible, in the proportions of the real one, along the published trend."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.demo.synthetic_registry import small_registry
from tracker.demo.synthetic import SyntheticEcosystem, Truth
from tracker.errors import SettingsError

DIGEST = """
import hashlib, sys
from datetime import date
from pathlib import Path
from tracker.demo.synthetic import SyntheticEcosystem
digest = hashlib.sha256()
ecosystem = SyntheticEcosystem(1_500, 25, seed=int(sys.argv[2]), registry=Path(sys.argv[1]))
for night in reversed(ecosystem.nights[::8]):
    for line in ecosystem.lines(night):
        digest.update(line)
    for line in ecosystem.truth_lines(night):
        digest.update(line)
    digest.update(repr(sorted(ecosystem.renames(night).items())).encode())
print(digest.hexdigest())
"""


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_registry(tmp_path_factory.mktemp("registry"))


@pytest.fixture(scope="module")
def ecosystem(registry: Path) -> SyntheticEcosystem:
    return SyntheticEcosystem(20_000, 30, registry=registry)


@pytest.fixture(scope="module")
def items(ecosystem: SyntheticEcosystem) -> list[dict[str, Any]]:
    return [json.loads(line) for line in ecosystem.lines(ecosystem.nights[-1])]


@pytest.fixture(scope="module")
def truth(ecosystem: SyntheticEcosystem) -> dict[str, Truth]:
    return ecosystem.truth(ecosystem.nights[-1])


def digest(registry: Path, seed: int, hash_seed: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", DIGEST, str(registry), str(seed)],
        env=os.environ | {"PYTHONHASHSEED": hash_seed},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def test_the_same_arguments_give_the_same_bytes_in_any_process(registry: Path) -> None:
    assert digest(registry, 4, "1") == digest(registry, 4, "2")


def test_another_seed_gives_another_hub(registry: Path) -> None:
    one, other = (SyntheticEcosystem(300, 1, seed, registry=registry) for seed in (1, 2))

    assert set(one.lines(one.nights[0])).isdisjoint(other.lines(other.nights[0]))


def test_the_order_in_which_nights_are_asked_for_does_not_matter(registry: Path) -> None:
    forwards, backwards = (SyntheticEcosystem(600, 26, registry=registry) for _ in range(2))

    there = {night: list(forwards.lines(night)) for night in forwards.nights}
    back = {night: list(backwards.lines(night)) for night in reversed(backwards.nights)}

    assert there == back


@pytest.mark.parametrize("models", [1, 2, 7, 60, 400])
@pytest.mark.parametrize("nights", [1, 2, 33])
def test_any_size_works(models: int, nights: int, registry: Path, tmp_path: Path) -> None:
    for folder in (registry, tmp_path):  # with a registry and with none
        ecosystem = SyntheticEcosystem(models, nights, registry=folder)
        last = ecosystem.nights[-1]
        names = {json.loads(line)["id"] for line in ecosystem.lines(last)}
        assert names == ecosystem.truth(last).keys()
        assert 0 < len(names) <= models


@pytest.mark.parametrize(("models", "nights"), [(0, 1), (1, 0)])
def test_an_empty_ecosystem_is_refused(models: int, nights: int, registry: Path) -> None:
    with pytest.raises(SettingsError, match="there must be one of each"):
        SyntheticEcosystem(models, nights, registry=registry)


def test_nights_are_consecutive_and_end_with_the_last_one(registry: Path) -> None:
    ecosystem = SyntheticEcosystem(50, 3, last_night=date(2026, 3, 1), registry=registry)

    assert list(ecosystem.nights) == [date(2026, 2, 27), date(2026, 2, 28), date(2026, 3, 1)]
    assert ecosystem.synthetic


def test_proportions_are_those_of_the_hub(items: list[dict[str, Any]]) -> None:
    relations = Counter(item["baseModels"]["relation"] for item in items if "baseModels" in item)
    declared = relations.total()
    parents = Counter(len(item["baseModels"]["models"]) for item in items if "baseModels" in item)

    assert 0.28 <= declared / len(items) <= 0.45
    assert relations["adapter"] / declared == pytest.approx(0.43, abs=0.03)
    assert relations["finetune"] / declared == pytest.approx(0.36, abs=0.03)
    assert relations["quantized"] / declared == pytest.approx(0.19, abs=0.03)
    assert relations["merge"] / declared == pytest.approx(0.02, abs=0.01)
    assert 0.20 <= sum("safetensors" in item for item in items) / len(items) <= 0.28
    assert set(parents) == {1, 2, 3, 4, 5}
    assert 0.01 < sum(item["gated"] is not False for item in items) / len(items) < 0.05
    assert {item["gated"] for item in items} == {False, "auto", "manual"}
    assert any(item["disabled"] for item in items)
    assert 0.6 < sum("pipeline_tag" in item for item in items) / len(items) < 0.9


def test_downloads_have_the_heavy_tail_of_the_hub(items: list[dict[str, Any]]) -> None:
    downloads = sorted((item["downloads"] for item in items), reverse=True)
    all_time = [item["downloadsAllTime"] for item in items]

    assert sum(count <= 10 for count in downloads) / len(items) == pytest.approx(0.72, abs=0.04)
    assert downloads[0] > 1_000_000
    assert sum(downloads[: len(items) // 66]) > 0.85 * sum(downloads)
    assert 0.5 < sum(count < 200 for count in all_time) / len(items) < 0.86
    assert sum(item["trendingScore"] > 0 for item in items) < 0.02 * len(items)


def test_every_kind_of_oddity_is_there(truth: dict[str, Truth], ecosystem: SyntheticEcosystem) -> None:
    flags = Counter(flag for each in truth.values() for flag in each.flags)
    wanted = [
        "dangling",
        "hostile",
        "in_cycle",
        "late_declaration",
        "mirror",
        "missing_tag",
        "parent_removed",
        "renamed",
        "returned",
        "reused_name",
        "self_reference",
    ]

    assert {flag: flags[flag] for flag in wanted if flags[flag] < 3} == {}
    assert {each.status for each in truth.values()} == {"root", "derived", "dangling", "cycle"}
    assert depth(truth) >= 10
    assert any(len({root.family for root in each.roots}) > 1 for each in truth.values()), "merges across families"


def depth(truth: dict[str, Truth]) -> int:
    known: dict[str, int] = {}
    for each in sorted(truth.values(), key=lambda each: each.hub_id):
        known[each.model_id] = 1 + max((known.get(parent, 0) for parent in each.parents), default=-1)
    return max(known.values())


@pytest.fixture(scope="module")
def months(items: list[dict[str, Any]], truth: dict[str, Truth]) -> dict[str, dict[str, float]]:
    """Return each month's share of new declared derivatives by family, and by `country:XX`."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for item in items:
        each = truth[item["id"]]
        for root in each.roots if each.declared else ():
            month = counts[item["createdAt"][:7]]
            month[root.family] += root.weight  # type: ignore[assignment]
            month[f"country:{root.origin_country}"] += root.weight  # type: ignore[assignment]
            month["all"] += root.weight  # type: ignore[assignment]
    return {month: {key: each[key] / each["all"] for key in each} for month, each in counts.items()}


def test_monthly_shares_follow_the_published_trend(months: dict[str, dict[str, float]]) -> None:
    def share(month: str, key: str) -> float:
        return months[month].get(key, 0.0)

    assert share("2024-01", "Qwen") <= 0.04  # about 1 %
    assert 0.08 <= share("2024-02", "country:CN") <= 0.30
    assert max(share(month, "Llama") for month in months if month.startswith("2024")) == pytest.approx(0.44, abs=0.04)
    assert share("2025-08", "Llama") == pytest.approx(0.15, abs=0.03)
    assert share("2025-08", "Qwen") == pytest.approx(0.42, abs=0.04)
    assert all(share(month, "Qwen") > 0.38 for month in months if month >= "2025-08")
    assert all(share(month, "country:CN") > 0.5 for month in months if month >= "2025-09")
    assert share("2025-09", "country:CN") == pytest.approx(0.6, abs=0.05)
    five = sum(share("2026-02", family) for family in ("Qwen", "Llama", "Mistral", "Gemma", "DeepSeek"))
    assert share("2026-02", "Qwen") / five == pytest.approx(0.69, abs=0.04)


def test_no_model_is_older_than_what_it_says_it_derives_from(
    items: list[dict[str, Any]], truth: dict[str, Truth]
) -> None:
    created = {item["id"]: item["createdAt"] for item in items}
    odd = {name for name, each in truth.items() if {"in_cycle", "mirror"} & set(each.flags) or not each.declared}

    wrong = [
        (item["id"], parent["id"])
        for item in items
        for parent in item.get("baseModels", {}).get("models", [])
        if item["id"] not in odd and created.get(parent["id"], "") > item["createdAt"]
    ]

    assert wrong == []
