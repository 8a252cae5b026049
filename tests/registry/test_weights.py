"""Brand and weights are two things, and what its uploader trained is no family's until somebody names a line."""

from __future__ import annotations

import csv

import pytest

from tests.registry_folder import write_registry
from tests.samples import sample
from tracker import registry
from tracker.curation import next_roots, sample_tables
from tracker.registry import OWN_LINES

PAGE = "https://example.org/paper"
SCRATCH = {"weights": "scratch", "weights_source": PAGE}
FILES = {
    "organizations": [
        {"namespace": "FacebookAI", "organization": "Meta"},
        {"namespace": "BAAI", "organization": "BAAI", "country": "CN"},
        {"namespace": "vngrs", "organization": "VNGRS", "country": "TR"},
    ],
    "families": [
        {"line": "RoBERTa", "developer": "Meta", "first_release": "2019-07", **SCRATCH},
        {"line": "BGE", "developer": "BAAI", "first_release": "2023-08", **SCRATCH},
        {"line": "BGE-M3", "parent": "BGE", "developer": "BAAI", "weights": "FacebookAI/xlm-roberta-large",
         "weights_source": PAGE},
        {"line": "BGE-M3 dense", "parent": "BGE-M3", "developer": "BAAI"},
    ],
    "roots": [
        {"pattern": "FacebookAI/*", "line": "RoBERTa"},
        {"pattern": "BAAI/bge-*", "line": "BGE"},
        {"pattern": "BAAI/bge-m3*", "line": "BGE-M3"},
        {"pattern": "BAAI/bge-m3-dense", "line": "BGE-M3 dense"},
        {"pattern": "vngrs/*", "line": "own"},
    ],
}  # fmt: skip

SAMPLE = [
    ("BAAI/bge-m3", 100, []),
    ("BAAI/bge-m3-dense", 10, []),
    ("BAAI/bge-small-en", 20, []),
    ("who/tuned", 5, ["base_model:finetune:BAAI/bge-m3"]),
    ("vngrs/VBART-Large", 7, []),
    ("who/turkish", 3, ["base_model:finetune:vngrs/VBART-Large"]),
    ("FacebookAI/xlm-roberta-large", 1, []),
]


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    return registry.load(write_registry(tmp_path_factory.mktemp("book"), **FILES))


@pytest.fixture(scope="module")
def tables(book):
    return sample_tables(sample(SAMPLE), book)


def without(path, *columns):
    """Write a file anew without some columns."""
    with path.open(encoding="utf-8", newline="") as file:
        listed = list(csv.DictReader(file))
        header = csv.reader([path.read_text(encoding="utf-8").splitlines()[0]])
    kept = [column for column in next(header) if column not in columns]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, kept, lineterminator="\n", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(listed)


def rows(tables, table):
    found = tables.query(
        f"select model_id, family, line, origin_country from {table} as t join models as m on m.model_key = t.model_key"
    )
    return {model: tuple(said) for model, *said in found.rows()}


def test_weights_are_followed_through_models_and_parts_to_their_end(book):
    ends = {each.line: book.weights[number] for number, each in enumerate(book.lines)}
    roberta, bge = book.line_numbers["RoBERTa"], book.line_numbers["BGE"]
    assert ends == {
        "RoBERTa": (roberta, True),
        "BGE": (bge, True),
        "BGE-M3": (roberta, True),
        "BGE-M3 dense": (roberta, True),
    }


def test_lineage_speaks_of_weights_and_nearest_of_the_brand(tables):
    lineage, nearest = rows(tables, "lineage"), rows(tables, "nearest")
    for model in ("BAAI/bge-m3", "BAAI/bge-m3-dense", "who/tuned"):
        assert lineage[model] == ("RoBERTa", "RoBERTa", "US"), model
        assert nearest[model][0::2] == ("BGE", "CN"), model
    assert lineage["BAAI/bge-small-en"] == ("BGE", "BGE", "CN")


