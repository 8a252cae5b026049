"""The registry's rules: for each a wrong row, and the message that a newcomer gets."""

from __future__ import annotations

import re

import pytest

from tests.registry_folder import add_row, write_registry
from tracker import registry
from tracker.errors import RegistryError

META = {"namespace": "meta-llama", "organization": "Meta"}
QWEN = {"namespace": "Qwen", "organization": "Alibaba Cloud", "country": "CN"}
LLAMA = {"line": "Llama", "developer": "Meta"}
RIGHT = {
    "organizations": [META, QWEN],
    "aliases": [{"old_namespace": "facebook-llama", "namespace": "meta-llama", "renamed_on": "2023-07"}],
    "families": [LLAMA, {"line": "Llama 3", "parent": "Llama", "developer": "Meta", "first_release": "2024-04-18"}],
    "roots": [{"pattern": "meta-llama/*", "line": "Llama"}, {"pattern": "gpt2", "line": "unknown"}],
    "mirrors": [
        {"pattern": "unsloth/*-bnb-4bit", "rule": "same_name", "target": "meta-llama", "relation": "quantized"},
        {"pattern": "me/copy", "rule": "exact", "target": "meta-llama/Llama-2-7b", "relation": "copy"},
    ],
    "countries": [{"country": "CN", "name": "China"}, {"country": "US", "name": "United States"}],
    "overrides": [{"model_id": "a/x", "parent_id": "a/y", "role": "weights_parent", "relation": "finetune"}],
}


def problems(folder):
    return [str(problem).replace(f"{folder}/", "") for problem in registry.check(folder)]


def with_rows(tmp_path, **files):
    """Return the problems of the right registry with the rows of some files replaced or, for lists of one, added."""
    rows = {name: [*RIGHT.get(name, []), *more] for name, more in files.items()}
    return problems(write_registry(tmp_path / "r", **{**RIGHT, **rows}))


def test_a_right_registry_has_no_problems_and_loads(tmp_path):
    folder = write_registry(tmp_path / "r", **RIGHT)
    assert problems(folder) == []
    assert len(registry.load(folder).lines) == 2


def test_files_of_earlier_versions_are_read_that_called_a_line_family(tmp_path):
    folder = write_registry(tmp_path / "r", **RIGHT)
    now = registry.load(folder)
    for name, header in (("families.csv", "line,parent,"), ("roots.csv", "pattern,line,")):
        text = (folder / name).read_text(encoding="utf-8")
        assert text.startswith(header)
        (folder / name).write_text(text.replace("line", "family", 1), encoding="utf-8")
    assert problems(folder) == []
    then = registry.load(folder)
    assert (then.lines, then.roots) == (now.lines, now.roots)


def row(**cells):
    return cells


