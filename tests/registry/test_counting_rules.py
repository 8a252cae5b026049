"""What the registry says of counting: a change has a day, a library and a source, and rules follow one another."""

from __future__ import annotations

import pytest

from tests.registry_folder import write_registry
from tracker import curation, registry

RULE = {"kind": "new rule", "files": "*.nemo", "change": "requests for *.nemo count", "reviewed_on": "2026-11-22"}


def problems(tmp_path, *rows):
    folder = write_registry(tmp_path / "registry", counting_rules=[{**RULE, **row} for row in rows])
    return [f"{each.path.rpartition('/')[2]}:{each.line}: {each.message}" for each in registry.check(folder)]


def test_rules_that_follow_one_another_are_read_in_the_order_of_their_days(tmp_path):
    changes = [
        {"changed_on": "2024-06-21", "library": "nemo"},
        {"changed_on": "2025-08-01", "library": "NeMo", "kind": "changed rule"},
        {"changed_on": "2025-09-01", "library": "nemo", "kind": "removed", "files": ""},
        {"changed_on": "2025-10-01", "library": "nemo"},
        {"changed_on": "2025-07-25", "library": "all", "kind": "default", "files": "params.json"},
        {"changed_on": "2025-10-02", "library": "nemo", "kind": "retroactive", "files": ""},
        {"changed_on": "2024-01-01", "library": "open_clip", "kind": "changed rule"},  # its beginning is not dated
    ]
    assert problems(tmp_path, *changes) == []
    read = registry.load(tmp_path / "registry").counting_rules
    assert [(each.changed_on, each.library, each.kind) for each in read] == sorted(
        (each["changed_on"], each["library"], each.get("kind", "new rule")) for each in changes
    )


def test_a_folder_of_before_rules_of_counting_were_written_is_read(tmp_path):
    assert registry.load(write_registry(tmp_path / "registry")).counting_rules == ()


DAY = {"changed_on": "2025-08-01", "library": "nemo"}
WRONG = {
    "no day": ([{**DAY, "changed_on": "2025-08"}], "changed_on is '2025-08'"),
    "no library": ([{**DAY, "library": ""}], "library is empty"),
    "a kind that is none": ([{**DAY, "kind": "changed"}], "kind is 'changed'; use one of: default, new rule"),
    "nothing said": ([{**DAY, "change": ""}], "change is empty"),
    "no page": ([{**DAY, "source_url": ""}], "give the https:// address"),
    "seen before it was": ([{**DAY, "changed_on": "2026-11-23"}], "is after reviewed_on 2026-11-22"),
    "a rule of all": ([{**DAY, "library": "all"}], "a new rule is one library's, so library cannot be all"),
    "a default of one": ([{**DAY, "kind": "default"}], "the default holds for every library without a rule"),
    "a rule without files": ([{**DAY, "files": ""}], "files are those that count from then on"),
    "an end with files": ([{**DAY, "kind": "removed"}], "leave files empty"),
    "begun twice": (
        [DAY, {**DAY, "changed_on": "2025-09-01"}],
        "a new rule of nemo, but its rule had begun on 2025-08-01 (line 2)",
    ),
    "changed after its end": (
        [{**DAY, "kind": "removed", "files": ""}, {**DAY, "changed_on": "2025-09-01", "kind": "changed rule"}],
        "a changed rule of nemo, but its rule ended on 2025-08-01 (line 2)",
    ),
    "ended twice": (
        [{**DAY, "kind": "removed", "files": "", "changed_on": day} for day in ("2025-08-01", "2025-09-01")],
        "a removed of nemo, but its rule ended on 2025-08-01 (line 2)",
    ),
}


@pytest.mark.parametrize("kind", WRONG)
def test_what_cannot_have_happened_is_a_problem_with_its_line(tmp_path, kind):
    rows, told = WRONG[kind]
    found = problems(tmp_path, *rows)
    assert len(found) == 1, found
    assert found[0].startswith("counting_rules.csv:") and told in found[0]


def test_a_rule_is_added_where_its_day_belongs_and_shown_by_its_library(tmp_path):
    folder = write_registry(tmp_path / "registry", counting_rules=[{**RULE, **DAY}])
    cells = {**RULE, "changed_on": "2024-06-21", "library": "elm", "verified": "page", "source_url": "https://a.org/b"}
    assert curation.add("counting_rule", cells, folder).place == f"{folder / 'counting_rules.csv'}:2"
    facts = curation.show("NEMO", registry.load(folder))
    assert [(fact.file, fact.line, fact.says) for fact in facts] == [
        (
            "counting_rules.csv",
            3,
            "downloads of nemo are counted otherwise since 2025-08-01 (new rule): requests for *.nemo count",
        )
    ]


# known from public text: the changes that move much-used libraries, and the defaults
SHIPPED = {
    ("2024-06-21", "nemo", "changed rule"),
    ("2024-07-03", "keras", "changed rule"),
    ("2025-01-22", "open_clip", "changed rule"),
    ("2025-01-27", "deepforest", "removed"),
    ("2025-05-26", "timesfm", "changed rule"),
    ("2025-07-24", "mistral_common", "removed"),
    ("2025-07-25", "all", "default"),
    ("2025-08-01", "nemo", "changed rule"),
    ("2025-10-15", "litert-lm", "changed rule"),
    ("2025-10-21", "PaddleOCR", "new rule"),
    ("2026-06-22", "PaddleOCR", "changed rule"),
    ("2026-07-21", "all", "policy"),
    ("2026-08-06", "diffusers", "changed rule"),
}


def test_the_shipped_file_has_the_changes_that_are_known_each_with_its_commit():
    shipped = registry.load().counting_rules
    assert {(each.changed_on, each.library, each.kind) for each in shipped} >= SHIPPED
    assert all(each.source_url.startswith("https://github.com/huggingface/") for each in shipped)