def test_what_its_uploader_trained_has_a_country_and_stays_to_be_reviewed(book, tables):
    ruling = book.ruling("vngrs/VBART-Large")
    assert (ruling.family, ruling.line, ruling.developer, ruling.origin_country) == (
        "unreviewed",
        "unreviewed",
        "VNGRS",
        "TR",
    )
    assert book.rulings(["vngrs/VBART-Large"]).line.tolist() == [OWN_LINES]
    for table in ("lineage", "nearest"):
        assert rows(tables, table)["who/turkish"] == ("unreviewed", "unreviewed", "TR")
    assert next_roots(tables)["pattern"].to_list() == ["vngrs/VBART-Large"]


def test_files_of_earlier_versions_are_read_that_knew_neither_weights_nor_how_a_fact_was_verified(tmp_path):
    plain = {**FILES, "families": [{"line": "RoBERTa", "developer": "Meta"}], "roots": FILES["roots"][:1]}
    folder = write_registry(tmp_path / "r", **plain)
    now = registry.load(folder)
    for path in folder.glob("*.csv"):
        if path.name != "definitions.csv":
            without(path, "verified", "weights", "weights_source")
    assert registry.check(folder) == []
    then = registry.load(folder)
    assert (then.lines, then.roots, then.organizations) == (now.lines, now.roots, now.organizations)


WRONG = {
    "neither": ([{"line": "X", "developer": "Meta"}], "weights is empty; write scratch"),
    "no source": ([{"line": "X", "developer": "Meta", "weights": "scratch"}], "weights and weights_source go together"),
    "itself": ([{"line": "X", "developer": "Meta", "weights": "X", "weights_source": PAGE}], "not built on itself"),
    "misspelt": (
        [{"line": "X", "developer": "Meta", "weights": "RoBERTA", "weights_source": PAGE}],
        "did you mean 'RoBERTa'?",
    ),
    "a model of no line": (
        [{"line": "X", "developer": "Meta", "weights": "who/knows", "weights_source": PAGE}],
        "no model that roots.csv gives one",
    ),
    "a circle": (
        [
            {"line": "X", "developer": "Meta", "weights": "Y", "weights_source": PAGE},
            {"line": "Y", "developer": "Meta", "weights": "X", "weights_source": PAGE},
        ],
        "the weights of this line lead back to it",
    ),
    "unreachable": (
        [{"line": "X", "developer": "Meta", "weights": "scratch", "weights_source": PAGE}],
        "no row of roots.csv leads to this family",
    ),
    "older than its weights": (
        [
            {"line": "X", "parent": "BGE", "developer": "Meta", "first_release": "2019-06", "weights": "RoBERTa",
             "weights_source": PAGE}
        ],
        "first_release 2019-06 is before that of its weights, RoBERTa (2019-07)",
    ),
    "older than its family": (
        [{"line": "X", "parent": "BGE", "developer": "Meta", "first_release": "2023-07-31"}],
        "first_release 2023-07-31 is before that of its parent, BGE (2023-08)",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_every_family_says_whose_weights_it_continues(tmp_path, name):
    more, message = WRONG[name]
    folder = write_registry(tmp_path / "r", **{**FILES, "families": [*FILES["families"], *more]})
    assert any(message in str(problem) for problem in registry.check(folder)), registry.check(folder)


def test_who_trained_its_own_must_be_reviewed(tmp_path):
    folder = write_registry(
        tmp_path / "r", **{**FILES, "roots": [*FILES["roots"], {"pattern": "new/*", "line": "own"}]}
    )
    assert "line is own, but new has no row in organizations.csv; add one" in str(registry.check(folder)[0])


WHOSE = {
    "LLaVA 1.5": ("Llama 2", "US"),  # the language model's weights, whatever it sees with
    "Zephyr": ("Mistral 7B", "FR"),
    "BGE-M3": ("XLM-RoBERTa", "US"),
    "SOLAR": ("Mistral 7B", "FR"),
    "DeepSeek-R1-Distill": ("Qwen2.5", "CN"),
    "TinyLlama": ("TinyLlama", "SG"),  # an architecture alone makes nobody's weights
    "SDXL": ("SDXL", "GB"),
}


@pytest.mark.parametrize("line", WHOSE)
def test_brands_lead_to_the_weights_that_they_continue(line):
    book = registry.load()
    end, scratch = book.weights[book.line_numbers[line]]
    assert scratch
    assert (book.lines[end].line, book.lines[end].country) == WHOSE[line]
