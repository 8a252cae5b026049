"""Parents that names suggest: each reading by example, what is never guessed, and how right the guesses are."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl
import pytest

from tests.lineage.hidden import measure
from tests.lineage.worlds import candidates, parents
from tests.registry_folder import write_registry
from tracker import registry
from tracker.lineage import choose
from tracker.lineage.choose.from_tags import candidates_from_tags

LLAMA, QWEN, MISTRAL = "meta-llama/Meta-Llama-3-8B", "Qwen/Qwen2.5-7B-Instruct", "mistralai/Mistral-7B-v0.1"


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    organizations = [
        {"namespace": "meta-llama", "organization": "Meta"},
        {"namespace": "Qwen", "organization": "Alibaba Cloud", "country": "CN"},
        {"namespace": "mistralai", "organization": "Mistral AI", "country": "FR"},
    ]
    families = [
        {"line": "Llama", "developer": "Meta"},
        {"line": "Qwen", "developer": "Alibaba Cloud"},
        {"line": "Mistral", "developer": "Mistral AI"},
    ]
    roots = [
        {"pattern": "meta-llama/*", "line": "Llama"},
        {"pattern": "Qwen/*", "line": "Qwen"},
        {"pattern": "mistralai/*", "line": "Mistral"},
    ]
    folder = write_registry(
        tmp_path_factory.mktemp("book"), organizations=organizations, families=families, roots=roots
    )
    return registry.load(folder)


def guess(book, model, *others, created=None, hints=None, declared=()):
    """Return {parent: relation} of one model in the variant `inferred`, among the developers' models and others."""
    ages = {name: (created or {}).get(name) for name in (LLAMA, QWEN, MISTRAL, *others, model)}
    edges = choose(candidates(ages, declared, hints=hints), book, "inferred")
    return {
        parent: relation for parent, (evidence, relation) in parents(edges, model).items() if evidence == "inferred"
    }


@pytest.mark.parametrize(
    ("model", "other"),
    [
        ("someone/My-Model-7B-GGUF", "else/My-Model-7B"),
        ("someone/my-model-7b.i1-gguf", "else/My-Model-7B"),
        ("someone/My-Model-7B-AWQ", "else/My-Model-7B"),
        ("someone/My-Model-7B-GPTQ-Int4", "else/My-Model-7B"),
        ("someone/My-Model-7B-bnb-4bit", "else/My-Model-7B"),
        ("someone/My-Model-7B-MLX-8bit", "else/My-Model-7B"),
        ("someone/My-Model-7B-4.0bpw-exl2", "else/My-Model-7B"),
        ("someone/My-Model-7B-Q4_K_M-GGUF", "else/My-Model-7B"),
        ("someone/My-Model-7B-quantized.w4a16", "else/My-Model-7B"),
        ("bartowski/else_My-Model-7B-GGUF", "else/My-Model-7B"),
    ],
)
def test_packaging_of_a_model_leads_to_the_model(book, model, other):
    assert guess(book, model, other) == {other: "quantized"}


def test_of_several_models_of_the_name_the_publishers_own_is_meant_then_a_known_family_then_the_oldest(book):
    model, own, old, young = "me/X-7B-GGUF", "me/X-7B", "a/X-7B", "b/X-7B"
    ages = {own: 9, old: 1, young: 2, model: 9}
    assert set(guess(book, model, young, old, own, created=ages)) == {own}
    assert set(guess(book, model, young, old, created=ages)) == {old}
    assert set(guess(book, "me/Mistral-7B-v0.1-GGUF", "a/Mistral-7B-v0.1", created={"a/Mistral-7B-v0.1": 1})) == {
        MISTRAL
    }


@pytest.mark.parametrize(
    ("model", "parent", "relation"),
    [
        ("me/llama-3-8b-roleplay", LLAMA, "finetune"),
        ("me/ko-Llama3-8B-sft", LLAMA, "finetune"),
        ("me/qwen2.5-7b-instruct-law-lora", QWEN, "adapter"),
        ("me/OpenHermes-2.5-Mistral-7B", MISTRAL, "finetune"),
        ("me/dolphin-mistral-7b-AWQ", MISTRAL, "quantized"),
    ],
)
def test_a_name_that_contains_a_developers_model_leads_to_it(book, model, parent, relation):
    assert guess(book, model) == {parent: relation}


@pytest.mark.parametrize(
    "model",
    ["me/llama-3-8b-mistral-7b-merge", "me/llama-the-animal", "me/unqwen2.5-7b-instruction", "me/mistral-70b", "me/7b"],
)
def test_names_that_tell_two_families_or_none_mean_nothing(book, model):
    assert guess(book, model) == {}


def test_the_longest_name_counts(book):
    base = "Qwen/Qwen2.5-7B"
    assert set(guess(book, "me/qwen2.5-7b-instruct-tune", base)) == {QWEN}
    assert set(guess(book, "me/qwen2.5-7b-tune", base)) == {base}


def test_a_parent_is_not_younger_than_its_derivative(book):
    assert guess(book, "me/llama-3-8b-x", created={LLAMA: 5, "me/llama-3-8b-x": 4}) == {}
    assert set(guess(book, "me/llama-3-8b-x", created={LLAMA: 5, "me/llama-3-8b-x": 5})) == {LLAMA}


def test_another_architecture_is_no_parent(book):
    model = "me/Mistral-7B-kot"
    assert guess(book, model, hints={MISTRAL: "mistral", model: "llama"}) == {}
    assert set(guess(book, model, hints={MISTRAL: "mistral", model: "mistral"})) == {MISTRAL}
    assert set(guess(book, model, hints={MISTRAL: "mistral"})) == {MISTRAL}


