"""Licences as a curator sees them: how much is classed, by what, and where the tag contradicts the row."""

from __future__ import annotations

import pytest

from tests.licensed import FILES, WORLD, book
from tests.registry_folder import write_registry
from tests.samples import sample
from tracker import registry
from tracker.curation import audit, coverage, of_sample, sample_tables, show


def rows(*more):
    """Return the small world as a sample, ten downloads a model, and more models behind it."""
    tagged = [
        (name, 10, ["en", *(f"license:{each}" for each in (tag or "").split(", ") if each)])
        for name, (tag, *_) in WORLD.items()
    ]
    return sample([*tagged, *more]).sort("model_id")


@pytest.fixture(scope="module")
def curated(tmp_path_factory):
    return book(tmp_path_factory.mktemp("book"))


def test_a_sample_is_classed_as_a_copy_is(curated):
    models = sample_tables(rows(), curated).models.select("model_id", "license_class", "license_from")
    told = {name: tuple(rest) for name, *rest in models.iter_rows()}
    assert told == {name: (case[2], case[3]) for name, case in WORLD.items()}


def test_coverage_says_how_much_is_classed_by_what_and_how_often_both_agree(curated):
    figures = {each.what: (each.covered, each.total) for each in coverage(sample_tables(rows(), curated), curated)}
    classed = sum(case[2] not in ("unreviewed", "unknown") for case in WORLD.values())
    by_row = sum(case[3] == "table" for case in WORLD.values())
    assert figures["downloads_30d under a licence whose class is known"] == (10 * classed, 10 * len(WORLD))
    assert figures["... of these, by a row of licenses.csv, not by the tag"] == (10 * by_row, 10 * classed)
    # the tag of Yi-6B says what its row does and that of Llama 3 as well, the tag of Kolors does not
    assert figures["models of which tag and row say the same class, of those that both class"] == (2, 3)


def test_a_list_of_tags_that_was_cut_tells_no_licence(curated):
    cut = [f"language-{number}" for number in range(30)]
    models = sample_tables(rows(("tuner/cut", 1, cut), ("01-ai/Yi-9B", 1, cut)), curated).models
    found = {name: (tag, kind) for name, tag, kind in models.select("model_id", "license", "license_class").iter_rows()}
    assert found["tuner/cut"] == (None, "unreviewed") and found["01-ai/Yi-9B"] == (None, "open-source")


def against(models, curated):
    found = audit(of_sample(models), curated).rows(named=True)
    return [(each["pattern"], each["against"], each["explained"]) for each in found if each["kind"] == "license"]


def test_a_tag_of_another_class_than_the_row_is_a_contradiction(curated):
    assert against(rows(), curated) == [("Kolors", "apache-2.0 (open-source)", True)]
    more = rows(("meta-llama/Llama-4-free", 99, ["license:apache-2.0"]))
    assert against(more, curated)[0] == ("Llama 4", "apache-2.0 (open-source)", False)


def test_a_reason_in_the_notes_explains_a_contradiction(tmp_path):
    reason = {"license": "X", "license_class": "restricted", "notes": "apache-2.0 is the licence of the code"}
    curated = registry.load(
        write_registry(tmp_path / "book", **{**FILES, "licenses": [{"pattern": "01-ai/*", **reason}]})
    )
    assert against(rows(), curated) == [("01-ai/*", "apache-2.0 (open-source)", True)]


def test_show_tells_the_terms_of_a_model_on_each_side_of_a_change(curated):
    told = [fact.says for fact in show("01-ai/Yi-6B", curated) if fact.file == "licenses.csv"]
    assert told == [
        "01-ai/Yi-* is restricted under LicenseRef-Yi from 2023-11-04 until 2024-05-30; no military use",
        "01-ai/Yi-* is open-source under Apache-2.0 from 2024-05-30",
    ]
    assert [fact.says for fact in show("apache-2.0", curated) if fact.file == "license_tags.csv"] == [
        "license:apache-2.0 is open-source (Apache-2.0)"
    ]