WRONG = {
    # one file, one cell
    "no source": (
        "organizations",
        row(**META | {"namespace": "x", "source_url": ""}),
        "source_url is ''; give the https",
    ),
    "http source": (
        "families",
        row(**LLAMA | {"line": "X", "source_url": "http://a.org"}),
        "give the https:// address",
    ),
    "no review date": (
        "roots",
        row(pattern="a/b", line="Llama", reviewed_on="22.11.2026"),
        "write a day that exists as",
    ),
    "impossible day": (
        "roots",
        row(pattern="a/b", line="Llama", reviewed_on="2026-02-30"),
        "write a day that exists as",
    ),
    "kind": (
        "organizations",
        row(namespace="x", organization="X", kind="startup"),
        "kind is 'startup'; use one of: company,",
    ),
    "country name": ("organizations", row(namespace="x", organization="X", country="China"), "alpha-2 code such as CN"),
    "namespace with slash": ("organizations", row(namespace="a/b", organization="X"), "write the part before '/'"),
    "organization called unknown": ("organizations", row(namespace="x", organization="unknown"), "choose another name"),
    "modality": (
        "families",
        row(**LLAMA | {"line": "X", "modality": "llm"}),
        "modality is 'llm'; use one of: text, code,",
    ),
    "release": (
        "families",
        row(**LLAMA | {"line": "X", "first_release": "2024"}),
        "YYYY-MM where the day is not known",
    ),
    "pattern with a star in the namespace": ("roots", row(pattern="*/x", line="Llama"), "'*' only after the '/'"),
    "mirror rule": (
        "mirrors",
        row(pattern="a/b", rule="same", target="c/d", relation="copy"),
        "use one of: exact, same_name",
    ),
    "mirror relation": (
        "mirrors",
        row(pattern="a/b", rule="exact", target="c/d", relation="clone"),
        "one of: quantized, copy",
    ),
    "role": (
        "overrides",
        row(model_id="a/b", parent_id="c/d", role="parent"),
        "use one of: weights_parent, teacher, not_parent",
    ),
    "override relation": (
        "overrides",
        row(model_id="a/b", parent_id="c/d", role="teacher", relation="distill"),
        "use one of: finetune, adapter, quantized, merge",
    ),
    "eu": ("countries", row(country="FR", name="France", eu="yes"), "eu is 'yes'; use one of: true, false"),
    "blank at the end": (
        "organizations",
        row(namespace="x", organization="X "),
        "organization has blanks at its start or end",
    ),
    "line break": (
        "organizations",
        row(namespace="x", organization="X", notes="a\nb"),
        "notes has a line break inside",
    ),
    # one file, one row
    "unknown country without a reason": (
        "organizations",
        row(namespace="x", organization="X", country="unknown", notes=""),
        "country is unknown, so notes must say what was looked at",
    ),
    "unknown country that nobody searched": (
        "organizations",
        row(
            namespace="x",
            organization="X",
            kind="individual",
            country="unknown",
            reviewed_on="2026-11-29",
            notes="a person",
        ),
        "country is unknown, so notes must say what was searched",
    ),
    "unknown family without a reason": (
        "roots",
        row(pattern="a/b", line="unknown", notes=""),
        "line is unknown, so notes",
    ),
    "unknown developer without a reason": (
        "families",
        row(line="X", developer="unknown", notes=""),
        "developer is unknown, so notes",
    ),
    "date on a pattern": (
        "roots",
        row(pattern="a/*", line="Llama", released_on="2024-01-01"),
        "leave it empty for a pattern",
    ),
    "exact mirror with a star": (
        "mirrors",
        row(pattern="a/*", rule="exact", target="b/c", relation="copy"),
        "names one repository in pattern (no '*')",
    ),
    "same_name mirror without a star": (
        "mirrors",
        row(pattern="a/b", rule="same_name", target="Qwen", relation="copy"),
        "needs exactly one '*'",
    ),
    "same_name mirror of one model": (
        "mirrors",
        row(pattern="a/*", rule="same_name", target="Qwen/Qwen3-8B", relation="copy"),
        "is namespaces separated by blanks",
    ),
    "mirror of itself": (
        "mirrors",
        row(pattern="a/b", rule="exact", target="a/b", relation="copy"),
        "cannot be a mirror of itself",
    ),
    "override of itself": (
        "overrides",
        row(model_id="a/b", parent_id="a/b", role="teacher", relation="finetune"),
        "a model is never its own parent",
    ),
    "override without relation": (
        "overrides",
        row(model_id="a/b", parent_id="c/d", role="teacher"),
        "a teacher row needs a relation",
    ),
    "override without a reason": (
        "overrides",
        row(model_id="a/b", parent_id="c/d", role="not_parent", notes=""),
        "must say in notes what the Hub shows",
    ),
    "a country that is none": ("countries", row(country="unknown", name="?"), "unknown is not a country"),
    # several rows or files
    "the same key twice": ("organizations", row(namespace="META-LLAMA", organization="Meta"), "keep one row"),
    "organization without country row": (
        "organizations",
        row(namespace="x", organization="X", country="ZZ"),
        "country ZZ is not in countries.csv",
    ),
    "one organization in two countries": (
        "organizations",
        row(namespace="x", organization="Meta", country="CN"),
        "one organization has one: correct one row",
    ),
    "one organization of two kinds": (
        "organizations",
        row(namespace="x", organization="Meta", kind="university"),
        "Meta is kind university here and company in line",
    ),
    "two spellings": (
        "organizations",
        row(namespace="x", organization="alibaba-cloud", country="CN"),
        "is written 'Alibaba Cloud' in line",
    ),
    "alias of itself": ("aliases", row(old_namespace="Qwen", namespace="Qwen"), "an alias needs two names"),
    "alias of a former name": (
        "aliases",
        row(old_namespace="x", namespace="facebook-llama"),
        "facebook-llama was itself renamed to meta-llama; write the present name",
    ),
    "alias of an unreviewed name": (
        "aliases",
        row(old_namespace="x", namespace="Qwenn"),
        "namespace Qwenn has no row in organizations.csv (did you mean 'Qwen'?); add one",
    ),
    "alias with a row of its own": ("aliases", row(old_namespace="Qwen", namespace="meta-llama"), "delete that row"),
    "line of no family": (
        "families",
        row(**LLAMA | {"line": "X", "parent": "Lama"}),
        "parent 'Lama' is no line (did you mean 'Llama'?)",
    ),
    "developer without a row": (
        "families",
        row(line="X", developer="Metta"),
        "developer 'Metta' is no organization in organizations.csv (did you mean 'Meta'?)",
    ),
    "root of no family": (
        "roots",
        row(pattern="a/b", line="Lama"),
        "line 'Lama' is not in families.csv (did you mean",
    ),
    "mirror of unreviewed namespaces": (
        "mirrors",
        row(pattern="a/*", rule="same_name", target="meta-lama", relation="copy"),
        "target namespace meta-lama has no row in organizations.csv (did you mean 'meta-llama'?)",
    ),
    "mirror in a circle": (
        "mirrors",
        row(pattern="meta-llama/Llama-2-7b", rule="exact", target="me/copy", relation="copy"),
        "lead back to it; name the model it really copies",
    ),
    "parent given and denied": (
        "overrides",
        row(model_id="a/x", parent_id="a/y", role="not_parent"),
        "this row that it is no parent; keep one",
    ),
    "parents of each other": (
        "overrides",
        row(model_id="a/y", parent_id="a/x", role="weights_parent", relation="finetune"),
        "says the reverse; only one of the two came first",
    ),
}


