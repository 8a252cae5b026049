"""`tracker lineage` as its user meets it: rows in every format, a drawing where asked for, any name of a parent."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from pathlib import Path

import polars as pl
import pytest

from tests import planted
from tests.command_line import called
from tracker.words import VARIANTS

BASE, DERIVATIVE, UNSEEN = "Qwen/Qwen3-8B", "bart/tune-GGUF", "meta-llama/Llama-2-gone"
DOWN = [
    "model_id", "depth", "relation", "path", "evidence", "weight", "downloads_30d", "created_at", "path_weight",
    "removed_at",
]  # fmt: skip
UP = [
    "root_id", "family", "line", "developer", "origin_country", "weight", "depth", "status", "evidence", "path", "why",
]  # fmt: skip


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return called(*arguments, "--data-dir", str(planted.folder()))


def records(text: str, format_name: str) -> list[dict[str, str]]:
    if format_name == "markdown":
        table = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("|")]
        return [dict(zip(table[0], row, strict=True)) for row in table[2:]]
    if format_name == "jsonl":
        return [json.loads(line) for line in text.splitlines()]
    return list(csv.DictReader(io.StringIO(text), delimiter="\t" if format_name == "tsv" else ","))


@pytest.mark.parametrize("format_name", ["tsv", "csv", "jsonl", "markdown"])
def test_every_format_has_rows_and_no_drawing(format_name: str) -> None:
    for question, columns, end in (([BASE, "--down"], DOWN, DERIVATIVE), ([DERIVATIVE], UP, BASE)):
        done = run("lineage", *question, "--format", format_name)
        found = records(done.stdout, format_name)
        assert list(found[0]) == columns and "└──" not in done.stdout and "snapshot " in done.stderr
        row = next(row for row in found if row[columns[0]] == end)
        path = row["path"] if isinstance(row["path"], list) else row["path"].split(" > ")
        assert (path[0], path[-1], len(path)) == (question[0], end, int(row["depth"]) + 1)


def test_files_hold_the_rows_and_a_table_is_a_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")  # as processes have it: in 80 columns eleven headings are folded
    for question, columns in (([BASE, "--down"], DOWN), ([DERIVATIVE], UP)):
        for suffix in ("parquet", "csv", "txt"):
            assert run("lineage", *question, "-o", str(tmp_path / f"rows.{suffix}")).returncode == 0
        assert pl.read_parquet(tmp_path / "rows.parquet").columns == columns
        assert (tmp_path / "rows.csv").read_text(encoding="utf-8").startswith(",".join(columns))
        assert (tmp_path / "rows.txt").read_text(encoding="utf-8").startswith("\t".join(columns))
        shown = run("lineage", *question, "--format", "table").stdout
        assert "depth" in shown and "snapshot " in shown and "└──" not in shown


def test_json_holds_a_path_as_a_list_and_its_sql_gives_the_rows() -> None:
    answer = json.loads(run("lineage", BASE, "--down", "--json").stdout)
    assert (answer["model_id"], answer["measure"], answer["parameters"]["variant"]) == (BASE, "lineage", "default")
    again = json.loads(run("sql", answer["sql"], "--json").stdout)["rows"]
    assert again and again == [row | {"path": " > ".join(row["path"])} for row in answer["rows"]]
    assert run("lineage", BASE, "--down", "--show-sql").stdout.strip() == answer["sql"]


def test_descendants_follow_the_reading() -> None:
    """A mirror stands for itself as uploaded, and what is made of it is no longer below the original."""
    below = {
        variant: {row["model_id"] for row in records(done.stdout, "csv")}
        for variant in VARIANTS
        for done in [run("lineage", BASE, "--down", "--variant", variant, "--format", "csv")]
    }
    assert below["default"] - below["as_uploaded"] == {"unsloth/Qwen3-8B", "dave/lora"}
    assert below["default"] == below["teacher"] <= below["inferred"]


def test_a_base_that_was_never_on_the_hub_can_be_asked_both_ways() -> None:
    down = run("lineage", UNSEEN.upper(), "--down", "--format", "csv")
    assert [row["model_id"] for row in records(down.stdout, "csv")] == ["ivan/old"]
    assert f"{UNSEEN} is not on the Hub" in down.stderr
    up = json.loads(run("lineage", UNSEEN, "--json").stdout)
    assert (up["status"], up["roots"][0]["root_id"], up["roots"][0]["path"]) == ("dangling", UNSEEN, [])
    assert up["roots"][0]["developer"] == "Meta" and "is not on the Hub" in up["why"]


def test_what_nothing_is_built_on_says_so() -> None:
    done = run("lineage", DERIVATIVE, "--down")
    assert done.returncode == 0 and done.stdout.splitlines() == ["\t".join(DOWN)]
    assert f"no model counts as built on {DERIVATIVE}" in done.stderr


@pytest.mark.parametrize("words", [("--publisher", ""), ("--publisher", " "), ("",), ("", "--down")])
def test_a_name_of_nothing_is_asked_as_any_other(words: tuple[str, ...]) -> None:
    done = called("lineage", *words, "--data-dir", str(planted.folder()))
    assert "nobody foresaw" not in done.stderr and (done.returncode == 0 or "called" in done.stderr), done.stderr
