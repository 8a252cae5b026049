"""A publisher's view, counted by hand and against the way down from each of its models."""

from __future__ import annotations

import pytest

from tests import planted
from tracker import store
from tracker.answers import ancestry
from tracker.errors import UnknownName
from tracker.words import VARIANTS

COLUMNS = ("kind", "name", "derivatives", "direct")


def test_a_publishers_models_and_what_is_built_on_them_by_whom_and_where(published: store.Published) -> None:
    answer = ancestry.publisher(published, "qwen", rows=2)
    assert answer.frame.select(COLUMNS).rows() == [
        ("all", "Qwen", 6, 4),
        ("model", "Qwen/Qwen3-8B", 6, 3),  # its own Instruct, the mirror and the merge
        ("model", "Qwen/Qwen3-8B-Instruct", 2, 1),
        ("by publisher", "Qwen", 1, 1),
        ("by publisher", "unsloth", 1, 1),
        ("by country", "unreviewed", 4, 2),
        ("by country", "CN", 1, 1),
    ]
    of_kind = dict(answer.frame.select("kind", "of_kind").iter_rows())
    assert of_kind == {"all": 1, "model": 2, "by publisher": 6, "by country": 3}
    assert published.query(answer.sql).equals(answer.frame)


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("name", ["Qwen", "meta-llama", "unsloth", "someone", "carol"])
def test_each_model_has_as_many_derivatives_as_the_way_down_finds(
    published: store.Published, name: str, variant: str
) -> None:
    answer = ancestry.publisher(published, name, variant=variant, rows=100)
    found = set()
    for row in answer.frame.filter(kind="model").iter_rows(named=True):
        below = ancestry.descendants(published, row["name"], variant=variant).frame
        there = set(below.filter(below["removed_at"].is_null())["model_id"])
        assert row["derivatives"] == len(there)
        found |= there
    assert answer.frame.filter(kind="all")["derivatives"].item() == len(found)


def test_an_organization_stands_for_its_namespaces(published: store.Published) -> None:
    meta, namespace = (ancestry.publisher(published, name) for name in ("meta", "meta-llama"))
    assert meta.parameters["namespaces"] == ["meta-llama"]
    assert meta.frame.equals(namespace.frame)


def test_an_unknown_publisher_is_answered_with_the_nearest(published: store.Published) -> None:
    with pytest.raises(UnknownName, match="no publisher called 'metallama'; did you mean meta-llama"):
        ancestry.publisher(published, "metallama")


def test_a_part_of_the_hub_is_named() -> None:
    with planted.published(scope="top:5") as part:
        answer = ancestry.publisher(part, "Qwen")
    assert answer.denominator == "the models among the 5 most downloaded"
