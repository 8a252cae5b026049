"""The tree of what is built on a root: each model once, what is hidden counted, names of strangers."""

from __future__ import annotations

import random

import polars as pl
import pytest

from tests import planted as copies
from tests.charts import made
from tests.charts.legible import assert_legible
from tracker import charts
from tracker.charts import Figure
from tracker.charts.look.scene import Path
from tracker.charts.within.tree import rooted
from tracker.errors import UnknownName
from tracker.pages.drawing import Studio
from tracker.registry.definitions import find

ROOT = "Qwen/Qwen3-8B"
RELATIONS = ("finetune", "adapter", "quantized", "merge", "copy", "undeclared")


SCHEMA = dict.fromkeys(("model_id", "relation", "path", "evidence"), pl.String) | {
    "depth": pl.Int64, "weight": pl.Float64, "created_at": pl.Datetime, "removed_at": pl.Date,
}  # fmt: skip


def descendants(
    parents: dict[str, str], root: str = ROOT, relation: str = "", removed: frozenset[str] = frozenset()
) -> pl.DataFrame:
    """Return rows of the measure: name -> what it is built on, parents first."""
    paths, found = {root: [root]}, []
    for at, (name, parent) in enumerate(parents.items()):
        paths[name] = [*paths[parent], name]
        row = {"model_id": name, "depth": len(paths[name]) - 1, "relation": relation or RELATIONS[at % 6]}
        row |= {"path": " > ".join(paths[name]), "evidence": "hub", "weight": 1.0}
        found.append(row | {"created_at": None, "removed_at": made.DAY if name in removed else None})
    return pl.DataFrame(found, SCHEMA).sort("depth", maintain_order=True)


def drawn(frame: pl.DataFrame, root: str = ROOT, family: str = "Qwen", **about: object) -> Figure:
    """Return the figure of a tree."""
    whose = pl.DataFrame({"family": [family]})
    tree = made.Made(frame, parameters={"scope": "full", "model": root})
    return charts.find("tree").draw({"tree": tree, "family": made.Made(whose)}, made.facts(**about))


def grown(count: int, names: list[str], root: str = ROOT) -> dict[str, str]:
    """Return a random tree, the same for the same count."""
    chance, found = random.Random(count), {}
    for at in range(count):
        above = chance.choice([root, root, *list(found)[-40:]])
        found[f"zq{at}/{names[at % len(names)]}-{at}"] = above
    return found


@pytest.mark.parametrize("count", [0, 1, 3, 30, 700])
def test_trees_are_legible(count: int) -> None:
    assert_legible(drawn(descendants(grown(count, ["Qwen3-8B-SFT", "Qwen3-8B", "other", "Q"]))))


@pytest.mark.parametrize("count", [3, 60])
def test_strange_names_are_legible(count: int) -> None:
    names = [name.replace("\n", " ") for name in made.STRANGE]
    assert_legible(drawn(descendants(grown(count, names))))
    for name in names:
        root = f"zq/{name}"
        assert_legible(drawn(descendants(grown(9, ["a" * 96, name], root), root), root, "unreviewed"))


def test_each_model_stands_once_and_counts_what_is_below_it() -> None:
    tree = rooted(
        ROOT, descendants({"a/x": ROOT, "a/y": ROOT, "b/z": "a/x", "c/w": "b/z", "d/deep": "c/w", "d/er": "d/deep"})
    )
    assert tree.below == 6 and [branch.whole for branch in tree.branches] == ["a/x", "a/y"]
    assert tree.branches[0].below == 4
    third = tree.branches[0].branches[0].branches[0]
    assert (third.whole, third.below, third.branches, third.hidden) == ("c/w", 2, [], 0)


def test_what_is_hidden_is_counted() -> None:
    parents = {f"zq/{at}": ROOT for at in range(40)} | {f"sub/{at}": f"zq/{at // 2}" for at in range(20)}
    figure = drawn(descendants(parents))
    for width in (840.0, 368.0):
        texts = [text.text for text in figure.plot(width).texts()]
        shown = sum(f"{at}" in texts for at in range(40))
        hidden = next(text for text in texts if text.startswith("and ") and "below" in text)
        assert 40 - int(hidden.split()[1]) >= 3 and shown
        assert int(hidden.split("+")[1].split()[0]) % 2 == 0


def test_what_names_share_with_the_root_is_cut_at_a_word() -> None:
    names = {
        "a/Qwen3-8B-Cove-ft": "…-Cove-ft",
        "a/Qwen3-8Bx": "…-8Bx",
        "a/Qwen3-8B": "a/Qwen3-8B",
        "b/Q-lora": "Q-lora",
    }
    tree = rooted(ROOT, descendants(dict.fromkeys(names, ROOT)))
    assert {branch.whole: branch.name for branch in tree.branches} == names


def test_the_style_of_a_line_is_the_relation() -> None:
    for relation, dash in (("finetune", None), ("adapter", (6, 3)), ("quantized", (1.2, 3.4)), ("merge", (12, 4))):
        scene = drawn(descendants({"a/x": ROOT}, relation=relation)).plot(840.0)
        assert [mark.dash for mark in scene.marks if isinstance(mark, Path) and mark.opacity < 1] == [dash]


def test_what_was_removed_is_left_out_and_counted() -> None:
    figure = drawn(descendants({"a/x": ROOT, "a/y": ROOT, "b/z": "a/x"}, removed=frozenset({"a/x"})))
    assert figure.title == "2 models descend from Qwen3-8B" and "1 that were removed" in figure.note
    assert {text.text for text in figure.plot(840.0).texts()} >= {"z", "y"}


def test_titles_count_and_say_nothing_of_a_part() -> None:
    many = descendants({f"zq/{at}": ROOT for at in range(9)})
    assert drawn(many).title == "9 models descend from Qwen3-8B, most of them directly"
    assert drawn(many, scope="top:1000").title == "What is built on Qwen3-8B"
    nothing = drawn(descendants({}))
    assert (
        nothing.title == "What is built on Qwen3-8B"
        and "No model counts as built" in nothing.plot(840.0).texts()[0].text
    )


def test_the_most_built_on_root_is_drawn_unless_another_is_named() -> None:
    with copies.published() as published:
        studio = Studio(published, find(published.definitions(), "default"))
        usual = studio.draw(charts.find("tree"))
        assert usual.answer.frame.height and usual.answer.parameters["model"] in usual.figure.subtitle
        name = usual.answer.parameters["model"]
        chosen = studio.draw(charts.find("tree"), {"only": (name.lower(),)})
        assert chosen.figure.title == usual.figure.title, "in any case"
        with pytest.raises(UnknownName):
            studio.draw(charts.find("tree"), {"only": ("zq/nobody",)})
