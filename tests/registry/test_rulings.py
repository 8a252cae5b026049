"""What the registry says of names: families, publishers, mirrors, and which row decides."""

from __future__ import annotations

import random
from datetime import date

import pytest

from tests.registry_folder import write_registry
from tests.steps import steps_of
from tracker import registry
from tracker.errors import UnknownName
from tracker.registry.patterns import Patterns

FILES = {
    "organizations": [
        {"namespace": "Qwen", "organization": "Alibaba Cloud", "country": "CN"},
        {"namespace": "Alibaba-NLP", "organization": "Alibaba Cloud", "country": "CN"},
        {"namespace": "zai-org", "organization": "Z.ai", "country": "CN"},
        {"namespace": "moved", "organization": "Mover", "country": "US"},
        {"namespace": "moved", "organization": "Mover", "country": "FR", "valid_from": "2024-06-01"},
        {"namespace": "hidden", "organization": "Hidden", "country": "unknown", "notes": "says nothing"},
    ],
    "aliases": [{"old_namespace": "THUDM", "namespace": "zai-org", "renamed_on": "2025-07"}],
    "families": [
        {"line": "Qwen", "developer": "Alibaba Cloud"},
        {"line": "Qwen3", "parent": "Qwen", "developer": "Alibaba Cloud", "first_release": "2025-04-28"},
        {"line": "Qwen3-Coder", "parent": "Qwen3", "developer": "Alibaba Cloud"},
        {"line": "GLM", "developer": "Z.ai"},
        {"line": "Early", "developer": "Mover", "first_release": "2024-05"},
        {"line": "Late", "developer": "Mover", "first_release": "2024-06-01"},
        {"line": "Undated", "developer": "Mover"},
        {"line": "Nobody's", "developer": "unknown"},
    ],
    "roots": [
        {"pattern": "Qwen/*", "line": "Qwen"},
        {"pattern": "Qwen/Qwen3-*", "line": "Qwen3"},
        {"pattern": "Qwen/Qwen3-Coder-*", "line": "Qwen3-Coder"},
        {"pattern": "Qwen/Qwen3-Coder-Old", "line": "unknown"},
        {"pattern": "zai-org/glm-*", "line": "GLM"},
        {"pattern": "moved/early", "line": "Early"},
        {"pattern": "moved/late", "line": "Late"},
        {"pattern": "moved/undated", "line": "Undated"},
        {"pattern": "who/knows", "line": "Nobody's"},
        {"pattern": "gpt2", "line": "Qwen"},
        {"pattern": "two/*-b", "line": "Qwen"},
        {"pattern": "two/a-*", "line": "GLM"},
    ],
    "mirrors": [
        {"pattern": "unsloth/*-bnb-4bit", "rule": "same_name", "target": "Qwen zai-org", "relation": "quantized"},
        {"pattern": "unsloth/*-unsloth-bnb-4bit", "rule": "same_name", "relation": "quantized"},
        {"pattern": "unsloth/x-bnb-4bit", "rule": "exact", "target": "Qwen/X", "relation": "quantized"},
        {"pattern": "Alibaba-NLP/*-copy", "rule": "same_name", "relation": "copy"},
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    return registry.load(write_registry(tmp_path_factory.mktemp("book"), **FILES))


@pytest.mark.parametrize(
    ("model", "line", "rule"),
    [
        ("Qwen/Qwen3-Coder-Old", "unknown", "Qwen/Qwen3-Coder-Old"),
        ("Qwen/Qwen3-Coder-30B", "Qwen3-Coder", "Qwen/Qwen3-Coder-*"),
        ("Qwen/Qwen3-8B", "Qwen3", "Qwen/Qwen3-*"),
        ("Qwen/QwQ-32B", "Qwen", "Qwen/*"),
        ("qwen/qwen3-8b", "Qwen3", "Qwen/Qwen3-*"),
        ("gpt2", "Qwen", "gpt2"),
        ("two/a-x-b", "GLM", "two/a-*"),  # as long, but more of it before the star
    ],
)
def test_the_most_specific_row_decides(book, model, line, rule):
    ruling = book.ruling(model)
    assert (ruling.line, ruling.rule.pattern) == (line, rule)
    assert ruling.source_url == "https://example.org/page"


@pytest.mark.parametrize("model", ["someone/else", "Qwen", "zai-org/other", "gpt2/gpt2", ""])
def test_no_row_is_unreviewed(book, model):
    assert book.ruling(model) == registry.Ruling(*["unreviewed"] * 4, None)


def test_a_reviewed_name_without_a_family_is_unknown(book):
    ruling = book.ruling("Qwen/Qwen3-Coder-Old")
    assert (ruling.developer, ruling.origin_country) == ("unknown", "unknown")


def test_former_namespaces_count_as_present_ones(book):
    assert book.ruling("THUDM/glm-4-9b") == book.ruling("zai-org/glm-4-9b")
    assert book.ruling("THUDM/glm-4-9b").family == "GLM"


def test_the_origin_is_where_the_developer_sat_at_the_release(book):
    countries = [book.ruling(f"moved/{name}").origin_country for name in ("early", "late", "undated")]
    assert countries == ["US", "FR", "FR"]
    assert book.ruling("who/knows").origin_country == "unknown"


def test_many_names_at_once_get_the_same_verdicts(book):
    names = ["Qwen/Qwen3-8B", "a/b", "gpt2", "Qwen/Qwen3-Coder-Old", "THUDM/glm-x", "unsloth/y"]
    rulings = book.rulings(names)
    words = {-1: "unreviewed", -2: "unknown"}
    lines = [book.lines[code].line if code >= 0 else words[code] for code in rulings.line.tolist()]
    assert lines == [book.ruling(name).line for name in names]
    rules = [book.roots[rule] if rule >= 0 else None for rule in rulings.rule.tolist()]
    assert rules == [book.ruling(name).rule for name in names]


def test_names_at_once_meet_the_same_patterns_of_the_registry_that_ships_as_one_by_one():
    shipped, rng = registry.load(), random.Random(7)
    patterns = [root.pattern for root in shipped.roots]
    names = []
    for pattern in patterns[::3]:
        name = "".join(rng.choice(["", "7b", "-x", "GGUF", "v2-"]) if part == "*" else part for part in pattern)
        names.append(rng.choice([name, f"{name}-1", name[:-1], name.upper(), name.partition("/")[2]]))
    rules = Patterns(patterns, shipped.present_names)
    found = rules.matches(names).tolist()
    assert found == [rules.match(name) for name in names]
    assert len({number for number in found if "*" in patterns[number]}) > 500


def test_a_glob_takes_texts_in_their_order_and_each_of_them_once():
    rules = Patterns(["a/*x*x*", "a/ab*ba", "a/*-*-q*z", "a/*"], {})
    names = {"a/xx": 0, "a/x": 3, "a/abba": 1, "a/aba": 3, "a/1-2-q3z": 2, "a/1-q3z": 3, "b/xx": -1, "xx": -1}
    assert dict(zip(names, rules.matches(list(names)).tolist(), strict=True)) == names
    assert {name: rules.match(name) for name in names} == names
    assert rules.all_matches("A/XX") == [0, 3]


def test_a_publisher_is_what_its_row_says_on_a_day(book):
    assert book.publisher("moved", date(2024, 5, 31)).country == "US"
    assert book.publisher("moved", date(2024, 6, 1)).country == "FR"
    assert book.publisher("moved").country == "FR"
    assert book.publisher("qwen").organization == "Alibaba Cloud"
    assert book.publisher("THUDM").organization == "Z.ai"
    assert book.publisher("nobody") == registry.Publisher("nobody", "unreviewed", "unreviewed", "unreviewed", None)


def test_all_publishers_are_listed_once_with_their_former_names(book):
    names = [each.namespace for each in book.publishers()]
    assert names == ["Alibaba-NLP", "Qwen", "THUDM", "hidden", "moved", "zai-org"]


def test_lines_know_their_family_and_country(book):
    coder = book.line("Qwen3-Coder")
    assert (coder.family, coder.country) == ("Qwen", "CN")
    ruling = book.ruling("Qwen/Qwen3-Coder-30B")
    assert (ruling.family, ruling.line) == ("Qwen", "Qwen3-Coder")
    with pytest.raises(UnknownName, match="did you mean"):
        book.line("Qwen3-Codre")


@pytest.mark.parametrize(
    ("model", "model_id", "name", "namespaces"),
    [
        ("unsloth/Y-bnb-4bit", None, "Y", ("Qwen", "zai-org")),
        ("unsloth/Y-unsloth-bnb-4bit", None, "Y", ()),
        ("unsloth/X-bnb-4bit", "Qwen/X", "X", ()),
    ],
)
def test_mirror_rules_tell_whose_weights_a_name_carries(book, model, model_id, name, namespaces):
    match = book.mirror_of(model)
    assert (match.model_id, match.name, match.namespaces) == (model_id, name, namespaces)


def test_a_name_without_a_mirror_rule_is_no_mirror(book):
    assert book.mirror_of("unsloth/Y") is None
    assert book.mirror_of("bnb-4bit") is None


def test_re_uploaders_are_no_developers_to_look_for_originals_among(book):
    assert book.developer_namespaces == {"qwen", "zai-org", "thudm", "moved"}


def test_the_version_is_that_of_the_content(tmp_path):
    folder = write_registry(tmp_path / "r", **FILES)
    first = registry.load(folder).version
    assert len(first) == 12
    assert registry.load(write_registry(tmp_path / "elsewhere", **FILES)).version == first
    (folder / "claims.csv").write_text("x\n")
    assert registry.load(folder).version == first  # what others claim decides no answer
    rows = (folder / "organizations.csv").read_text().replace("Hidden", "Hidden Inc.")
    (folder / "organizations.csv").write_text(rows)
    assert registry.load(folder).version != first
    assert registry.load(folder).publisher("hidden").organization == "Hidden Inc."


def test_four_times_the_rows_and_names_take_four_times_the_work(tmp_path):
    loading, reading = [], []
    for size in (500, 2000):
        roots = [{"pattern": f"ns{number % 50}/model-{number}*", "line": "Qwen"} for number in range(size)]
        folder = write_registry(tmp_path / str(size), **{**FILES, "roots": roots})
        loading.append(steps_of(lambda folder=folder: registry.load(folder)))
        book = registry.load(folder)
        names = [f"someone{number}/model" for number in range(10 * size)]
        names += [f"ns7/model-{number}" for number in range(size)]
        reading.append(steps_of(lambda book=book, names=names: book.rulings(names)))
        assert (book.rulings(names).line >= 0).sum() > size / 50
    assert loading[1] < 5 * loading[0]
    assert reading[1] < 5 * reading[0]
