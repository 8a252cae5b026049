"""A curator's commands as processes: what contradicts rules, what a change moves, rows that are put in and sorted."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.command_line import tracker
from tests.registry_folder import write_registry
from tracker import registry

FILES = {
    "organizations": [
        {"namespace": "alpha", "organization": "Alpha"},
        {"namespace": "beta", "organization": "Beta", "country": "FR"},
    ],
    "families": [{"line": "Alpha 1", "developer": "Alpha"}, {"line": "Beta 1", "developer": "Beta"}],
    "roots": [{"pattern": "alpha/*7B*", "line": "Alpha 1"}, {"pattern": "beta/*", "line": "Beta 1"}],
}
MODELS = [
    ("alpha/one-7B", []),
    ("alpha/one-47B", []),
    ("beta/two", []),
    *((f"me/{number}", ["base_model:alpha/one-47B", "base_model:finetune:alpha/one-47B"]) for number in range(3)),
]


@pytest.fixture
def book(tmp_path: Path) -> Path:
    folder = write_registry(tmp_path / "book", **FILES)
    assert registry.check(folder) == []
    return folder


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    path = tmp_path / "sample.jsonl"
    lines = (json.dumps({"id": name, "downloads": 10, "tags": tags}) for name, tags in MODELS)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_audit_names_the_rule_and_what_is_said_against_it(book: Path, sample: Path) -> None:
    done = tracker("registry", "audit", "--sample", str(sample), "--registry", str(book), "--json")
    assert done.returncode == 0, done.stderr
    (found,) = json.loads(done.stdout)["rows"]
    assert (found["place"], found["kind"], found["against"], found["example"]) == (
        "roots.csv:2",
        "size",
        "47",
        "alpha/one-47B",
    )


def test_diff_says_what_a_change_moves(book: Path, sample: Path, tmp_path: Path) -> None:
    changed = shutil.copytree(book, tmp_path / "changed")
    put = ("pattern=alpha/one-47B", "line=Beta 1", "source_url=https://example.org/one", "verified=page")
    added = tracker("registry", "add", "root", *put, "--registry", str(changed))
    assert added.returncode == 0 and added.stdout.startswith(f"{changed / 'roots.csv'}:3: alpha/one-47B,Beta 1,")
    done = tracker("registry", "diff", str(book), str(changed), "--sample", str(sample), "--json")
    moved = {(row["by"], row["name"]): row["points"] for row in json.loads(done.stdout)["rows"]}
    assert moved == {
        ("family", "Alpha 1"): -100.0,
        ("family", "Beta 1"): 100.0,
        ("origin_country", "US"): -100.0,
        ("origin_country", "FR"): 100.0,
    }


def test_sort_puts_rows_in_order(book: Path) -> None:
    path = book / "roots.csv"
    header, first, second = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text(header + second + first, encoding="utf-8")
    done = tracker("registry", "sort", "--registry", str(book))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "sorted roots.csv\n")
    assert registry.check(book) == []


def test_renames_names_pairs_of_namespaces(book: Path, tmp_path: Path) -> None:
    path = tmp_path / "twice.csv"
    names = [f"{namespace}/{name}" for namespace in ("old", "new") for name in ("one", "two", "three")]
    path.write_text("modelId,downloads\n" + "".join(f"{name},1\n" for name in names), encoding="utf-8")
    done = tracker("registry", "renames", "--sample", str(path), "--registry", str(book), "--json")
    assert [(row["namespace"], row["other"]) for row in json.loads(done.stdout)["rows"]] == [("new", "old")]
