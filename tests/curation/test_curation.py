"""Coverage, rows to fill in, stale rows and what is known of a name, on a sample small enough to count by hand."""

from __future__ import annotations

import polars as pl
import pytest

from tests import planted
from tests.registry_folder import write_registry
from tests.samples import sample
from tracker import registry
from tracker.curation import coverage, next_organizations, next_roots, sample_tables, show, stale
from tracker.errors import UnknownName

FILES = {
    "organizations": [
        {"namespace": "Qwen", "organization": "Alibaba Cloud", "country": "CN"},
        {"namespace": "me", "organization": "Me", "kind": "individual", "country": "unknown", "notes": "a person"},
    ],
    "families": [
        {"line": "Qwen", "developer": "Alibaba Cloud"},
        {"line": "Qwen3", "parent": "Qwen", "developer": "Alibaba Cloud", "first_release": "2025-04-28"},
    ],
    "roots": [
        {"pattern": "Qwen/Qwen3-*", "line": "Qwen3"},
        {"pattern": "me/none", "line": "unknown"},
        {"pattern": "me/nothing-like-it-*", "line": "unknown"},
    ],
    "mirrors": [{"pattern": "unsloth/*-bnb-4bit", "rule": "same_name", "target": "Qwen", "relation": "quantized"}],
    "overrides": [
        {"model_id": "me/agreed", "parent_id": "Qwen/Qwen3-8B", "role": "weights_parent", "relation": "finetune"},
        {"model_id": "me/agreed", "parent_id": "who/else", "role": "not_parent"},
        {"model_id": "me/gone", "parent_id": "Qwen/Qwen3-8B", "role": "weights_parent", "relation": "finetune"},
        {"model_id": "me/merge", "parent_id": "Qwen/Qwen3-8B", "role": "weights_parent", "relation": "finetune"},
    ],
}  # fmt: skip

ON_KNOWLEDGE = "... of these, on knowledge alone, no page opened"

SAMPLE = [
    ("Qwen/Qwen3-8B", 600, []),
    ("me/none", 50, []),
    ("me/agreed", 100, ["base_model:Qwen/Qwen3-8B", "base_model:finetune:Qwen/Qwen3-8B"]),
    ("unsloth/Qwen3-8B-bnb-4bit", 150, []),
    ("who/merge", 80, ["base_model:merge:Qwen/Qwen3-8B", "base_model:merge:who/root"]),
    ("me/merge", 0, ["base_model:merge:Qwen/Qwen3-8B", "base_model:merge:who/root"]),
    ("who/root", 20, []),
]


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    return registry.load(write_registry(tmp_path_factory.mktemp("book"), **FILES))


@pytest.fixture(scope="module")
def tables(book):
    return sample_tables(sample(SAMPLE), book)


def test_coverage_says_how_much_is_known_then_reviewed_then_neither(tables, book):
    """1,000 downloads: unsloth and who are unreviewed (250), me is reviewed as unknown (150).

    Of three models that declare a parent, one half of one does not reach a family; the registry says of
    me/merge that it is no merge. me/none (50) is of no family, who/root and half of who/merge unreviewed.
    """
    assert [(figure.what, figure.covered, figure.total) for figure in coverage(tables, book)] == [
        ("downloads_30d whose publisher's country is known", 600, 1000),
        (ON_KNOWLEDGE, 600, 600),
        ("downloads_30d whose publisher is reviewed", 750, 1000),
        ("downloads_30d whose publisher is not reviewed", 250, 1000),
        ("models with a declared parent whose roots' weights have an origin country", 2.5, 3),
        ("... the same with inferred parents, which no declared figure counts", 2.5, 3),
        ("downloads_30d of a family", 890, 1000),
        (ON_KNOWLEDGE, 890, 890),
        ("downloads_30d of a family, or reviewed as of none", 940, 1000),
        ("downloads_30d not reviewed for a family", 60, 1000),
        ("downloads_30d under a licence whose class is known", 0, 1000),
        ("... of these, by a row of licenses.csv, not by the tag", 0, 0),
        ("models of which tag and row say the same class, of those that both class", 0, 0),
    ]


