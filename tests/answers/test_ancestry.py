"""Which model is meant by a name, and what stands above and below it."""

from __future__ import annotations

import pytest

from tracker.answers.ancestry import ancestors, descendants
from tracker.errors import UnknownName


@pytest.mark.parametrize("name", ["carol/tune", "Carol/Tune", "carol/draft"], ids=["name", "case", "former name"])
def test_a_model_is_found_by_its_name_in_any_case_and_by_a_former_one(published, name):
    found = ancestors(published, name)
    assert (found.model_id, found.status, [root["root_id"] for root in found.roots]) == (
        "carol/tune",
        "derived",
        ["Qwen/Qwen3-8B"],
    )


def test_a_model_that_is_gone_is_still_found(published):
    assert ancestors(published, "mistralai/M-Q").roots[0]["root_id"] == "mistralai/Mistral-7B"


@pytest.mark.parametrize("ask", [ancestors, descendants])
def test_a_name_that_no_model_ever_had_is_answered_with_the_nearest(published, ask):
    with pytest.raises(UnknownName, match="no model called 'carol/tun'; did you mean carol/tune"):
        ask(published, "carol/tun")


def test_descendants_come_level_by_level_and_their_sql_gives_the_same_rows(published):
    found = descendants(published, "Qwen/Qwen3-8B-Instruct")
    assert found.frame.select("model_id", "depth").rows() == [("carol/tune", 1), ("bart/tune-GGUF", 2)]
    assert published.query(found.sql).equals(found.frame)


def test_the_sql_of_ancestors_gives_their_roots(published):
    found = ancestors(published, "erin/merge")
    assert published.query(found.sql).equals(found.frame) and found.frame.height == 2
    assert [edge.parent_id for edge in found.edges] == found.frame["root_id"].to_list()
