"""Namespaces that may be one under two names, told by rare names of models and by what the Hub moved."""

from __future__ import annotations

import pytest

from tests.registry_folder import write_registry
from tracker import registry, store
from tracker.curation import renames

FILES = {
    "organizations": [{"namespace": "new-lab", "organization": "Lab"}, {"namespace": "KBLab", "organization": "KB"}],
    "aliases": [{"old_namespace": "KB", "namespace": "KBLab"}],
    "mirrors": [{"pattern": "up/*-GGUF", "rule": "same_name", "target": "", "relation": "quantized"}],
}


@pytest.fixture
def book(tmp_path):
    return registry.load(write_registry(tmp_path / "book", **FILES))


def under(*namespaces, names=("alpha", "beta", "gamma")):
    return [f"{namespace}/{name}" for namespace in namespaces for name in names]


def test_the_same_rare_names_under_two_namespaces_are_told(book):
    assert renames([*under("old-lab", "new-lab"), "gpt2"], book).rows() == [
        ("new-lab", "old-lab", "same names", 3, "alpha")
    ]


def test_names_that_many_have_few_that_are_shared_and_most_of_a_namespace_that_is_not_tell_nothing(book):
    everybodys = under("a", "b", "c", "d")
    few = under("e", "f", names=("one", "two"))
    part = [*under("g", "h", names=("p", "q", "r")), *under("g", names="stuvwxyz"), *under("h", names="01234567")]
    assert renames([*everybodys, *few, *part], book).is_empty()


def test_known_aliases_and_re_uploaders_are_left_out(book):
    assert renames([*under("KB", "KBLab"), *under("up", "maker", names=("x", "y", "z"))], book).is_empty()


def test_what_the_hub_moved_is_told_with_its_direction(demo_folder):
    """The demo's Hub renames one group of namespaces in one night."""
    with store.open_published(demo_folder) as published:
        moved = renames([], registry.load(), published)
        events = published.query(
            "select count(*) as n from events where kind = 'renamed' "
            "and split_part(before, '/', 1) <> split_part(after, '/', 1)"
        )
    assert moved["evidence"].unique().to_list() == ["moved"]
    assert moved["models"].sum() == events["n"][0] > 0
    old, new = moved.row(0)[:2]
    assert f"{old}/" in moved["example"][0] and f"> {new}/" in moved["example"][0]
