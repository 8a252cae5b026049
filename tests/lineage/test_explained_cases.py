"""Ten models whose origin is argued about, as the Hub lists them: served, collected, published, and asked for.

Everything is real but the network: list items in the Hub's own shape, the registry that ships, the whole
pipeline, and the answers that `tracker lineage` gives. What each item declares, or does not, is what the
Hub showed of it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.command_line import tracker
from tests.conftest import write_nights
from tracker import pipeline, store
from tracker.answers.ancestry import Ancestors, ancestors
from tracker.demo import hub_process
from tracker.scope import Scope
from tracker.settings import Settings

NIGHT = date(2026, 10, 5)


def item(name: str, created: str, relation: str = "", *parents: str, tagged: bool = False) -> dict[str, Any]:
    """Return one list item; parents stand in baseModels and tags, or only in tags (`tagged`), as old ones do."""
    tags = [tag for parent in parents for tag in (f"base_model:{parent}", f"base_model:{relation}:{parent}")]
    made = {
        "_id": hub_id(name),
        "id": name,
        "author": name.split("/")[0],
        "createdAt": f"{created}T08:00:00.000Z",
        "lastModified": f"{created}T09:00:00.000Z",
        "downloads": 1000,
        "downloadsAllTime": 5000,
        "likes": 3,
        "gated": False,
        "private": False,
        "tags": [*tags, "region:us"],
    }
    if parents and not tagged:
        made["baseModels"] = {"relation": relation, "models": [{"_id": hub_id(each), "id": each} for each in parents]}
    return made


def hub_id(name: str) -> str:
    """Return 24 hex digits, others for every name."""
    return hashlib.sha1(name.encode()).hexdigest()[:24]


HUB = [
    item("Qwen/Qwen2.5-7B", "2024-09-15"),
    item("Qwen/Qwen2.5-14B", "2024-09-15"),
    item("Qwen/Qwen2.5-Math-7B", "2024-09-16", "finetune", "Qwen/Qwen2.5-7B"),
    item("Qwen/Qwen2.5-Coder-7B", "2024-09-16", "finetune", "Qwen/Qwen2.5-7B"),
    item("Qwen/Qwen2.5-Coder-7B-Instruct", "2024-09-17", "finetune", "Qwen/Qwen2.5-Coder-7B"),
    item("meta-llama/Meta-Llama-3-8B", "2024-04-17"),
    item("meta-llama/Llama-3.1-8B", "2024-07-14"),
    item("meta-llama/Llama-3.1-70B", "2024-07-14"),
    item("meta-llama/Llama-3.1-70B-Instruct", "2024-07-16", "finetune", "meta-llama/Llama-3.1-70B"),
    item("mistralai/Mistral-7B-v0.1", "2023-09-20"),
    item("deepseek-ai/DeepSeek-V3-Base", "2024-12-25"),
    item("deepseek-ai/DeepSeek-R1", "2025-01-20"),
    item("01-ai/Yi-34B", "2023-11-01"),
    item("zai-org/glm-4-9b", "2024-06-04"),
    item("black-forest-labs/FLUX.1-dev", "2024-07-31"),
    # the distilled models name no base model on the Hub
    item("deepseek-ai/DeepSeek-R1-Distill-Qwen-7B", "2025-01-20"),
    item("deepseek-ai/DeepSeek-R1-Distill-Llama-8B", "2025-01-20"),
    # one re-upload says what it is, the older one does not
    item("unsloth/Meta-Llama-3.1-8B-bnb-4bit", "2024-07-23", "quantized", "meta-llama/Llama-3.1-8B"),
    item("unsloth/llama-3-8b-bnb-4bit", "2024-04-18"),
    item("someone/support-lora", "2024-05-02", "adapter", "unsloth/llama-3-8b-bnb-4bit"),
    item("someone/unseen-lora", "2024-05-02", "adapter", "unsloth/llama-3-8b", tagged=True),
    item("someone/Llamistral-8B", "2024-05-01", "merge", "meta-llama/Meta-Llama-3-8B", "mistralai/Mistral-7B-v0.1"),
    item("bartowski/Qwen2.5-Coder-7B-Instruct-GGUF", "2024-09-18", "quantized", "Qwen/Qwen2.5-Coder-7B-Instruct"),
    item("deepcogito/cogito-v1-preview-llama-8B", "2025-04-01", "finetune", "meta-llama/Llama-3.1-8B"),
    item("deepcogito/cogito-v1-preview-qwen-14B", "2025-04-01", "finetune", "Qwen/Qwen2.5-14B", tagged=True),
    item("nvidia/Llama-3.1-Nemotron-70B-Instruct", "2024-10-12", "finetune", "meta-llama/Llama-3.1-70B-Instruct"),
    item("01-ai/Yi-34B-Chat", "2023-11-22"),
    item("TheBloke/Yi-34B-Chat-GGUF", "2023-11-24", "quantized", "01-ai/Yi-34B-Chat"),
    item("zai-org/glm-4-9b-chat", "2024-06-04"),
    item("someone/glm-tune", "2024-08-01", "finetune", "THUDM/glm-4-9b-chat", tagged=True),
    item("someone/flux-portraits-lora", "2024-08-20", "adapter", "black-forest-labs/FLUX.1-dev"),
]

QWEN = ("Qwen2.5", "Alibaba", "CN")
LLAMA_3 = ("Llama 3", "Meta", "US")
LLAMA_3_1 = ("Llama 3.1", "Meta", "US")


@dataclass(frozen=True)
class Case:
    """A model with the way to each root, `(model, relation, evidence)` a step, and that root's ruling."""

    model_id: str
    ways: tuple[tuple[tuple[str, str, str], ...], ...]
    rulings: tuple[tuple[str, str, str], ...]
    status: str
    why: str
    variant: str = "default"

    def __str__(self) -> str:
        return f"{self.model_id}-{self.variant}"


