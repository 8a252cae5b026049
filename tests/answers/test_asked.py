"""Whatever a model is or was called, or names as its parent, can be asked for, both ways; and what is crafted ends."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests import planted
from tests.registry_folder import write_registry
from tests.store.nights import land, model, night, update
from tracker import registry, store
from tracker.answers.ancestry import above, ancestors, descendants
from tracker.answers.ancestry.asked import STEPS
from tracker.settings import Settings

Publish = Callable[..., store.Published]


@pytest.fixture
def publish(tmp_path: Path, request: pytest.FixtureRequest) -> Publish:
    """Land nights, resolve them with a registry of one renamed namespace, and open what is published."""
    book = write_registry(
        tmp_path / "registry",
        organizations=[{"namespace": "new", "organization": "New"}],
        aliases=[{"old_namespace": "old", "namespace": "new"}],
        overrides=[
            {"model_id": "u/corrected", "parent_id": "new/base", "role": "weights_parent", "relation": "finetune"}
        ],
    )
    settings = Settings(data_dir=tmp_path / "data", memory_limit="1GB", threads=2)

    def published(*nights: Iterable[Mapping[str, Any]], **about: Any) -> store.Published:
        for number, models in enumerate(nights):
            update(settings, registry.load(book), land(settings.data_dir, night(number), models, **about))
        opened = store.open_published(settings.data_dir)
        request.addfinalizer(lambda: opened.__exit__(None, None, None))
        return opened.__enter__()

    return published


def below(published: store.Published, name: str, **asked: Any) -> list[str]:
    return descendants(published, name, **asked).frame["model_id"].to_list()


def test_a_removed_base_keeps_its_descendants_and_says_when_it_went(publish: Publish) -> None:
    base, tune = model("a/base", 1), model("u/tune", 2, parents=[(1, "a/base")])
    published = publish([base, tune], [tune])
    found = descendants(published, "A/Base")
    assert found.frame["model_id"].to_list() == ["u/tune"]
    assert found.notes == (f"a/base is no longer on the Hub: gone since {night(1)}",)
    assert ancestors(published, "a/base").notes == found.notes


def test_a_former_name_is_said_to_be_one(publish: Publish) -> None:
    tune = model("u/tune", 2, parents=[(1, "a/draft")])
    published = publish([model("a/draft", 1), tune], [model("a/base", 1), tune])
    found = descendants(published, "a/draft")
    assert (found.model_id, found.frame["model_id"].to_list()) == ("a/base", ["u/tune"])
    assert found.notes == (f"a/draft is a former name: since {night(1)} it is a/base",)


def test_a_name_in_a_renamed_namespace_counts_as_the_present_one(publish: Publish) -> None:
    published = publish(
        [
            model("new/base", 1),
            model("u/tune", 2, tags=["base_model:old/base"]),
            model("u/seen", 3, tags=["base_model:old/gone"]),
        ]
    )
    found = descendants(published, "OLD/base")
    assert (found.model_id, found.frame["model_id"].to_list()) == ("new/base", ["u/tune"])
    assert found.notes[0] == "old/base counts as new/base"
    assert below(published, "old/gone") == ["u/seen"]


def test_a_declared_parent_that_does_not_count_is_told_apart_from_a_name_nobody_knows(publish: Publish) -> None:
    published = publish([model("new/base", 1), model("u/corrected", 2, tags=["base_model:gone/claimed"])])
    found = descendants(published, "gone/claimed")
    assert found.frame.is_empty() and "no such declaration counts" in found.notes[-1]
    assert below(published, "new/base") == ["u/corrected"]
    assert ancestors(published, "gone/claimed").status == "dangling"


def test_a_partial_scope_says_that_it_is_one(publish: Publish) -> None:
    published = publish([model("u/tune", 2, parents=[(1, "a/base")])], scope="top:1000")
    found = descendants(published, "a/base")
    assert "only the models of the scope top:1000 were looked at" in found.notes
    assert "a/base is outside the scope top:1000; it is known from models that name it as their parent" in found.notes
    assert (ancestors(published, "a/base").status, found.frame.height) == ("outside", 1)


def test_of_a_name_used_twice_the_model_that_is_there_is_meant(publish: Publish) -> None:
    """The first a/base was deleted, another uploaded under its name."""
    first, second = model("a/base", 1), model("a/base", 9)
    old, new = model("u/old", 2, parents=[(1, "a/base")]), model("u/new", 3, parents=[(9, "a/base")])
    published = publish([first, old], [second, old, new])
    assert below(published, "a/base") == ["u/new"]


def test_a_separator_in_a_strangers_name_takes_no_path_apart(publish: Publish) -> None:
    published = publish(
        [model("u/tune", 1, tags=["base_model:a > b"]), model("u/tune > x", 2, parents=[(1, "u/tune")])]
    )
    (way,) = ancestors(published, "u/tune > x").as_json()["roots"]
    assert [step["model_id"] for step in way["path"]] == ["u/tune", "a > b"]
    assert descendants(published, "a > b").plain_rows[0]["path"] == ["a > b", "u/tune"]


def test_stacked_merges_have_more_ways_than_can_be_walked_and_are_summed(publish: Publish) -> None:
    """2^40 ways lead from the top to the bottom."""
    models, at = [model("d/0", 1)], datetime(2026, 1, 1, tzinfo=UTC)
    for level in range(1, 41):
        top, about = 3 * level - 2, {"created_at": at + timedelta(days=level)}
        sides = [model(f"d/{level}{side}", top + place, parents=[(top, f"d/{level - 1}")], **about)
                 for place, side in ((1, "a"), (2, "b"))]  # fmt: skip
        parents = [(top + 1, f"d/{level}a"), (top + 2, f"d/{level}b")]
        models += [*sides, model(f"d/{level}", top + 3, parents=parents, relation="merge", **about)]
    published = publish(models)
    rows = descendants(published, "d/0").frame
    last = rows.filter(rows["model_id"] == "d/40").row(0, named=True)
    assert rows.height == 120 and set(rows["weight"]) == {1.0}
    assert last["path_weight"] == pytest.approx(2.0**-40, rel=1e-6)
    assert last["path"] == " > ".join(["d/0", *(f"d/{n}{side}" for n in range(1, 41) for side in ("a", ""))])
    assert ancestors(published, "d/40").as_json()["roots"][0]["path"][-1]["model_id"] == "d/0"


def test_more_than_is_walked_is_said(publish: Publish, monkeypatch: pytest.MonkeyPatch) -> None:
    chain = [model("d/0", 1), *(model(f"d/{n}", n + 1, parents=[(n, f"d/{n - 1}")]) for n in range(1, 5))]
    published = publish(chain)
    whole = ancestors(published, "d/4")
    assert whole.notes == () and len(whole.edges) == 4
    monkeypatch.setattr(above, "MOST", 3)
    cut = ancestors(published, "d/4")
    assert cut.notes == ("more than 3 models are on its ways: steps and licences of so many are told, roots of all",)
    assert len(cut.licenses.of) == 3
    assert len(cut.edges) < 4 and cut.table["root_id"] == ["d/0"]


def test_a_crafted_chain_ends_and_says_so(publish: Publish) -> None:
    chain = [model("c/0", 1), *(model(f"c/{n}", n + 1, parents=[(n, f"c/{n - 1}")]) for n in range(1, STEPS + 20))]
    published = publish(chain)
    found = descendants(published, "c/0")
    assert found.frame.height == STEPS and f"more than {STEPS:,} steps away" in found.notes[0]
    assert "50 levels shown" in found.as_tree()
    up = ancestors(published, f"c/{STEPS + 19}")
    assert up.roots[0]["root_id"] == "c/0" and f"more than {STEPS:,} steps" in up.notes[0]
    assert up.as_json()["roots"][0]["path"] == []


def test_the_tree_names_each_descendant_once_and_what_is_gone() -> None:
    with planted.published() as published:
        lines = descendants(published, "mistralai/Mistral-7B").as_tree().splitlines()
        assert lines[:4] == [
            "mistralai/Mistral-7B · 300 downloads in 30 days",
            "└── mistralai/M-Q  quantized (hub) · gone since 2026-10-05",
            "",
            "1 descendant",
        ]
        cut = descendants(published, "Qwen/Qwen3-8B", limit=1).as_tree()
    assert "6 descendants; at most 1 shown of each model" in cut and cut.count("Qwen/Qwen3-8B-Instruct") == 1
