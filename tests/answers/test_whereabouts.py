"""Where a name lives: every kind of thing that a question may be asked of, in any case."""

from __future__ import annotations

import pytest

from tracker.answers.whereabouts import Place, elsewhere, whereabouts


@pytest.mark.parametrize(
    ("name", "places"),
    [
        ("qwen", [("family", "Qwen"), ("line", "Qwen"), ("publisher", "Qwen")]),
        ("LLAMA 3", [("line", "Llama 3")]),
        ("meta", [("developer", "Meta"), ("publisher_organization", "Meta")]),
        ("cn", [("origin_country", "CN")]),
        ("China", [("origin_country", "CN")]),
        ("united states", [("origin_country", "US")]),
        ("asia", [("region", "Asia")]),
        ("Carol", [("publisher", "carol")]),
        ("erin/Merge", [("model_id", "erin/merge")]),
        ("tune-gguf", [("model_id", "bart/tune-GGUF")]),
        ("m-q", [("model_id", "mistralai/M-Q")]),
        ("llama-2-gone", [("parent", "meta-llama/Llama-2-gone")]),
        ("Ghost/Gone", [("parent", "ghost/gone")]),
        ("nobody's", []),
    ],
)
def test_a_name_is_found_in_every_place_and_any_case(published, name, places):
    found = [(place.kind, place.name) for place in whereabouts(published, name)]
    assert found == places


def test_of_models_with_one_name_the_most_downloaded_is_named(published):
    (place,) = whereabouts(published, "qwen3-8b")
    assert place == Place("model_id", "Qwen/Qwen3-8B", others=1)


@pytest.mark.parametrize(
    ("name", "column", "said"),
    [
        ("Qwen3-8B", "line", "Qwen3-8B is the model Qwen/Qwen3-8B (and 1 more), not a line; "
         "ask `tracker lineage Qwen/Qwen3-8B --down`"),
        ("china", "family", "china is the country CN, not a family; ask `tracker share CN --by origin_country`"),
        ("Llama 3", "family", "Llama 3 is the line Llama 3, not a family; ask `tracker share 'Llama 3' --by line`"),
        ("qwen", "line", "qwen is also the family Qwen and the publisher Qwen; ask `tracker share Qwen --by family`"),
        ("ghost/gone", "model_id", "ghost/gone is the unseen parent ghost/gone, not a model; "
         "ask `tracker lineage ghost/gone --down`"),
        ("FR", "publisher_country", None),
        ("nobody's", "line", None),
    ],
)  # fmt: skip
def test_who_asks_in_the_wrong_place_is_told_where_it_is(published, name, column, said):
    assert elsewhere(name, column, whereabouts(published, name)) == said