def test_a_declared_parent_is_never_replaced_by_a_guess(book):
    assert guess(book, "me/llama-3-8b-x", declared=[("me/llama-3-8b-x", "gone/y", "tag")]) == {}


def test_a_repository_with_a_family_of_its_own_stands_for_itself(book):
    assert guess(book, "Qwen/Qwen2.5-7B-Instruct-GGUF") == {}


@pytest.mark.parametrize("variant", ["default", "as_uploaded", "teacher"])
def test_guesses_are_in_no_other_variant(book, variant):
    world = candidates([LLAMA, "me/llama-3-8b-x"])
    assert len(choose(world, book, variant).derivative) == 0


def unseen(book, declared, hints):
    """Return {parent: relation} that is inferred for `gone/x`, which some models declare and no night has seen."""
    names = {LLAMA: None, QWEN: None, MISTRAL: None, **dict.fromkeys(model for model, _ in declared)}
    edges = choose(candidates(names, declared, hints=hints), book, "inferred")
    return parents(edges, "gone/x")


def built_on(parent, architecture, count):
    models = [f"me/{architecture}-{number}" for number in range(count)]
    return [(model, parent) for model in models], dict.fromkeys(models, architecture)


def test_a_parent_that_no_night_has_seen_is_told_by_its_name(book):
    edges = choose(candidates([QWEN, "me/a"], [("me/a", "gone/qwen2.5-7b-instruct-heretic")]), book, "inferred")
    assert parents(edges, "gone/qwen2.5-7b-instruct-heretic") == {QWEN: ("inferred", "finetune")}


def test_a_name_leads_to_a_developers_model_that_no_night_has_seen_either(book):
    declared = [("me/a", "gone/qwen2.5-14b-heretic"), ("me/b", "Qwen/Qwen2.5-14B")]
    edges = choose(candidates(["me/a", "me/b"], declared), book, "inferred")
    assert parents(edges, "gone/qwen2.5-14b-heretic") == {"Qwen/Qwen2.5-14B": ("inferred", "finetune")}


def test_a_parent_that_no_night_has_seen_is_told_by_the_architecture_of_what_declares_it(book):
    declared, hints = built_on(QWEN, "qwen2", 10)
    declared += [("me/a", "gone/x"), ("me/b", "gone/x")]
    assert unseen(book, declared, hints={**hints, "me/a": "qwen2", "me/b": "qwen2"}) == {QWEN: ("inferred", "finetune")}
    assert unseen(book, declared, hints={**hints, "me/a": "qwen2"}) == {QWEN: ("inferred", "finetune")}
    assert unseen(book, declared, hints={**hints, "me/a": "qwen2", "me/b": "llama"}) == {}
    assert unseen(book, declared, hints=hints) == {}


def test_an_architecture_of_two_families_or_of_few_models_tells_nothing(book):
    few, hints = built_on(QWEN, "qwen2", 8)
    asked = [("me/a", "gone/x")]
    assert unseen(book, [*few, *asked], hints={**hints, "me/a": "qwen2"}) == {}
    many, hints = built_on(QWEN, "llama", 30)
    mixed = [*many, ("me/llama-tune", LLAMA), *asked]
    assert unseen(book, mixed, hints={**hints, "me/llama-tune": "llama", LLAMA: "llama", "me/a": "llama"}) == {}


def test_a_models_own_architecture_tells_nothing_by_itself(book):
    declared, hints = built_on(QWEN, "qwen2", 20)
    names = [QWEN, *(model for model, _ in declared), "me/scratch"]
    edges = choose(candidates(names, declared, hints={**hints, "me/scratch": "qwen2"}), book, "inferred")
    assert parents(edges, "me/scratch") == {}


def test_without_any_developers_model_nothing_is_guessed(book):
    edges = choose(candidates(["me/a-7b", "me/b-7b"]), book, "inferred")
    assert len(edges.derivative) == 0


def test_candidates_from_tags_keep_relation_order_age_and_architecture():
    frame = pl.DataFrame(
        {
            "model_id": ["me/m", "me/a"],
            "tags": [
                [
                    *("llama", "base_model:adapter:/data/out", "base_model:me/a", "base_model:gone/b"),
                    *("base_model:merge:me/a", "base_model:merge:https://hf.co/gone/b"),
                ],
                [],
            ],
            "created_at": [datetime(2024, 1, 1, tzinfo=UTC), None],
        }
    )
    made = candidates_from_tags(frame)
    assert list(made.names) == ["me/m", "me/a", "gone/b"]
    assert made.parent.tolist() == [1, 2, 1, 2]
    assert made.relation.tolist() == [5, 5, 3, 3]
    assert made.created_at.tolist() == [1704067200, -1]
    assert made.hints == ["llama", ""]
    assert not made.full_scope


def test_hidden_declarations_are_compared_with_guesses(book):
    """Of four with a parent: guessed right, to a wrong parent of the right family, wrong, not at all."""
    declared = [
        ("me/llama-3-8b-x", LLAMA),
        ("me/mistral-7b-y", "me/mistral-base"),
        ("me/mistral-base", MISTRAL),
        ("me/qwen2.5-7b-instruct-z", LLAMA),
    ]
    names = [LLAMA, QWEN, MISTRAL, *(derivative for derivative, _ in declared)]
    accuracy = measure(candidates(names, declared), book)
    assert (accuracy.asked, accuracy.inferred, accuracy.right_parent, accuracy.right_root) == (4, 3, 1, 2)
    assert (accuracy.precision, accuracy.recall) == (2 / 3, 2 / 4)