@pytest.mark.parametrize(("file", "wrong", "message"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_row_gets_a_message_that_names_its_line_and_says_what_to_do(tmp_path, file, wrong, message):
    found = with_rows(tmp_path, **{file: [wrong]})
    assert any(message in problem for problem in found), found
    assert all(re.match(r"[a-z]+\.csv:\d+: ", problem) for problem in found)


@pytest.mark.parametrize(
    "cells",
    [
        {"kind": "individual", "notes": "Searched: profile and cards of x; none states a place."},
        {"kind": "collective", "notes": "members in several countries"},
        {"kind": "individual", "notes": "a person", "reviewed_on": "2026-11-28"},
    ],
    ids=["searched", "a collective", "a row of an earlier version"],
)
def test_a_country_may_stay_unknown_where_the_row_says_why(tmp_path, cells):
    organization = {"namespace": "x", "organization": "X", "country": "unknown", "reviewed_on": "2026-11-29", **cells}
    assert with_rows(tmp_path, organizations=[organization]) == []


@pytest.mark.parametrize(
    ("pattern", "cut"),
    [
        ("someone/*7B*", "7B"),
        ("someone/*-12b", None),
        ("someone/*10.7B-*", "10.7B"),
        ("someone/*_7B*", None),
        ("someone/*360m", "360m"),
        ("someone/*2bit*", None),
    ],
)
def test_a_pattern_does_not_begin_within_a_size(tmp_path, pattern, cut):
    folder = write_registry(tmp_path / "registry", organizations=[META], families=[LLAMA])
    add_row(folder, "roots", pattern=pattern, line="Llama", reviewed_on="2026-11-28")
    assert problems(folder) == []
    add_row(folder, "mirrors", pattern=pattern, rule="same_name", relation="copy", reviewed_on="2026-11-29")
    found = [each for each in problems(folder) if "mirrors.csv" in each and "right before the size" in each]
    assert [f"the size {cut}," in each for each in found] == ([True] if cut else [])


@pytest.mark.parametrize(
    ("line", "cells", "wrong"),
    [
        ("Llama", {"notes": ""}, True),
        ("Llama", {"notes": "Old models alone; nothing is added."}, False),
        ("Llama", {"notes": "", "reviewed_on": "2026-11-28"}, False),
        ("own", {"notes": ""}, False),
    ],
)
def test_a_family_of_a_whole_namespace_says_why(tmp_path, line, cells, wrong):
    folder = write_registry(tmp_path / "registry", organizations=[META], families=[LLAMA])
    add_row(folder, "roots", **{"pattern": f"{META['namespace']}/*", "line": line, "reviewed_on": "2026-11-29"} | cells)
    assert [each for each in problems(folder) if "whole namespace" in each and "meta-llama/NAME-*" in each] == (
        problems(folder) if wrong else []
    )


def test_a_circle_of_families_is_found(tmp_path):
    families = [{**LLAMA, "line": "A", "parent": "B"}, {**LLAMA, "line": "B", "parent": "A"}]
    found = problems(write_registry(tmp_path / "r", organizations=[META], families=families))
    assert [problem.split(": ")[0] for problem in found] == ["families.csv:2", "families.csv:3"]
    assert "leave parent empty at the top" in found[0]


def test_a_pattern_under_a_former_name_must_say_the_same(tmp_path):
    """Rows of both names are fine as long as they agree."""
    families = [*RIGHT["families"], {"line": "Other", "developer": "Meta"}]
    found = with_rows(tmp_path / "1", families=families[2:], roots=[{"pattern": "facebook-llama/*", "line": "Other"}])
    assert "line is 'Llama' here and 'Other' in line" in found[0]
    assert with_rows(tmp_path / "2", roots=[{"pattern": "facebook-llama/*", "line": "Llama"}]) == []


def test_mirror_rules_under_a_former_name_must_say_the_same(tmp_path):
    rows = [
        {"pattern": f"{namespace}/*-q", "rule": "same_name", "target": target, "relation": "quantized"}
        for namespace, target in (("meta-llama", ""), ("facebook-llama", "Qwen"))
    ]
    assert "target is '' here and 'Qwen'" in with_rows(tmp_path, mirrors=rows)[0]


def edit(tmp_path, change):
    """Return the problems after changing the bytes of the right organizations.csv."""
    folder = write_registry(tmp_path / "r", **RIGHT)
    file = folder / "organizations.csv"
    file.write_bytes(change(file.read_bytes()))
    return problems(folder)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda raw: raw.replace(b"\n", b"\r\n"), "organizations.csv:1: has carriage returns; save with LF"),
        (lambda raw: b"\xef\xbb\xbf" + raw, "organizations.csv:1: starts with a byte order mark"),
        (lambda raw: raw.replace(b"Meta", b"M\xe9ta"), "organizations.csv:2: not UTF-8 here"),
        (lambda raw: raw[:-1], "organizations.csv:3: the last line does not end in a line break"),
        (lambda raw: raw.replace(b"kind", b"type"), "organizations.csv:1: the header is namespace,organization,t"),
        (lambda raw: raw + b"\n", "organizations.csv:4: blank line; delete it"),
        (lambda raw: raw.replace(b"for a test", b"a, b"), "organizations.csv:2: 10 cells, the header has 9; put a"),
        (lambda raw: raw + b'x,"y"z,company,US,,,,\n', "organizations.csv:4: not readable as CSV"),
        (lambda raw: b"", "organizations.csv:1: the file is empty; its first line is namespace,"),
    ],
)  # fmt: skip
def test_the_form_of_a_file_is_checked(tmp_path, change, message):
    assert any(problem.startswith(message) for problem in edit(tmp_path, change)), edit(tmp_path, change)


