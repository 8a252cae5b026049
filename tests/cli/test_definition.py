"""The rule of a question on the command line: few switches in the help, every choice by `--set`, the old ones kept."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.command_line import called
from tracker.cli.definition import MEANINGS
from tracker.registry.definitions import PARAMETERS
from tracker.words import CHOICES

QUESTIONS = ("share", "trend", "top")


@pytest.mark.parametrize("question", QUESTIONS)
def test_help_shows_what_people_use_and_every_value_that_is_one_of_few(question: str) -> None:
    help_text = called(question, "--help").stdout
    for name in ("--definition", "--set", "--help-definition", "--of-all", "--list", "--by", "--format"):
        assert name in help_text, name
    assert not [name for name in MEANINGS if f"--{name.replace('_', '-')} " in help_text]
    assert "TEXT" not in help_text, "a text that is one of some words names them"
    assert len([line for line in help_text.splitlines() if line.startswith("  -")]) <= 30


def test_every_choice_is_listed_with_its_values_default_and_meaning() -> None:
    told = " ".join(called("share", "--help-definition").stdout.split())
    assert set(MEANINGS) == set(PARAMETERS) - {"group_by"}  # that is --by
    for name in MEANINGS:
        listed = re.search(rf"\b{name}=(\S+)", told)
        assert listed is not None, name
        assert set(CHOICES.get(name, ())) <= set(listed[1].split("|"))
        assert " ".join(MEANINGS[name].split()) in told
    assert "[default: fractional]" in told and "[default: rolled_up]" in told


@pytest.mark.parametrize(
    ("by_set", "by_option"),
    [
        (["--set", "credit=full", "--set", "min_downloads=6"], ["--credit", "full", "--min-downloads", "6"]),
        (["--set", "Min-Downloads = 6"], ["--min-downloads", "6"]),
        (["--set", "inferred=in"], ["--include", "inferred"]),
        (["--set", "min_downloads=6", "--set", "credit=full"], ["--credit", "full", "--min-downloads", "6"]),
        (["--set", "relations=finetune merge"], ["--relations", "finetune merge"]),
        (["--set", "credit=full", "--credit", "full"], ["--credit", "full"]),
    ],
)
def test_a_choice_that_is_set_is_the_option_of_that_name(
    by_set: list[str], by_option: list[str], demo_folder: Path
) -> None:
    question = ("share", "Qwen", "--month", "2026-10", "--json", "--data-dir", str(demo_folder))
    one, other = (json.loads(called(*question, *how).stdout) for how in (by_set, by_option))
    assert one == other and one["rows"] and one["definition"].startswith("default+")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        (["--set", "credti=full"], "--set credti=full: did you mean credit? "),
        (["--set", "credit"], "--set credit: Write CHOICE=VALUE; --help-definition lists the choices"),
        (["--set", "credit=ful"], "credit is 'ful'; use one of: fractional, full, first"),
        (["--set", "universe=gufs"], "universe is 'gufs'; use one of: all, llm, gguf"),
        (["--set", "min_downloads=some"], "min_downloads is 'some'; write a whole number"),
        (["--set", "credit=full", "--set", "credit=first"], "credit is given twice, as full and as first"),
        (["--set", "credit=full", "--credit", "first"], "credit is given twice, as first and as full"),
        (["--set", "group_by=line"], "Write CHOICE=VALUE"),
    ],
)
def test_a_choice_that_makes_no_sense_is_refused_in_a_line(changes: list[str], told: str, demo_folder: Path) -> None:
    done = called("share", *changes, "--data-dir", str(demo_folder))
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr and len(done.stderr.splitlines()) == 1


def test_one_month_under_every_definition_takes_none(demo_folder: Path) -> None:
    for option in (["--set", "credit=full"], ["--definition", "hf-tag"], ["--to", "2026-10"], ["--min-downloads", "6"]):
        done = called("share", "--compare", "definitions", *option, "--data-dir", str(demo_folder))
        assert (done.returncode, done.stdout) == (2, ""), option
        assert "--compare" in done.stderr
