"""Licences in answers: along the way of a model, of families, by month, freer than the base, around a change."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tests.licensed import book, models
from tests.store.nights import land, night, update
from tracker import answers, store
from tracker.answers.ancestry import ancestors
from tracker.settings import Settings


@pytest.fixture(scope="module")
def licensed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[store.Published]:
    folder: Path = tmp_path_factory.mktemp("licensed")
    settings = Settings(data_dir=folder / "data", memory_limit="1GB", threads=2)
    update(settings, book(folder / "book"), land(settings.data_dir, night(0), models()))
    with store.open_published(settings.data_dir) as published:
        yield published


def measured(published: store.Published, name: str, **given: object) -> list[tuple[object, ...]]:
    answer = answers.measure(published, name, {each: str(value) for each, value in given.items()})
    assert published.query(answer.sql).equals(answer.frame)
    return answer.frame.rows()


def test_a_tune_is_freer_than_its_base_by_the_strictest_of_its_parents(licensed: store.Published) -> None:
    """tuner/free is on Llama and Yi, tuner/share-alike on that; four more tell no licence, one on a name not there."""
    assert measured(licensed, "freer_than_base") == [
        ("Llama", 3.0, 0.0, 0.5, 0.5, 2.0, 0.5),
        ("Yi", 3.0, 0.0, 0.5, 0.5, 2.0, 0.5),
    ]
    assert measured(licensed, "freer_than_base", first="2024-09") == []


def test_the_models_that_are_freer_are_named_with_what_their_base_says(licensed: store.Published) -> None:
    ((name, tag, license_class, base, base_tag, base_class, family, _),) = measured(licensed, "freer_models")
    assert (name, tag, license_class) == ("tuner/free", "apache-2.0", "open-source")
    assert (base, base_tag, base_class, family) == ("meta-llama/Llama-3-8B", "LLAMA3.1", "restricted", "Yi")
    assert measured(licensed, "freer_models", family="Kolors") == []


def test_a_month_has_the_classes_that_held_when_its_models_were_created(licensed: store.Published) -> None:
    assert measured(licensed, "license_drift", family="Yi", until="2024-07-01") == [
        ("2023-11", "Yi", "developer", "restricted", 1.0, 1.0, 1),
        ("2024-01", "Yi", "developer", "non-commercial", 1.0, 1.0, 1),
        ("2024-06", "Yi", "developer", "open-source", 1.0, 1.0, 1),
    ]
    assert measured(licensed, "license_drift", family="Mini") == [
        ("2026-09", "Mini", "developer", "open-source", 1.0, 1.0, 1),
        ("2026-10", "Mini", "developer", "non-commercial", 1.0, 1.0, 1),
    ]
    others = measured(licensed, "license_drift", family="Llama", first="2024-08", until="2024-08-31")
    assert {(whose, license_class): part for _, _, whose, license_class, part, _, _ in others} == {
        ("others", "unreviewed"): 2.0,
        ("others", "open-source"): 0.5,
        ("others", "permissive-weights"): 0.5,
    }


def test_families_show_what_is_used_under_which_licence_and_what_their_developer_gives(
    licensed: store.Published,
) -> None:
    rows = measured(licensed, "license_of_families", rows=2)
    assert {family for _, family, *_ in rows} == {"Llama", "Yi"}
    shares = {(family, license_class): share for _, family, license_class, _, share, _, _ in rows}
    assert sum(share for (family, _), share in shares.items() if family == "Yi") == pytest.approx(1)
    # 104, 105 and 106 of Meta's; of tunes 109, 113 and half of 110 and of 111
    assert shares["Llama", "restricted"] == pytest.approx((104 + 105 + 106) / (104 + 105 + 106 + 109 + 113 + 110.5))
    assert {developer for _, family, *_, developer, _ in rows if family == "Llama"} == {"restricted"}


def test_a_change_of_terms_is_told_with_both_sides(licensed: store.Published) -> None:
    assert measured(licensed, "license_changes") == [
        ("Mini", "old-name/*", date(2026, 10, 1), "MIT", "open-source", "LicenseRef-M2-NC", "non-commercial",
         "stricter", "https://example.org/page"),
        ("Yi", "01-ai/Yi-*", date(2024, 5, 30), "LicenseRef-Yi", "restricted", "Apache-2.0", "open-source",
         "freer", "https://example.org/page"),
    ]  # fmt: skip


def test_each_step_of_a_way_has_its_licence_and_what_is_freer_is_flagged(licensed: store.Published) -> None:
    found = ancestors(licensed, "tuner/share-alike").as_json()
    names = ("model_id", "license_class", "base_id", "base_class", "is_freer")
    assert sorted(tuple(step[name] for name in names) for step in found["license"]["steps"]) == [
        ("tuner/free", "open-source", "01-ai/Yi-6B", "open-source", False),
        ("tuner/free", "open-source", "meta-llama/Llama-3-8B", "restricted", True),
        ("tuner/share-alike", "permissive-weights", "tuner/free", "open-source", False),
    ]
    assert (found["license"]["license_class"], found["license"]["freer_than_base"]) == ("permissive-weights", False)
    assert found["license"]["strictest_above"]["model_id"] == "meta-llama/Llama-3-8B"


def test_a_tree_says_what_may_be_done_and_by_which_row(licensed: store.Published) -> None:
    tree = ancestors(licensed, "tuner/free").as_tree()
    assert "tuner/free · 110 downloads in 30 days · open-source (apache-2.0), freer than its base\n" in tree
    assert (
        "strictest above it, meta-llama/Llama-3-8B: restricted (LLAMA3.1), by the Hub's tag; LicenseRef-Llama; " in tree
    )
    assert "700M MAU" in tree and "(https://example.org/page)" in tree


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("tuner/llama-tuned", "licence not told, base: restricted"),
        ("tuner/other", "licence 'other' unreviewed, base: restricted"),
        ("tuner/vague", "unknown (cc), base: open-source"),
        ("tuner/said", "unreviewed, base: non-commercial"),
    ],
)
def test_a_model_that_tells_no_licence_inherits_none(licensed: store.Published, name: str, said: str) -> None:
    tree = ancestors(licensed, name)
    assert said in tree.as_tree() and "inherits nothing" in tree.as_tree()
    assert "\u202e" not in tree.as_tree() and tree.as_json()["license"]["license_class"] in ("unreviewed", "unknown")


def test_a_name_that_is_only_declared_has_the_terms_of_its_row(licensed: store.Published) -> None:
    told = ancestors(licensed, "meta-llama/Llama-4-gone").as_json()["license"]
    assert (told["license_class"], told["license_from"], told["territory"]) == ("restricted", "table", "EU")
