"""Notebooks run from the first cell to the last on the demo's data, through the public library alone."""

from __future__ import annotations

import ast
import io
import json
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted(ROOT.glob("notebooks/*.ipynb"))


def display(value: object) -> None:
    """Print a value as Jupyter shows it."""
    if value is not None:
        print(value._repr_html_() if hasattr(value, "_repr_html_") else repr(value))


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


def test_there_is_one_for_each_kind_of_reader() -> None:
    assert {path.stem for path in NOTEBOOKS} >= {"qwen_share", "built_on_a_publisher", "a_claim_checked"}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_run_and_explain(
    path: Path, demo_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In this process, since it is the cells that are tested; a shell's own Jupyter is not needed."""
    monkeypatch.setenv("TRACKER_DATA_DIR", str(demo_folder))
    monkeypatch.chdir(tmp_path)
    with redirect_stdout(io.StringIO()) as out, redirect_stderr(io.StringIO()) as err:
        names: dict[str, object] = {"display": display}
        for cell in cells(path):
            exec(compile(shown(cell), path.name, "exec"), names)
    assert "2026-10: " in out.getvalue() and "synthetic" in out.getvalue() and "<table>" in out.getvalue()
    assert err.getvalue() == ""
    texts = [cell for cell in json.loads(path.read_text(encoding="utf-8"))["cells"] if cell["cell_type"] == "markdown"]
    assert len(texts) >= 6, "a notebook explains what it does"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_know_nothing_below_the_public_library(path: Path) -> None:
    nodes = [node for cell in cells(path) for node in ast.walk(ast.parse(cell))]
    imported = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    assert {name for name in imported if name.startswith("tracker")} == {"tracker"}
