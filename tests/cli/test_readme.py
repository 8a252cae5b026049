"""What the README shows is what its commands print."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.readme import README, answer, examples

TEXT = README.read_text(encoding="utf-8")
EXAMPLES = examples(TEXT)


def shape(output: str) -> tuple[list[str], str]:
    """The column names and the words of the footer's first line: figures grow with the registry, these do not."""
    lines = [line for line in output.splitlines() if line.strip()]
    footer = next((line for line in lines if line.startswith("snapshot ")), "")
    return lines[0].split(), re.sub(r"[\d.,%-]+", "#", footer)


def test_the_readme_has_examples_with_answers() -> None:
    assert len(EXAMPLES) >= 6
    assert all(example.output.strip() for example in EXAMPLES), "write them with `python -m tests.readme`"


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.command)
def test_examples_run_and_answer_as_shown(example: object, demo_folder: Path) -> None:
    shown = shape(example.output)  # type: ignore[attr-defined]
    assert shape(answer(example.command, demo_folder)) == shown  # type: ignore[attr-defined]


def test_what_the_readme_points_to_is_there() -> None:
    links = re.findall(r"\]\(([^)#]+)\)", TEXT)
    assert len(links) > 6
    for link in links:
        assert (README.parent / link).exists(), link


def test_every_command_is_named_in_the_readme_or_its_help() -> None:
    from tracker.cli import COMMANDS

    told = TEXT + (README.parent / "CONTRIBUTING.md").read_text() + (README.parent / "CHANGELOG.md").read_text()
    missing = [name for name in COMMANDS if not re.search(rf"\b{name}\b", told)]
    assert not missing
