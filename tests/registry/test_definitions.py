"""Definitions: named, versioned sets of choices, read from the registry."""

from __future__ import annotations

from pathlib import Path

import pytest

from tracker.errors import RegistryError, SettingsError, UnknownName
from tracker.registry import definitions

REGISTRY = Path(__file__).parents[2] / "data" / "registry"
PEERS = {
    "hf-direct",
    "hf-tag",
    "hf-gguf",
    "atom-deriv",
    "hai-base-country",
    "atom-downloads",
    "ram-v1",
    "ram-v2",
    "hf-window",
    "modelpulse-text",
}

KNOWN = definitions.load(REGISTRY)


def test_ours_and_the_peers_definitions_are_there():
    assert set(KNOWN) >= PEERS | {"default", "eoi-country"}


def test_an_override_is_said_in_the_name():
    changed = definitions.find(KNOWN, "default").override(credit="full", min_downloads=6)
    assert changed.name == "default+credit=full+min_downloads=6"
    assert (changed.credit, changed.min_downloads) == ("full", 6)
    assert definitions.find(KNOWN, changed.name) == changed


def test_an_override_that_changes_nothing_keeps_the_name():
    assert definitions.find(KNOWN, "default").override(credit="fractional").name == "default"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"credit": "half"}, "credit is 'half'; use one of: fractional, full, first"),
        ({"relations": ""}, "relations is ''; use all, or some of"),
        ({"relations": "finetune lora"}, "relations is 'finetune lora'; use all, or some of"),
        ({"universe": "text"}, "universe is 'text'"),
        ({"min_downloads": "many"}, "write a whole number"),
        ({"creditt": "full"}, "no parameter 'creditt'"),
    ],
)
def test_a_wrong_override_says_what_is_right(change, message):
    with pytest.raises(SettingsError, match=message):
        definitions.find(KNOWN, "default").override(**change)


def test_an_unknown_definition_answers_with_the_nearest():
    with pytest.raises(UnknownName, match="did you mean default"):
        definitions.find(KNOWN, "defalt")


def test_a_grid_tries_every_combination_that_the_author_left_open():
    grid = [each.name for each in definitions.find(KNOWN, "atom-deriv").grid()]
    assert len(grid) == len(set(grid)) == 3 * 2 * 2 * 3
    assert grid[0] == "atom-deriv"
    assert (
        "atom-deriv+relations=finetune adapter+counter=downloads_all_time+credit=full+denominator=derivatives" in grid
    )
    assert [each.name for each in definitions.find(KNOWN, "default").grid()] == ["default"]


def test_two_readings_of_lineage_at_once_are_refused():
    both = definitions.find(KNOWN, "default").override(two_origin="teacher", mirrors="as_uploaded")
    with pytest.raises(SettingsError, match="as_uploaded and teacher"):
        _ = both.variant


def test_every_problem_of_the_file_is_told_with_its_line(tmp_path):
    text = (REGISTRY / "definitions.csv").read_text(encoding="utf-8")
    broken = text.replace(",rolled_up,", ",rolled,").replace("counter=downloads_30d|", "counter=downloads|")
    (tmp_path / "definitions.csv").write_text(broken, encoding="utf-8")
    with pytest.raises(RegistryError) as caught:
        definitions.load(tmp_path)
    assert any("definitions.csv:2: unpublished holds something to try" in problem for problem in caught.value.problems)
    assert any("mirrors is 'rolled'; use one of" in problem for problem in caught.value.problems)


@pytest.mark.parametrize("text", ["gpt2\nQwen/Qwen3-8B\n", "downloads,model_id\n9,gpt2\n8,Qwen/Qwen3-8B\n"])
def test_a_list_holds_old_models_without_a_namespace(text: str, tmp_path: Path) -> None:
    (tmp_path / "models.csv").write_text(text)
    assert definitions.read_list(tmp_path / "models.csv") == ["gpt2", "Qwen/Qwen3-8B"]


@pytest.mark.parametrize("text", ["", "gpt2\n", "name,downloads\nQwen/Qwen3-8B,9\n", "a b/c\n"])
def test_what_is_no_list_of_models_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "models.csv").write_text(text)
    with pytest.raises(SettingsError, match="no list of models"):
        definitions.read_list(tmp_path / "models.csv")
