"""Ten models whose origin is argued about, with the registry that ships: each is right and explained.

What is declared is what the Hub says of them (or does not).
"""

from __future__ import annotations

import pytest

from tests.lineage.worlds import candidates
from tracker import registry
from tracker.lineage import EVIDENCES, NO_EVIDENCE, SCALE, Resolved, choose, resolve

# model, what it and its ancestors declare, the root by weights with its top family and country, the weakest evidence
CASES = {
    "a distill without declared parents": (
        "deepseek-ai/DeepSeek-R1-Distill-Qwen-7B",
        [("Qwen/Qwen2.5-Math-7B", "Qwen/Qwen2.5-7B", "hub", "finetune")],
        {"Qwen/Qwen2.5-7B": (1.0, "Qwen", "CN")},
        "hub",
    ),
    "a distill whose teacher sits elsewhere": (
        "deepseek-ai/DeepSeek-R1-Distill-Llama-8B",
        [],
        {"meta-llama/Llama-3.1-8B": (1.0, "Llama", "US")},
        "override",
    ),
    "a mirror of a gated model": (
        "unsloth/llama-3-8b-bnb-4bit",
        [],
        {"meta-llama/Meta-Llama-3-8B": (1.0, "Llama", "US")},
        "mirror",
    ),
    "a derivative of a mirror": (
        "someone/lora",
        [("someone/lora", "unsloth/llama-3-8b-bnb-4bit", "tag", "adapter")],
        {"meta-llama/Meta-Llama-3-8B": (1.0, "Llama", "US")},
        "mirror",
    ),
    "a merge of two families": (
        "someone/merge",
        [
            ("someone/merge", "meta-llama/Meta-Llama-3-8B", "hub", "merge"),
            ("someone/merge", "mistralai/Mistral-7B-v0.1", "hub", "merge"),
        ],
        {"meta-llama/Meta-Llama-3-8B": (0.5, "Llama", "US"), "mistralai/Mistral-7B-v0.1": (0.5, "Mistral", "FR")},
        "hub",
    ),
    "a third party's quantization": (
        "bartowski/Qwen2.5-Coder-7B-Instruct-GGUF",
        [
            ("bartowski/Qwen2.5-Coder-7B-Instruct-GGUF", "Qwen/Qwen2.5-Coder-7B-Instruct", "hub", "quantized"),
            ("Qwen/Qwen2.5-Coder-7B-Instruct", "Qwen/Qwen2.5-Coder-7B", "hub", "finetune"),
            ("Qwen/Qwen2.5-Coder-7B", "Qwen/Qwen2.5-7B", "hub", "finetune"),
        ],
        {"Qwen/Qwen2.5-7B": (1.0, "Qwen", "CN")},
        "hub",
    ),
    "an American lab on Llama": (
        "deepcogito/cogito-v1-preview-llama-8B",
        [("deepcogito/cogito-v1-preview-llama-8B", "meta-llama/Llama-3.1-8B", "hub", "finetune")],
        {"meta-llama/Llama-3.1-8B": (1.0, "Llama", "US")},
        "hub",
    ),
    "an American lab on Qwen": (
        "deepcogito/cogito-v1-preview-qwen-14B",
        [("deepcogito/cogito-v1-preview-qwen-14B", "Qwen/Qwen2.5-14B", "hub", "finetune")],
        {"Qwen/Qwen2.5-14B": (1.0, "Qwen", "CN")},
        "hub",
    ),
    "a second lab's name on Llama": (
        "nvidia/Llama-3.1-Nemotron-70B-Instruct-HF",
        [("meta-llama/Llama-3.1-70B-Instruct", "meta-llama/Llama-3.1-70B", "hub", "finetune")],
        {"meta-llama/Llama-3.1-70B": (1.0, "Llama", "US")},
        "hub",
    ),
    "a derivative of Yi": (
        "NousResearch/Nous-Hermes-2-Yi-34B",
        [("NousResearch/Nous-Hermes-2-Yi-34B", "01-ai/Yi-34B", "hub", "finetune")],
        {"01-ai/Yi-34B": (1.0, "Yi", "CN")},
        "hub",
    ),
    "a derivative that names a parent by its former namespace": (
        "someone/glm-tune",
        [("someone/glm-tune", "THUDM/glm-4-9b", "tag", "finetune")],
        {"zai-org/glm-4-9b": (1.0, "GLM", "CN")},
        "tag",
    ),
    "a LoRA of an image model": (
        "someone/flux-lora",
        [("someone/flux-lora", "black-forest-labs/FLUX.1-dev", "hub", "adapter")],
        {"black-forest-labs/FLUX.1-dev": (1.0, "FLUX", "DE")},
        "hub",
    ),
}
PRESENT = ["Qwen/Qwen2.5-7B", "meta-llama/Llama-3.1-8B", "zai-org/glm-4-9b", "deepseek-ai/DeepSeek-R1"]


@pytest.fixture(scope="module")
def book():
    return registry.load()


def trace(book, model, declared, variant="default") -> tuple[Resolved, list[int]]:
    names = dict.fromkeys(
        [*PRESENT, model, *(name for derivative, parent, *_ in declared for name in (derivative, parent))]
    )
    stubs = {"THUDM/glm-4-9b"}
    edges = choose(candidates([name for name in names if name not in stubs], declared), book, variant)
    resolved = resolve(edges)
    node = list(resolved.names).index(model)
    return resolved, [row for row, each in enumerate(resolved.model.tolist()) if each == node]


@pytest.mark.parametrize(("model", "declared", "roots", "evidence"), CASES.values(), ids=CASES.keys())
def test_a_hard_case_is_right(book, model, declared, roots, evidence):
    resolved, rows = trace(book, model, declared)
    found = {}
    for row in rows:
        root = resolved.names[int(resolved.root[row])]
        ruling = book.ruling(root)
        found[root] = (resolved.credit[row] / SCALE, ruling.family, ruling.origin_country)
    assert found == roots
    codes = {int(resolved.evidence[row]) for row in rows}
    assert codes != {NO_EVIDENCE}
    assert {EVIDENCES[code] for code in codes} == {evidence}


def test_by_its_teacher_a_distill_changes_its_country(book):
    resolved, rows = trace(book, "deepseek-ai/DeepSeek-R1-Distill-Llama-8B", [], "teacher")
    (root,) = (resolved.names[int(resolved.root[row])] for row in rows)
    assert book.ruling(root).origin_country == "CN"
    assert book.ruling(root).family == "DeepSeek"


def test_as_uploaded_a_mirror_is_its_own_root(book):
    declared = [("someone/lora", "unsloth/llama-3-8b-bnb-4bit", "tag", "adapter")]
    resolved, rows = trace(book, "someone/lora", declared, "as_uploaded")
    assert [resolved.names[int(resolved.root[row])] for row in rows] == ["unsloth/llama-3-8b-bnb-4bit"]
