"""What models declare: read from ids and tags, resolved to models, kept over nights."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

import tracker
from tests.store.nights import land, model, night, small_registry, update
from tracker import registry, store
from tracker.answers.ancestry import ancestors, descendants
from tracker.lineage import EVIDENCES, RELATIONS
from tracker.registry import Registry
from tracker.settings import Settings

Ask = Callable[..., pl.DataFrame]
PARENTS = "select model_id, parent_id, relation, evidence, ordinal from parents order by model_key, ordinal, relation"


@pytest.fixture
def small(tmp_path: Path) -> Registry:
    return small_registry(tmp_path / "registry")


def test_ids_come_before_tags_and_typed_tags_before_plain_ones(settings: Settings, small: Registry, ask: Ask) -> None:
    models = [
        model("p/one", 1),
        model("p/two", 2),
        model("c/both", 3, parents=[(1, "p/one")], tags=["base_model:p/one", "base_model:finetune:p/one"]),
        model("c/typed", 4, tags=["base_model:p/two", "base_model:adapter:p/two", "base_model:x/unknown"]),
        model("c/odd", 5, tags=["base_model:distill:p/one", "base_model:", "other"]),
        model("c/merge", 6, parents=[(2, "p/two"), (1, "p/one")], relation="merge"),
    ]
    update(settings, small, land(settings.data_dir, night(0), models))

    assert ask(PARENTS).rows() == [
        ("c/both", "p/one", "finetune", "hub", 0),
        ("c/typed", "p/two", "adapter", "tag", 0),
        ("c/odd", "p/one", "other", "tag", 0),
        ("c/merge", "p/two", "merge", "hub", 0),
        ("c/merge", "p/one", "merge", "hub", 1),
    ]
    assert ask("select model_id, relation from models where relation is not null order by model_key").rows() == [
        ("c/both", "finetune"),
        ("c/typed", "adapter"),
        ("c/odd", "other"),
        ("c/merge", "merge"),
    ]


BESIDE = {  # tags beside the Hub's own word for p/one
    "a path": ["base_model:adapter:/data/model_base"],
    "a folder of the cache": ["base_model:adapter:/hf/models--p--two/snapshots/f8d333a"],
    "a former name": ["base_model:adapter:old/two"],
    "a name that a stranger took over": ["base_model:adapter:p/two"],
    "a copied README": ["base_model:finetune:p/two", "base_model:quantized:old/two"],
    "without a relation": ["base_model:p/two"],
    "its own parent by another relation": ["base_model:quantized:p/one"],
    "its own parent by address": ["base_model:https://huggingface.co/p/one"],
}


@pytest.mark.parametrize("order", [1, -1], ids=["before", "after"])
@pytest.mark.parametrize("beside", BESIDE.values(), ids=BESIDE)
def test_what_a_card_says_beside_the_declaration_does_not_count(
    settings: Settings, small: Registry, ask: Ask, beside: list[str], order: int
) -> None:
    """With baseModels or the Hub's pair of tags, wherever a list of tags has the text."""
    pair = ["base_model:p/one", "base_model:adapter:p/one"]
    tags = [tag for part in (beside, pair)[::order] for tag in part]
    models = [
        model("p/one", 1),
        model("p/two", 2),
        model("c/both", 3, parents=[(1, "p/one")], relation="adapter", tags=tags),
        model("c/ids", 4, parents=[(1, "p/one")], relation="adapter", tags=beside),
    ]
    if "base_model:quantized:p/one" not in beside:  # which is a pair as well, and says two relations
        models.append(model("c/tags", 5, tags=tags))
    update(settings, small, land(settings.data_dir, night(0), models))

    assert ask("select model_id, parent_id, relation from parents order by model_key").rows() == [
        (each["model_id"], "p/one", "adapter") for each in models[2:]
    ]


