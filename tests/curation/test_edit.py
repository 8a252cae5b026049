"""Rows that the program puts into the registry's files, and files that it sorts."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from tests.registry_folder import write_registry
from tracker import registry
from tracker.cli import cli
from tracker.curation import add, sort
from tracker.errors import RegistryError, TrackerError, UnknownName

PAGE = {"source_url": "https://example.org/about", "verified": "page"}
FILES = {
    "organizations": [
        {"namespace": "alpha", "organization": "Alpha"},
        {"namespace": "Gamma", "organization": "Gamma", "country": "FR"},
    ],
    "families": [{"line": "Alpha 1", "developer": "Alpha"}],
    "roots": [{"pattern": "alpha/*", "line": "Alpha 1"}],
}


@pytest.fixture
def folder(tmp_path):
    return write_registry(tmp_path / "book", **FILES)


def test_a_row_is_put_where_its_key_belongs_and_dated(folder):
    added = add(
        "organization",
        {"namespace": "Beta", "organization": "Be, ta", "kind": "company", "country": "US", **PAGE},
        folder,
    )
    lines = (folder / "organizations.csv").read_text(encoding="utf-8").splitlines()
    assert added.place == f"{folder / 'organizations.csv'}:3"
    assert lines[2] == added.row
    assert added.row.startswith('Beta,"Be, ta",company,US,,https://example.org/about,page,20')
    assert registry.check(folder) == []


@pytest.mark.parametrize(
    ("kind", "cells"),
    [
        ("family", {"line": "Alpha 2", "parent": "Alpha 1", "developer": "Alpha", "modality": "text"}),
        ("root", {"pattern": "alpha/two*", "line": "Alpha 1"}),
        ("alias", {"old_namespace": "alef", "namespace": "alpha", "renamed_on": "2025-01"}),
        ("mirror", {"pattern": "up/a", "rule": "exact", "target": "alpha/a", "relation": "copy"}),
        ("override", {"model_id": "me/x", "parent_id": "alpha/a", "role": "not_parent", "notes": "the card says so"}),
        ("country", {"country": "JP", "name": "Japan", "region": "Asia", "eu": "false"}),
    ],
)
def test_each_kind_of_row_can_be_added(folder, kind, cells):
    add(kind, {**cells, **PAGE}, folder)
    assert registry.check(folder) == []


def test_a_family_is_put_in_before_its_roots_and_says_that_it_needs_one(folder):
    page = {"weights": "scratch", "weights_source": "https://example.org/paper", **PAGE}
    cells = {"line": "Gamma 1", "developer": "Gamma", "modality": "text", **page}
    alpha = {"line": "Alpha 0", "parent": "Alpha 1", "developer": "Alpha", "modality": "text", **page}
    path = folder / "families.csv"
    path.write_text(
        path.read_text(encoding="utf-8").replace(",,,,https", ",,scratch,https://a.org/b,https"), encoding="utf-8"
    )
    assert registry.check(folder) == []
    assert add("family", alpha, folder).needs == ""
    assert add("family", cells, folder).needs.startswith("no row of roots.csv leads to this family")
    assert add("root", {"pattern": "Gamma/*-1", "line": "Gamma 1", **PAGE}, folder).needs == ""
    assert registry.check(folder) == []


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        (
            {"namespace": "Beta", "organization": "Beta", "kind": "company", "country": "XX"},
            "country XX is not in countries",
        ),
        ({"namespace": "alpha", "organization": "Alpha", "kind": "company", "country": "US"}, "says again what line"),
        ({"namespace": "Beta"}, "organization is empty"),
    ],
)
def test_of_a_wrong_row_nothing_is_written_and_what_is_wrong_is_said(folder, cells, message):
    before = (folder / "organizations.csv").read_bytes()
    with pytest.raises(RegistryError, match=message):
        add("organization", {**cells, **PAGE}, folder)
    assert (folder / "organizations.csv").read_bytes() == before


def test_problems_that_stood_there_before_do_not_keep_a_row_out(folder):
    path = folder / "organizations.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("Gamma,company", "Gamma,compny"), encoding="utf-8")
    add(
        "organization",
        {"namespace": "Beta", "organization": "Beta", "kind": "company", "country": "US", **PAGE},
        folder,
    )
    assert [problem.line for problem in registry.check(folder)] == [4]


@pytest.mark.parametrize(
    ("kind", "cells", "near"),
    [("organisation", {}, "organization"), ("root", {"patern": "a/b"}, "pattern")],
)
def test_unknown_kinds_and_columns_are_answered_with_the_nearest(folder, kind, cells, near):
    with pytest.raises(UnknownName, match=near):
        add(kind, cells, folder)


def test_files_are_sorted_by_their_keys_and_only_those_that_were_not_are_written(folder):
    path = folder / "organizations.csv"
    header, first, second = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text(header + second + first, encoding="utf-8")
    assert sort(folder) == ["organizations.csv"]
    assert path.read_text(encoding="utf-8") == header + first + second
    assert sort(folder) == []


def test_a_file_that_is_no_table_is_left_as_it_is(folder):
    path = folder / "roots.csv"
    path.write_text(path.read_text(encoding="utf-8") + 'alpha/x,"Alpha 1\n', encoding="utf-8")
    before = path.read_bytes()
    with pytest.raises(TrackerError, match="not readable as CSV"):
        sort(folder)
    assert path.read_bytes() == before


def test_the_command_adds_and_sorts(folder):
    ask = [
        "registry",
        "add",
        "root",
        "pattern=alpha/z",
        "line=Alpha 1",
        *(f"{key}={cell}" for key, cell in PAGE.items()),
    ]
    said = CliRunner().invoke(cli, [*ask, "--registry", str(folder)])
    assert said.exit_code == 0 and said.stdout.startswith(f"{folder / 'roots.csv'}:3: alpha/z,Alpha 1,")
    assert CliRunner().invoke(cli, ["registry", "sort", "--registry", str(folder)]).exit_code == 0
    wrong = CliRunner().invoke(cli, ["registry", "add", "root", "pattern", "--registry", str(folder)])
    assert wrong.exit_code == 2 and "has no '='" in wrong.output


@pytest.mark.parametrize(
    "edit", [sort, lambda folder: add("root", {"pattern": "alpha/z", "line": "Alpha 1", **PAGE}, folder)]
)
def test_the_registry_inside_an_installed_package_is_not_written(tmp_path, edit):
    installed = write_registry(tmp_path / "_registry", **FILES)
    before = {path: path.read_bytes() for path in installed.iterdir()}
    with pytest.raises(TrackerError, match="copy it and name the copy with --registry"):
        edit(installed)
    assert {path: path.read_bytes() for path in installed.iterdir()} == before
