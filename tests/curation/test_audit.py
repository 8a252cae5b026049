"""Rules against what models declare: each kind of contradiction, what explains it, and what speaks for no rule."""

from __future__ import annotations

import pytest

from tests.registry_folder import write_registry
from tests.samples import sample
from tracker import registry
from tracker.curation import audit, of_sample

SCRATCH = {"weights": "scratch", "weights_source": "https://example.org/paper"}
FILES = {
    "organizations": [
        {"namespace": "meta", "organization": "Meta"},
        {"namespace": "ms", "organization": "Microsoft"},
        {"namespace": "lab", "organization": "Lab"},
    ],
    "families": [
        {"line": "Llama", "developer": "Meta", **SCRATCH},
        {"line": "DeBERTa", "developer": "Microsoft", **SCRATCH},
        {"line": "Tune", "developer": "Lab", "weights": "Llama", "weights_source": "https://example.org/paper"},
        {"line": "Own", "developer": "Lab", **SCRATCH},
    ],
    "roots": [
        {"pattern": "meta/*", "line": "Llama"},
        {"pattern": "ms/*", "line": "DeBERTa"},
        {"pattern": "lab/tune*", "line": "Tune"},
        {"pattern": "lab/own*", "line": "Own"},
        {"pattern": "lab/own-*7B*", "line": "Own"},
        {"pattern": "lab/never", "line": "Own"},
    ],
    "mirrors": [{"pattern": "up/*-GGUF", "rule": "same_name", "target": "meta", "relation": "quantized"}],
}


def tagged(parent, architecture, count, publisher="me"):
    names = [f"{publisher}/{architecture}-{parent.split('/')[1]}-{number}" for number in range(count)]
    return [(name, 1, [architecture, f"base_model:{parent}", f"base_model:finetune:{parent}"]) for name in names]


USUAL = [
    ("meta/llama", 100, ["llama"]),
    ("ms/deberta", 100, ["deberta-v2"]),
    *tagged("meta/llama", "llama", 12),
    *tagged("ms/deberta", "deberta-v2", 12),
]


def found(folder, *models, unsupported=False, **files):
    """Return (pattern, kind, against, models, explained) of what is said against rules."""
    merged = {name: [*FILES.get(name, []), *files.get(name, [])] for name in {*FILES, *files}}
    book = registry.load(write_registry(folder / "book", **merged))
    rows = audit(of_sample(sample([*USUAL, *models]).sort("model_id")), book, unsupported=unsupported)
    return rows.select("pattern", "kind", "against", "models", "explained").rows()


def test_what_agrees_is_not_listed(tmp_path):
    assert found(tmp_path) == []


def test_a_tag_of_another_family_is_found_in_a_rule_for_a_whole_namespace(tmp_path):
    assert found(tmp_path, ("meta/guard", 50, ["deberta-v2"])) == [
        ("meta/*", "architecture", "deberta-v2 (DeBERTa)", 1, False)
    ]


@pytest.mark.parametrize(
    "notes", ["meta/guard is an mDeBERTa that is listed here for its name", "also models of tag deberta-v2"]
)
def test_a_reason_in_the_notes_explains_it(tmp_path, notes):
    row = {"pattern": "meta/guard*", "line": "Llama", "notes": notes}
    assert found(tmp_path, ("meta/guard", 50, ["deberta-v2"]), roots=[row]) == [
        ("meta/guard*", "architecture", "deberta-v2 (DeBERTa)", 1, True)
    ]


@pytest.mark.parametrize("notes", ["a model of mdeberta-v2 kind", "see meta/guards"])
def test_a_word_that_only_holds_it_does_not_explain_it(tmp_path, notes):
    row = {"pattern": "meta/guard*", "line": "Llama", "notes": notes}
    (said,) = found(tmp_path, ("meta/guard", 50, ["deberta-v2"]), roots=[row])
    assert said[-1] is False


def test_a_family_from_scratch_in_a_known_architecture_explains_itself(tmp_path):
    said = found(tmp_path, ("lab/own", 5, ["llama"]))
    assert said == [("lab/own*", "architecture", "llama (Llama)", 1, True)]


def test_a_line_on_the_weights_of_the_tags_family_agrees(tmp_path):
    assert found(tmp_path, ("lab/tune", 5, ["llama"])) == []


def test_declared_parents_of_another_family_contradict_those_of_the_weights_agree(tmp_path):
    wrong = ("lab/own-x", 5, ["base_model:meta/llama", "base_model:finetune:meta/llama"])
    right = ("lab/tune-x", 5, ["base_model:meta/llama", "base_model:finetune:meta/llama"])
    nowhere = ("lab/own-y", 5, ["base_model:gone/z", "base_model:finetune:gone/z"])
    assert found(tmp_path, wrong, right, nowhere) == [("lab/own*", "parent", "Llama", 1, False)]


def test_a_size_inside_a_larger_one_contradicts(tmp_path):
    assert found(tmp_path, ("lab/own-47B", 5, []), ("lab/own-7B-it", 5, [])) == [
        ("lab/own-*7B*", "size", "47", 1, False)
    ]


def test_a_re_upload_that_declares_another_family_than_its_original_contradicts_its_rule(tmp_path):
    other = ("up/llama-GGUF", 5, ["base_model:ms/deberta", "base_model:quantized:ms/deberta"])
    assert found(tmp_path, other) == [("up/*-GGUF", "parent", "DeBERTa", 1, False)]


def test_rules_that_nothing_speaks_for_are_named_when_asked_for(tmp_path):
    said = found(tmp_path, ("lab/own-7B", 5, ["llama"]), unsupported=True)
    assert {pattern for pattern, kind, *_ in said if kind == "unsupported"} == {"lab/never", "lab/own*", "lab/tune*"}
