"""One word, one thing: what the table in CONTRIBUTING.md says never to say stands in no code, help or document."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TABLE = re.findall(r"^\|([^|\n]*)\|[^|\n]*\|([^|\n]*)\|$", (ROOT / "CONTRIBUTING.md").read_text("utf-8"), re.MULTILINE)
NEVER = [word.strip() for _, words in TABLE[2:] for word in words.split(",") if word.strip()]
TEXTS = [
    *ROOT.glob("tracker/**/*.py"),
    *ROOT.glob("tracker/**/*.sql"),
    *ROOT.glob("jobs/**/*.py"),
    *ROOT.glob("docs/*.md"),
    ROOT / "README.md",
    ROOT / "data" / "registry" / "README.md",
]
ADDRESS = re.compile(r"<https://[^>]+>")  # in a document: its words are not ours
# ends a line that says a name as others have it
THEIRS = re.compile(r"# (schema\.org|duckdb|pydantic|sqlglot)'s word$")


@pytest.mark.parametrize("word", NEVER)
def test_a_word_that_has_a_better_one_is_not_said(word: str) -> None:
    found = re.compile(rf"(?<![a-z]){word}(?![a-z])", re.IGNORECASE)
    assert not [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in TEXTS
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if found.search(ADDRESS.sub("", line)) and not THEIRS.search(line)
    ]


def test_the_table_is_read() -> None:
    assert {"child", "fork", "upstream"} <= set(NEVER)
    assert len(TEXTS) > 200
