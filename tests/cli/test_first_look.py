"""The first look that the README recommends, and what it says at the shell: a part of the Hub, by name."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.command_line import called, tracker
from tracker.demo import hub_process

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def first_look(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder after `tracker update --scope top:1000` on a synthetic Hub of 5,000 models."""
    folder = tmp_path_factory.mktemp("first-look") / "data"
    with hub_process(models=5_000, nights=1, seed=7) as hub:
        day = str(hub.nights[-1])
        done = tracker(
            "update", "--scope", "top:1000", "--date", day, "--data-dir", str(folder), HF_ENDPOINT=hub.endpoint
        )
    assert done.returncode == 0, done.stderr
    assert "(scope top:1000)" in done.stderr
    return folder


@pytest.fixture
def run(first_look: Path) -> Run:
    return lambda *arguments: called(*arguments, "--data-dir", str(first_look))


@pytest.mark.parametrize(
    ("form", "question"), [("table", ("share",)), ("tsv", ("share",)), ("tsv", ("trend",)), ("table", ("top",))]
)
def test_every_question_names_the_part(run: Run, form: str, question: tuple[str, ...]) -> None:
    done = run(*question, "--format", form)
    assert done.returncode == 0, done.stderr
    said = done.stdout if form == "table" else done.stderr
    assert "scope top:1000" in said and "among the 1,000 most downloaded" in said
    assert "is a part of the Hub: this says nothing of models outside it" in said
    assert "all new derivatives" not in said


def test_bounds_are_null_in_json_and_a_note_says_why(run: Run) -> None:
    answer = json.loads(run("share", "--json").stdout)
    assert answer["denominator"] == "the new derivatives among the 1,000 most downloaded"
    assert answer["rows"] and {(row["low"], row["high"]) for row in answer["rows"]} == {(None, None)}
    assert all(row["n"] >= row["derivatives"] > 0 for row in answer["rows"])
    assert any("so low and high are not given" in note for note in answer["notes"])


@pytest.mark.parametrize("question", [("share", "--compare", "definitions"), ("trend",), ("top",)])
def test_all_of_the_hub_is_refused_with_two(run: Run, question: tuple[str, ...]) -> None:
    done = run(*question, "--of-all")
    assert (done.returncode, done.stdout) == (2, "")
    assert "scope top:1000" in done.stderr and "tracker update --scope full" in done.stderr


def test_an_empty_answer_is_told_on_stderr_when_piped(run: Run) -> None:
    done = run("share", "--month", "2030-01")
    assert done.returncode == 0 and done.stdout.splitlines() == ["month\tfamily\tderivatives\tshare\tlow\thigh\tn"]
    assert "no rows: 2030-01 is after the months of creation in this copy" in done.stderr


def test_a_site_of_a_folder_without_a_whole_month_says_so(run: Run, tmp_path: Path) -> None:
    done = run("site", str(tmp_path / "site"), "--no-pictures", "--models", "3")
    assert done.returncode == 0, done.stderr
    assert "no whole month yet" in (tmp_path / "site" / "families" / "index.html").read_text(encoding="utf-8")
