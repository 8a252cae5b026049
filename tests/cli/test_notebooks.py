"""Notebooks run from the first cell to the last on the demo's data, through the public library alone."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted(ROOT.glob("notebooks/*.ipynb"))
DISPLAY = """
def display(value):
    if value is not None:
        print(value._repr_html_() if hasattr(value, "_repr_html_") else repr(value))
"""


def cells(path: Path) -> list[str]:
    """Return the code of each cell."""
    found = json.loads(path.read_text(encoding="utf-8"))["cells"]
    assert all(not cell.get("outputs") for cell in found), "notebooks are kept without their outputs"
    return ["".join(cell["source"]) for cell in found if cell["cell_type"] == "code"]


def shown(cell: str) -> str:
    """Return a cell's code with its last expression shown, as Jupyter does."""
    tree = ast.parse(cell)
    if isinstance(tree.body[-1], ast.Expr):
        call = ast.Call(ast.Name("display", ast.Load()), [tree.body[-1].value], [])
        tree.body[-1] = ast.Expr(call)
    return ast.unparse(ast.fix_missing_locations(tree))


def test_there_is_a_notebook() -> None:
    assert NOTEBOOKS


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_run(path: Path, demo_folder: Path, tmp_path: Path) -> None:
    script = DISPLAY + "\n".join(map(shown, cells(path)))
    environ = {**os.environ, "TRACKER_DATA_DIR": str(demo_folder), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-"], input=script, capture_output=True, text=True, env=environ, cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    assert "2026-10: " in done.stdout and "synthetic" in done.stdout and "<table>" in done.stdout
    assert done.stderr == ""


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_know_nothing_below_the_public_library(path: Path) -> None:
    nodes = [node for cell in cells(path) for node in ast.walk(ast.parse(cell))]
    imported = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    assert {name for name in imported if name.startswith("tracker")} == {"tracker"}