@pytest.mark.parametrize(
    ("verified", "of_countries", "of_families"),
    [
        ({"organizations": "page"}, 0, 890),
        ({"families": "paper"}, 600, 0),
        ({"organizations": "recorded data", "families": "page"}, 0, 0),
    ],
)
def test_what_rests_on_knowledge_alone_is_told_of_what_is_known(tables, tmp_path, verified, of_countries, of_families):
    files = {
        name: [{"verified": verified.get(name, "knowledge")} | row for row in rows] for name, rows in FILES.items()
    }
    found = coverage(tables, registry.load(write_registry(tmp_path / "r", **files)))
    assert [figure.covered for figure in found if figure.what == ON_KNOWLEDGE] == [of_countries, of_families]


def test_coverage_of_nothing_is_none(book):
    empty = sample([])
    assert [figure.share for figure in coverage(sample_tables(empty, book), book)] == [0.0] * 13


def test_publishers_to_review_come_as_rows_by_downloads_or_by_what_is_built_on_them(tables):
    rows = next_organizations(tables)
    assert rows.columns[:9] == list(registry.FILES["organizations.csv"].columns)
    assert rows.select("namespace", "downloads_30d", "models", "derivatives").rows() == [
        ("unsloth", 150, 1, 0),
        ("who", 100, 2, 2),
    ]
    assert rows["source_url"][0] == "https://huggingface.co/unsloth"
    assert next_organizations(tables, by="derivatives")["namespace"].to_list() == ["who", "unsloth"]
    assert len(next_organizations(tables, limit=1)) == 1


def test_roots_to_review_count_what_comes_from_them(tables):
    rows = next_roots(tables)
    assert rows.columns == [*registry.FILES["roots.csv"].columns, "downloads_30d", "derivatives"]
    assert rows.select("pattern", "downloads_30d", "derivatives").rows() == [("who/root", 60, 0.5)]


def test_another_order_is_refused(tables):
    with pytest.raises(ValueError, match="neither downloads_30d nor derivatives"):
        next_roots(tables, by="likes; drop table models")


def test_the_same_questions_work_on_a_published_database(tmp_path):
    with planted.published() as published:
        figures = coverage(published, planted.curated(tmp_path / "registry"))
        assert all(0 < figure.covered <= figure.total for figure in figures[:-3])  # of licences nothing is planted
        present = "removed_at is null and publisher_country = 'unreviewed'"
        unreviewed = published.query(f"select count(distinct publisher) as n from models where {present}")["n"][0]
        assert len(next_organizations(published, limit=1000)) == unreviewed
        assert next_roots(published)["pattern"].is_unique().all()


def messages(found, book):
    return [str(problem).replace(f"{book.directory}/", "") for problem in found]


def test_rows_that_the_snapshot_has_overtaken_are_named(tables, book):
    assert messages(stale(tables, book), book) == [
        "overrides.csv:2: the Hub now says itself that me/agreed comes from Qwen/Qwen3-8B; delete this row",
        "overrides.csv:3: the Hub no longer says that me/agreed comes from who/else; delete this row",
        "overrides.csv:4: me/gone is not in the newest snapshot; correct the name, or delete the row if it is gone",
        "roots.csv:3: me/nothing-like-it-* fits no repository of the newest snapshot; correct or delete it",
    ]


def test_a_correction_speaks_of_the_model_under_its_former_name_too(tmp_path):
    row = {"model_id": "Qwen/new", "parent_id": "Qwen/Qwen3-8B", "role": "weights_parent", "relation": "finetune"}
    alias = {"old_namespace": "Tongyi", "namespace": "Qwen"}
    files = {**FILES, "roots": [], "mirrors": [], "overrides": [row], "aliases": [alias]}
    book = registry.load(write_registry(tmp_path / "r", **files))
    sample = pl.DataFrame({"model_id": ["Tongyi/new"], "downloads_30d": [1], "tags": [["x"]]})
    assert stale(sample_tables(sample, book), book) == []
    agreed = sample.with_columns(tags=pl.lit(["base_model:finetune:Tongyi/Qwen3-8B"]))
    assert messages(stale(sample_tables(agreed, book), book), book) == [
        "overrides.csv:2: the Hub now says itself that Qwen/new comes from Qwen/Qwen3-8B; delete this row"
    ]


