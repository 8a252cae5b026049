"""What the documents show is what the commands print and what the code says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.documents import MAKERS, ROOT, Example, answer, documents, examples, places, session, sessions

README = (ROOT / "README.md").read_text(encoding="utf-8")
EXAMPLES = examples()
SESSIONS = sessions()
PLACES = list(places())


def test_the_readme_has_examples_with_answers() -> None:
    assert sum(example.document == "README.md" for example in EXAMPLES) >= 6
    assert all(example.output.strip() for example in EXAMPLES), "write them with `make docs`"
    assert any(document == "README.md" for document, _ in SESSIONS)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.command)
def test_examples_answer_as_shown(example: Example, demo_folder: Path) -> None:
    """Figure for figure: the folder is the one that `make demo` leaves behind."""
    assert answer(example.command, demo_folder) == example.output, "write it anew with `make docs`"


@pytest.mark.parametrize(("document", "text"), SESSIONS, ids=[document for document, _ in SESSIONS])
def test_sessions_of_python_print_what_is_shown(document: str, text: str, demo_folder: Path) -> None:
    assert session(text, demo_folder) == text, f"{document}: write it anew with `make docs`"


@pytest.mark.parametrize(("document", "name", "shown"), PLACES, ids=[f"{place[0]}: {place[1]}" for place in PLACES])
def test_what_is_made_from_the_code_is_up_to_date(document: str, name: str, shown: str) -> None:
    assert MAKERS[name]() == shown, f"{document}: write it anew with `make docs`"


def test_every_maker_has_its_place() -> None:
    assert {name for _, name, _ in PLACES} == set(MAKERS)


@pytest.mark.parametrize("path", documents(), ids=lambda path: path.name)
def test_what_a_document_points_to_is_there(path: Path) -> None:
    for link in re.findall(r"\]\(([^)#]+)\)", path.read_text(encoding="utf-8")):
        assert link.startswith("https://") or (path.parent / link).exists(), link


def test_every_command_is_named_in_the_readme() -> None:
    from tracker.cli import COMMANDS

    told = README + (ROOT / "CONTRIBUTING.md").read_text() + (ROOT / "CHANGELOG.md").read_text()
    missing = [name for name in COMMANDS if not re.search(rf"\b{name}\b", told)]
    assert not missing