def one(model_id: str, *way: str, ruling: tuple[str, str, str], why: str, **about: str) -> Case:
    """Return a case with one root; a step is written 'relation evidence model'."""
    steps = tuple((model, relation, evidence) for relation, evidence, model in (step.split(" ") for step in way))
    return Case(model_id, (steps,), (ruling,), about.pop("status", "derived"), why, **about)


R1_QWEN, R1_LLAMA = (f"deepseek-ai/DeepSeek-R1-Distill-{base}" for base in ("Qwen-7B", "Llama-8B"))
CODER = "bartowski/Qwen2.5-Coder-7B-Instruct-GGUF"
CASES = [
    one(R1_QWEN, "finetune override Qwen/Qwen2.5-Math-7B", "finetune hub Qwen/Qwen2.5-7B", ruling=QWEN,
        why="finetuned from Qwen/Qwen2.5-Math-7B, 2 steps to Qwen/Qwen2.5-7B (declared, structured); "
        "family Qwen, line Qwen2.5 of Alibaba, origin CN"),
    one(R1_LLAMA, "finetune override meta-llama/Llama-3.1-8B", ruling=LLAMA_3_1,
        why="finetuned from meta-llama/Llama-3.1-8B (curated correction); "
        "family Llama, line Llama 3.1 of Meta, origin US"),
    one("unsloth/Meta-Llama-3.1-8B-bnb-4bit", "quantized hub meta-llama/Llama-3.1-8B", ruling=LLAMA_3_1,
        why="quantized from meta-llama/Llama-3.1-8B (declared, structured)"),
    one("unsloth/llama-3-8b-bnb-4bit", "quantized mirror meta-llama/Meta-Llama-3-8B", ruling=LLAMA_3,
        why="quantized from meta-llama/Meta-Llama-3-8B (a re-upload by a registry rule)"),
    one("someone/support-lora", "adapter hub unsloth/llama-3-8b-bnb-4bit",
        "quantized mirror meta-llama/Meta-Llama-3-8B", ruling=LLAMA_3,
        why="an adapter of unsloth/llama-3-8b-bnb-4bit, 2 steps to meta-llama/Meta-Llama-3-8B"),
    one("someone/unseen-lora", "adapter tag unsloth/llama-3-8b", "copy mirror meta-llama/Meta-Llama-3-8B",
        ruling=LLAMA_3, why="an adapter of unsloth/llama-3-8b, 2 steps to meta-llama/Meta-Llama-3-8B"),
    Case("someone/Llamistral-8B",
         ((("meta-llama/Meta-Llama-3-8B", "merge", "hub"),), (("mistralai/Mistral-7B-v0.1", "merge", "hub"),)),
         (LLAMA_3, ("Mistral 7B", "Mistral AI", "FR")), "derived",
         "merged from meta-llama/Meta-Llama-3-8B (declared, structured); credited with 50.0 % of it"),
    one(CODER, "quantized hub Qwen/Qwen2.5-Coder-7B-Instruct", "finetune hub Qwen/Qwen2.5-Coder-7B",
        "finetune hub Qwen/Qwen2.5-7B", ruling=QWEN,
        why="quantized from Qwen/Qwen2.5-Coder-7B-Instruct, 3 steps to Qwen/Qwen2.5-7B"),
    one("deepcogito/cogito-v1-preview-llama-8B", "finetune hub meta-llama/Llama-3.1-8B", ruling=LLAMA_3_1,
        why="finetuned from meta-llama/Llama-3.1-8B"),
    one("deepcogito/cogito-v1-preview-qwen-14B", "finetune tag Qwen/Qwen2.5-14B", ruling=QWEN,
        why="finetuned from Qwen/Qwen2.5-14B (declared by tag)"),
    one("nvidia/Llama-3.1-Nemotron-70B-Instruct", "finetune override meta-llama/Llama-3.1-70B-Instruct",
        "finetune hub meta-llama/Llama-3.1-70B", ruling=LLAMA_3_1,
        why="finetuned from meta-llama/Llama-3.1-70B-Instruct, 2 steps to meta-llama/Llama-3.1-70B"),
    one("TheBloke/Yi-34B-Chat-GGUF", "quantized hub 01-ai/Yi-34B-Chat", "finetune override 01-ai/Yi-34B",
        ruling=("Yi", "01.AI", "CN"), why="quantized from 01-ai/Yi-34B-Chat, 2 steps to 01-ai/Yi-34B"),
    one("someone/glm-tune", "finetune tag zai-org/glm-4-9b-chat", "finetune override zai-org/glm-4-9b",
        ruling=("GLM-4", "Z.ai", "CN"), why="finetuned from zai-org/glm-4-9b-chat, 2 steps to zai-org/glm-4-9b"),
    one("someone/flux-portraits-lora", "adapter hub black-forest-labs/FLUX.1-dev",
        ruling=("FLUX.1", "Black Forest Labs", "DE"), why="an adapter of black-forest-labs/FLUX.1-dev"),
    # the other readings, where they differ
    one(R1_LLAMA, "finetune override deepseek-ai/DeepSeek-R1", "finetune override deepseek-ai/DeepSeek-V3-Base",
        ruling=("DeepSeek-V3", "DeepSeek", "CN"), variant="teacher",
        why="finetuned from deepseek-ai/DeepSeek-R1, 2 steps to deepseek-ai/DeepSeek-V3-Base (curated correction)"),
    one("unsloth/llama-3-8b-bnb-4bit", ruling=LLAMA_3, variant="as_uploaded", status="root",
        why="has no parent that counts, so it is a root"),
    one("unsloth/Meta-Llama-3.1-8B-bnb-4bit", ruling=LLAMA_3_1, variant="as_uploaded", status="root",
        why="has no parent that counts, so it is a root"),
    one("someone/support-lora", "adapter hub unsloth/llama-3-8b-bnb-4bit", ruling=LLAMA_3, variant="as_uploaded",
        why="an adapter of unsloth/llama-3-8b-bnb-4bit (declared, structured)"),
]  # fmt: skip


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder after one night of the real pipeline."""
    folder = tmp_path_factory.mktemp("cases")
    with hub_process(replay=write_nights(folder / "hub", {NIGHT: HUB})) as hub:
        settings = Settings(data_dir=folder / "data", endpoint=hub.endpoint)
        pipeline.update(settings, scope=Scope("full"), snapshot_date=NIGHT, force=True)
    return folder / "data"


@pytest.fixture(scope="module")
def published(collected: Path) -> Iterator[store.Published]:
    with store.open_published(collected) as handle:
        yield handle


def ways(answer: Ancestors) -> list[tuple[tuple[str, str, str], ...]]:
    return [
        tuple((step["model_id"], step["relation"], step["evidence"]) for step in root["path"])
        for root in answer.as_json()["roots"]
    ]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_hard_case_is_right_and_explained(published: store.Published, case: Case) -> None:
    answer = ancestors(published, case.model_id, variant=case.variant)
    assert ways(answer) == list(case.ways)
    roots = answer.roots
    assert [(root["line"], root["developer"], root["origin_country"]) for root in roots] == list(case.rulings)
    assert [root["root_id"] for root in roots] == [way[-1][0] if way else case.model_id for way in case.ways]
    assert [root["weight"] for root in roots] == [1 / len(roots)] * len(roots)
    assert [root["depth"] for root in roots] == [len(way) for way in case.ways]
    assert answer.status == case.status
    assert answer.why.startswith(case.why)
    sentences = answer.as_tree().rpartition("\n\n")[2].splitlines()[: len(roots)]  # below the tree, one a root
    assert [root["root_id"] in line for root, line in zip(roots, sentences, strict=True)] == [True] * len(roots)


def test_only_the_teacher_moves_a_distilled_model_to_another_country(published: store.Published) -> None:
    found = {
        variant: {root["origin_country"] for root in ancestors(published, R1_LLAMA, variant=variant).roots}
        for variant in ("default", "as_uploaded", "inferred", "teacher")
    }
    assert found == {"default": {"US"}, "as_uploaded": {"US"}, "inferred": {"US"}, "teacher": {"CN"}}


def test_the_command_line_gives_the_whole_way(collected: Path) -> None:
    done = tracker("lineage", "someone/unseen-lora", "--json", "--data-dir", str(collected), cwd=collected)
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert (answer["status"], len(answer["roots"])) == ("derived", 1)
    assert answer["why"].endswith("family Llama, line Llama 3 of Meta, origin US")
    path = [{key: step[key] for key in ("model_id", "relation", "evidence")} for step in answer["roots"][0]["path"]]
    assert path == [
        {"model_id": "unsloth/llama-3-8b", "relation": "adapter", "evidence": "tag"},
        {"model_id": "meta-llama/Meta-Llama-3-8B", "relation": "copy", "evidence": "mirror"},
    ]
