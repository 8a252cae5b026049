"""The operator's page explains every line of `status`, every status of a run and every exit code, and no other."""

from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path
from typing import get_args

from tests.health.kept_folder import Kept
from tracker import errors
from tracker.health import status
from tracker.words import RunStatus

PAGE = (Path(__file__).parents[2] / "docs" / "operating.md").read_text(encoding="utf-8")
SIGNALS = {130, 143}  # Interrupted has the code of the signal that it came from


def first_cells(heading: str) -> list[str]:
    """The first cell of each row of the table under this header, without its ticks."""
    table = PAGE.partition(f"| {heading} | what it means | what to do |\n|---|---|---|\n")[2].partition("\n\n")[0]
    rows = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in table.splitlines()]
    assert rows and all(len(row) == 3 and all(row) for row in rows)
    return [row[0].strip("`") for row in rows]


def yielded() -> set[str]:
    """The names of the lines that tracker/health/status.py can yield."""
    found = set()
    for node in ast.walk(ast.parse(inspect.getsource(status))):
        if isinstance(node, ast.Yield) and isinstance(node.value, ast.Tuple):
            name = node.value.elts[0]
            found.add(name.value if isinstance(name, ast.Constant) else "source NAME")
    return found


def test_every_line_of_status_is_explained(kept: Kept) -> None:
    assert set(first_cells("line")) == yielded()
    kept.run("update")
    lines = [re.sub(r"^source .*", "source NAME", line) for line in kept.said()]
    explained = iter(first_cells("line"))
    assert all(line in explained for line in dict.fromkeys(lines)), f"they stand in another order: {lines}"
    assert str(kept.yesterday) in kept.said()["newest night"]


def test_every_status_of_a_run_is_explained() -> None:
    assert first_cells("status") == list(get_args(RunStatus))


def test_every_exit_code_is_explained() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.TrackerError)]
    codes = {vars(kind).get("exit_code", 0) for kind in kinds} | SIGNALS
    assert [int(code) for code in first_cells("code")] == sorted(codes)