ALONE = {
    "Qwen/Qwen2.5-7B": ["base_model:adapter:/job/models--Qwen--Qwen2.5-7B/snapshots/f8d333a"],
    "p/one": ["base_model:https://huggingface.co/P/One", "base_model:finetune:https://huggingface.co/P/One"],
    "C:\\Models\\Apriel-5B": ["base_model:adapter:C:\\Models\\Apriel-5B"],
    "llama3:8b": ["base_model:llama3:8b", "base_model:finetune:llama3:8b"],
    "/data/model_base": ["base_model:adapter:/data/model_base"],
}


@pytest.mark.parametrize(("parent", "tags"), ALONE.items(), ids=ALONE)
def test_what_a_card_says_alone_is_read_for_what_it_names(
    settings: Settings, ask: Ask, parent: str, tags: list[str]
) -> None:
    run = land(settings.data_dir, night(0), [model("p/one", 1), model("c/one", 2, tags=tags)])
    update(settings, registry.load(), run)
    assert ask("select parent_id from parents").rows() == [(parent,)]
    is_id = "/" in parent.strip("/") and not parent.startswith("/")
    assert ask("select parent_is_hub_id from parents").item() == is_id
    why = ask("select why from lineage where model_id = 'c/one'").item()
    assert ("which is no id of a model on the Hub" in why) == (not is_id)
    with tracker.open(settings.data_dir) as copy:
        for of in ("models", "publishers"):
            listed = {row[1] for row in map(tuple, copy.top(by="derivatives", of=of).frame.rows())}
            assert listed == ({parent if of == "models" else parent.partition("/")[0]} if is_id else {"unknown"}), (
                listed
            )


def test_a_declaration_follows_its_parent_through_a_rename(settings: Settings, small: Registry, ask: Ask) -> None:
    tagged = model("c/tagged", 3, tags=["base_model:finetune:p/one"])
    by_id = model("c/by_id", 4, parents=[(1, "p/one")])
    update(settings, small, land(settings.data_dir, night(0), [model("p/one", 1), tagged, by_id]))
    moved = model("c/by_id", 4, parents=[(1, "p/now")])
    summary = update(settings, small, land(settings.data_dir, night(1), [model("p/now", 1), tagged, moved]))

    assert summary.reparented == 0
    assert ask("select model_id, parent_key, parent_id, first_seen from parents order by model_key").rows() == [
        ("c/tagged", 1, "p/now", night(0)),
        ("c/by_id", 1, "p/now", night(0)),
    ]


def test_a_name_in_another_case_is_the_same_parent(settings: Settings, small: Registry, ask: Ask) -> None:
    derivative = model("c/derivative", 2, tags=["base_model:Mistralai/mistral-7b"])
    update(settings, small, land(settings.data_dir, night(0), [model("mistralai/Mistral-7B", 1), derivative]))

    assert ask("select parent_key, parent_id from parents").rows() == [(1, "mistralai/Mistral-7B")]


def test_other_parents_are_an_event(settings: Settings, small: Registry, ask: Ask) -> None:
    parents = [model("p/one", 1), model("p/two", 2)]
    derivative = model("c/derivative", 3, parents=[(1, "p/one")])
    update(settings, small, land(settings.data_dir, night(0), [*parents, derivative]))
    other = model("c/derivative", 3, parents=[(1, "p/one"), (2, "p/two")])
    first = update(settings, small, land(settings.data_dir, night(1), [*parents, other]))
    none = model("c/derivative", 3)
    second = update(settings, small, land(settings.data_dir, night(2), [*parents, none]))

    assert (first.reparented, second.reparented) == (1, 1)
    assert ask("select kind, before, after from events order by snapshot_date").rows() == [
        ("reparented", "finetune p/one", "finetune p/one, finetune p/two"),
        ("reparented", "finetune p/one, finetune p/two", None),
    ]
    assert ask("select count(*) from parents").item() == 0