def test_rows_must_be_sorted_case_insensitively(tmp_path):
    def swap(raw):
        header, one, two = raw.splitlines(True)
        return header + two + one

    rule = "rows stand sorted by namespace and valid_from, ignoring case; it belongs before line 2"
    assert edit(tmp_path, swap) == [f"organizations.csv:3: out of order: {rule}: run `tracker registry sort`"]


def test_a_missing_file_is_one_problem_and_says_how_it_begins(tmp_path):
    folder = write_registry(tmp_path / "r", **RIGHT)
    (folder / "mirrors.csv").unlink()
    header = "pattern,rule,target,relation,source_url,verified,reviewed_on,notes"
    assert problems(folder) == [f"mirrors.csv:1: this file is missing; its first line is {header}"]


def test_a_folder_that_is_none_is_said_so(tmp_path):
    with pytest.raises(RegistryError, match="there is no such folder"):
        registry.load(tmp_path / "nowhere")


def test_all_problems_of_all_files_come_in_one_run_in_order(tmp_path):
    folder = write_registry(
        tmp_path / "r",
        organizations=[{**META, "kind": "firm", "source_url": "?"}],
        families=[{**LLAMA, "developer": "Nobody"}],
        roots=[{"pattern": "a/b", "line": "Nothing"}],
    )
    found = problems(folder)
    assert [problem.split(": ")[0] for problem in found] == [
        "families.csv:2", "organizations.csv:2", "organizations.csv:2", "roots.csv:2"
    ]  # fmt: skip
    with pytest.raises(RegistryError) as caught:
        registry.load(folder)
    assert len(caught.value.problems) == 4
    assert str(caught.value).count("\n") == 3


def test_the_registry_that_ships_is_right():
    assert [str(problem) for problem in registry.check()] == []