def test_a_part_of_the_hub_does_not_show_that_a_rule_matches_nothing(tables, book):
    assert {message.split(":")[0] for message in messages(stale(tables, book, whole=False), book)} == {"overrides.csv"}


def test_a_pattern_that_another_one_always_beats_still_matches(tmp_path):
    roots = [{"pattern": "Qwen/*", "line": "Qwen"}, {"pattern": "Qwen/Qwen3-*", "line": "Qwen3"}]
    book = registry.load(write_registry(tmp_path / "r", **{**FILES, "roots": roots, "overrides": [], "mirrors": []}))
    sample = pl.DataFrame({"model_id": ["Qwen/Qwen3-8B"], "downloads_30d": [1], "tags": [["x"]]})
    assert stale(sample_tables(sample, book), book) == []


def test_a_name_that_fits_two_equal_patterns_of_two_families_is_reported(tmp_path):
    roots = [{"pattern": "x/*-b", "line": "Qwen"}, {"pattern": "x/a-*", "line": "Qwen3"}]
    book = registry.load(write_registry(tmp_path / "r", **{**FILES, "roots": roots, "overrides": []}))
    sample = pl.DataFrame({"model_id": ["x/a-b", "x/a-c"], "downloads_30d": [1, 1], "tags": [["x"], ["x"]]})
    assert messages(stale(sample_tables(sample, book), book, whole=False), book) == [
        "roots.csv:3: x/a-b fits x/a-* (Qwen3) and the equally specific x/*-b (Qwen); add a row for its exact name"
    ]


def test_everything_known_of_a_family_comes_with_its_place_and_source(book):
    facts = show("qwen3", book)
    assert [(fact.file, fact.line, fact.says) for fact in facts] == [
        ("families.csv", 3, "Qwen3 is text by Alibaba Cloud (CN), a line of Qwen, first released 2025-04-28"),
        ("roots.csv", 4, "Qwen/Qwen3-* belongs to Qwen3"),
    ]
    assert {fact.source_url for fact in facts} == {"https://example.org/page"}


def test_a_family_is_shown_with_its_lines_and_a_namespace_with_all_its_rows(book):
    assert [fact.says.split(" is ")[0] for fact in show("Qwen", book) if fact.file == "families.csv"] == [
        "Qwen",
        "Qwen3",
    ]
    assert {fact.file for fact in show("Qwen", book)} == {
        "organizations.csv", "families.csv", "roots.csv", "mirrors.csv", "overrides.csv"
    }  # fmt: skip
    assert {fact.file for fact in show("Alibaba Cloud", book)} == {"organizations.csv", "families.csv"}


def test_a_model_is_shown_with_the_rows_that_decide_about_it(book):
    assert [fact.says for fact in show("Qwen/Qwen3-32B", book)] == ["Qwen/Qwen3-* belongs to Qwen3"]
    assert [fact.says for fact in show("unsloth/Qwen3-8B-bnb-4bit", book)] == [
        "unsloth/*-bnb-4bit is a quantized re-upload of Qwen"
    ]


def test_an_unknown_name_gets_the_nearest(book):
    with pytest.raises(UnknownName, match="did you mean Qwen3"):
        show("Qwen33", book)


def test_every_row_shown_stands_on_the_line_it_names():
    """Lines are counted, not stored: this holds as long as every row is one line, which the checker demands."""
    book = registry.load()
    for name in ("Qwen", "Meta"):
        for fact in show(name, book):
            line = (book.directory / fact.file).read_text(encoding="utf-8").splitlines()[fact.line - 1]
            assert fact.source_url in line