def test_parents_say_since_when(settings: Settings, small: Registry, ask: Ask) -> None:
    parents = [model("p/one", 1), model("p/two", 2)]
    update(
        settings, small, land(settings.data_dir, night(0), [*parents, model("c/derivative", 3, parents=[(1, "p/one")])])
    )
    derivative = model("c/derivative", 3, parents=[(1, "p/one"), (2, "p/two")])
    update(settings, small, land(settings.data_dir, night(1), [*parents, derivative]))
    update(settings, small, land(settings.data_dir, night(2), [*parents, derivative]))

    assert ask("select parent_id, first_seen, last_seen from parents order by ordinal").rows() == [
        ("p/one", night(0), night(2)),
        ("p/two", night(1), night(2)),
    ]


def test_candidates_number_models_then_stubs(settings: Settings) -> None:
    models = [
        model("c/a", 1, tags=["gguf", "qwen2", "base_model:quantized:x/zz", "base_model:quantized:x/aa"]),
        model("p/gone", 2),
        model("c/b", 3, parents=[(2, "p/gone"), (3, "c/b")], created_at=None),
    ]
    with store.open_work(settings) as work:
        work.load(land(settings.data_dir, night(0), models))
        work.load(land(settings.data_dir, night(1), [models[0], models[2]]))
        found = work.candidates()
        work.load(land(settings.data_dir, night(2), [models[0]], scope="top:1"))
        part = work.candidates()

    assert list(found.names) == ["c/a", "p/gone", "c/b", "x/aa", "x/zz"]
    assert found.model_keys.tolist() == [1, 2, 3]
    assert found.hints == ["qwen2", "", ""]
    assert found.present.tolist() == [True, False, True]
    assert found.created_at.tolist()[2] == -1
    edges = zip(found.derivative, found.parent, found.relation, found.evidence, found.ordinal, strict=True)
    assert [(int(c), int(p), RELATIONS[r], EVIDENCES[e], int(o)) for c, p, r, e, o in edges] == [
        (0, 4, "quantized", "tag", 0),
        (0, 3, "quantized", "tag", 1),
        (2, 1, "finetune", "hub", 0),
        (2, 2, "finetune", "hub", 1),
    ]
    assert (found.full_scope, part.full_scope) == (True, True)
    assert (found.unsought.tolist(), part.unsought.tolist()) == ([], [])


def test_what_a_full_night_looked_for_stays_known_to_be_gone_on_partial_nights(
    settings: Settings, small: Registry, ask: Ask
) -> None:
    """A name that only a partial night brought is outside, until a full night has looked for it too."""
    parents = [model("p/gone", 1), model("p/here", 2)]
    by_gone = model("c/by_gone", 3, parents=[(1, "p/gone")])
    by_none = model("c/by_none", 4, tags=["base_model:finetune:x/none"])
    late = model("c/late", 5, tags=["base_model:finetune:x/late"])
    both = model("c/both", 6, tags=["base_model:finetune:x/none"])
    status = "select model_id, root_id, status from lineage where depth > 0 order by model_id"
    known = [("c/by_gone", "p/gone", "dangling"), ("c/by_none", "x/none", "dangling")]

    update(settings, small, land(settings.data_dir, night(0), [*parents, by_gone, by_none]))
    update(settings, small, land(settings.data_dir, night(1), [parents[1], by_gone, by_none]))
    assert ask(status).rows() == known
    update(settings, small, land(settings.data_dir, night(2), [by_gone, by_none, both, late], scope="top:4"))
    assert ask(status).rows() == sorted([*known, ("c/both", "x/none", "dangling"), ("c/late", "x/late", "outside")])
    with store.open_published(settings.data_dir) as published:
        assert any(note.startswith("x/none is not on the Hub") for note in descendants(published, "x/none").notes)
        assert any("x/late is outside the scope top:4" in note for note in descendants(published, "x/late").notes)
        assert ancestors(published, "x/late").plain_rows[0]["status"] == "outside"
    update(settings, small, land(settings.data_dir, night(3), [parents[1], by_gone, by_none, both, late]))
    assert set(ask(status)["status"]) == {"dangling"}
