"""`tracker spark-sql`, and `--engine spark` of the questions, as their user meets them."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests import planted
from tests.command_line import called, tracker
from tests.handover.spark import needed
from tracker import store

pytest.importorskip("pyspark", reason=needed.EXTRA)

SQL = "select family, count(*) as models from lineage group by all order by models desc, family"


def test_sparks_own_sql_is_data_on_stdout_and_nothing_else(tmp_path: Path) -> None:
    needed.everything()
    export = tmp_path / "export"
    store.export_parquet(planted.folder(), export)
    done = tracker("spark-sql", SQL, "--master", "local[1]", "--data-dir", str(export))
    asked = tracker("sql", SQL, "--data-dir", str(planted.folder()))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == asked.stdout and done.stdout.startswith("family\tmodels\n")


@pytest.mark.parametrize(
    "question", [("share", "--month", "2026-09"), ("top", "--of", "publishers"), ("measure", "lines")], ids=" ".join
)
def test_an_answer_is_the_same_bytes_on_either_engine(spark: Any, question: tuple[str, ...]) -> None:
    where = ("--json", "--data-dir", str(planted.folder()))
    one, other = called(*question, *where), called(*question, *where, "--engine", "spark")
    assert (other.returncode, other.stderr) == (0, one.stderr)
    assert other.stdout == one.stdout and json.loads(one.stdout)["rows"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("share", "--master", "local[2]"), "add --engine spark"),
        (("share", "--engine", "spark", "--master", "here"), "no master; write local"),
        (("spark-sql", " "), "no SQL given"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_line(words: tuple[str, ...], says: str) -> None:
    done = called(*words, "--data-dir", str(planted.folder()))
    assert done.returncode == 2 and done.stdout == ""
    assert says in done.stderr and done.stderr.count("\n") == 1


def test_a_missing_java_is_named_in_one_line(tmp_path: Path) -> None:
    done = tracker("spark-sql", "select 1", "--data-dir", str(tmp_path), JAVA_HOME=str(tmp_path), PATH=os.defpath)
    assert done.returncode == 1 and done.stderr.count("\n") == 1
    assert "openjdk-17-jre-headless" in done.stderr
