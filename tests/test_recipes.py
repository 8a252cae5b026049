"""The recipes of CONTRIBUTING.md, followed to the letter on one copy of the package: each thing is then everywhere."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.command_line import environment
from tests.conftest import write_nights
from tests.sources.loopback import serving
from tracker.demo import hub_process

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
RECIPE = re.compile(r"<!-- recipe(?P<kind>| rows| row): (?P<path>\S+) -->\n```\w+\n(?P<text>.*?)```", re.DOTALL)
NIGHT = date(2026, 11, 21)
COUNTS = b"model,copies\nZephyrus-7B,3\nother,9\n"

Run = Callable[..., subprocess.CompletedProcess[str]]


@dataclass(frozen=True)
class Recipe:
    kind: str  # a new file, rows of a CSV file, or a row of a table in the code
    path: str
    text: str


RECIPES = [Recipe(found["kind"].strip() or "file", found["path"], found["text"]) for found in RECIPE.finditer(TEXT)]


def follow(recipe: Recipe, folder: Path) -> None:
    """Do to a copy of the package what a recipe says; a new file must be new."""
    path = folder / recipe.path
    if recipe.kind == "file":
        assert not path.exists() and path.parent.is_dir()
        path.write_text(recipe.text, encoding="utf-8")
    elif recipe.kind == "rows":
        header, _, rows = recipe.text.partition("\n")
        there = path.read_text(encoding="utf-8")
        assert there.startswith(f"{header}\n")
        path.write_text(there + rows, encoding="utf-8")  # `tracker registry sort` puts them where they belong
    else:
        code = path.read_text(encoding="utf-8")
        end = code.index("\n)  # fmt: skip")  # of the table
        path.write_text(f"{code[:end]}\n{recipe.text.rstrip()}{code[end:]}", encoding="utf-8")


def model(number: int, name: str, **more: Any) -> dict[str, Any]:
    stamp = "2026-11-20T10:17:00.000Z"
    hub_id = f"{0x621FFDC4 + number:08x}{number:016x}"
    counts = {"downloads": number, "downloadsAllTime": number, "likes": number, "trendingScore": 0}
    return {
        "_id": hub_id, "id": name, "createdAt": stamp, "lastModified": stamp, "disabled": False, "gated": False,
        "private": False, "tags": ["license:mit"], **counts, **more,
    }  # fmt: skip


MODELS = [
    model(1, "zephyrus-lab/Zephyrus-7B", createdAt="2022-03-02T23:29:04.000Z", mask_token="[MASK]"),
    model(2, "someone/tune", tags=["base_model:zephyrus-lab/Zephyrus-7B",
                                   "base_model:finetune:zephyrus-lab/Zephyrus-7B"]),
]  # fmt: skip


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """Run the copy's tracker on a folder with one night and one run of the new source."""
    folder = tmp_path_factory.mktemp("recipes")
    for part in ("tracker", "jobs", "data/registry", "tests", "docs"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__", "*.gz"))
    for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md"):
        shutil.copy(ROOT / name, folder)
    for recipe in RECIPES:
        follow(recipe, folder)

    def run(*arguments: str, module: str = "tracker", code: int = 0, **environ: str) -> Any:
        about = {"PYTHONPATH": str(folder), "TRACKER_DATA_DIR": str(folder / "state"), **environ}
        command = [sys.executable, "-m", module, *arguments]
        done = subprocess.run(command, capture_output=True, text=True, env=environment(**about), cwd=folder)
        assert done.returncode == code, done.stderr
        return done

    run("registry", "sort")
    with hub_process(replay=write_nights(folder / "hub", {NIGHT: MODELS})) as hub, serving({"*": COUNTS}) as shelf:
        hub.set_night(NIGHT)
        run("update", "--date", str(NIGHT), HF_ENDPOINT=hub.endpoint)
        run("collect", "shelf_counts", "--date", str(NIGHT), TRACKER_SHELF_COUNTS_URL=shelf.address)
        run("publish")
    return run


def rows(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(done.stdout)["rows"]
    return found


def comments(run: Run, table: str) -> dict[str, str]:
    return {row["column"]: row["comment"] for row in rows(run("schema", table, "--json"))}


def test_there_is_a_recipe_for_everything_that_is_one_file_or_one_row() -> None:
    assert {recipe.path.rpartition("/")[0] for recipe in RECIPES if recipe.kind == "file"} == {
        "tracker/sources", "tracker/measures", "tracker/checks", "tracker/charts",
    }  # fmt: skip
    assert [recipe.path for recipe in RECIPES if recipe.kind == "row"] == ["tracker/columns.py"]
    assert {Path(recipe.path).stem for recipe in RECIPES if recipe.kind == "rows"} == {
        "organizations", "families", "roots",
    }  # fmt: skip


def test_what_the_recipes_add_keeps_the_style(run: Run) -> None:
    files = [recipe.path for recipe in RECIPES if recipe.path.endswith(".py")]
    config = str(ROOT / "pyproject.toml")
    run("check", "--no-cache", "--config", config, *files, module="ruff")
    run("format", "--no-cache", "--check", "--config", config, *files, module="ruff")


def test_a_source_is_there(run: Run, tmp_path: Path) -> None:
    [listed] = [row for row in rows(run("sources", "--json")) if row["source"] == "shelf_counts"]
    assert listed["licence"] == "CC BY 4.0" and listed["status"] == "landed"
    assert rows(run("sql", "select model, copies from shelf_counts_current order by model", "--json")) == [
        {"model": "Zephyrus-7B", "copies": 3},
        {"model": "other", "copies": 9},
    ]
    assert comments(run, "shelf_counts")["copies"] == "copies of that day"
    assert "shelf_counts" in run("status").stdout and "shelf_counts" in run("doctor").stdout
    run("export", "--to", str(tmp_path / "out"))
    with duckdb.connect() as connection:
        sql = f"select sum(copies) from '{tmp_path}/out/shelf_counts.parquet'"
        assert connection.execute(sql).fetchall() == [(12,)]


def test_a_measure_and_a_check_are_there(run: Run) -> None:
    [listed] = [row for row in rows(run("measure", "--json")) if row["name"] == "derivatives_of_week"]
    assert listed["grain"] == "one row per family"
    assert rows(run("measure", "derivatives_of_week", "--json")) == [{"family": "Zephyrus", "value": 1.0}]
    assert rows(run("measure", "derivatives_of_week", "-p", "least=2", "--json")) == []
    kept = re.search(r"keeps all (\d+) rules", run("doctor").stdout)
    assert kept and int(kept[1]) == len(list((ROOT / "tracker" / "checks").glob("*.sql"))) + 1


def test_the_new_check_finds_what_breaks_it(run: Run) -> None:
    run("-q", "-p", "no:cacheprovider", "tests/checks", "-k", "likes_are_counts", module="pytest")


def test_a_chart_is_there(run: Run, tmp_path: Path) -> None:
    assert "derivatives_of_week" in run("chart").stdout
    run("chart", "derivatives_of_week", "--output", str(tmp_path / "week.png"))
    assert (tmp_path / "week.png").stat().st_size > 10_000
    run("chart", "--all", "--output", str(tmp_path / "all"))
    for name in ("derivatives_of_week.svg", "derivatives_of_week-dark.png"):
        assert (tmp_path / "all" / name).exists()


def test_a_column_is_there(run: Run, tmp_path: Path) -> None:
    assert comments(run, "models")["mask_token"] == "token that a masked language model fills in"
    found = rows(run("sql", "select model_id, mask_token from models order by model_id", "--json"))
    assert [row["mask_token"] for row in found] == [None, "[MASK]"]
    run("export", "--single-file", str(tmp_path / "one.duckdb"))
    with duckdb.connect(str(tmp_path / "one.duckdb"), read_only=True) as single:
        assert single.sql("select count(mask_token) from models").fetchall() == [(1,)]


def test_a_family_is_there(run: Run) -> None:
    run("registry", "check")
    assert "Zephyrus Lab" in run("registry", "show", "Zephyrus").stdout
    [row] = rows(run("sql", "select family, origin_country from lineage where status <> 'root'", "--json"))
    assert row == {"family": "Zephyrus", "origin_country": "NL"}


def test_the_reference_names_all_of_it(run: Run) -> None:
    """docs/reference.md is made of these tables (`make docs`)."""
    told = run(module="tests.reference").stdout
    for name in ("shelf_counts", "derivatives_of_week", "likes_are_counts", "mask_token"):
        assert f"| `{name}` |" in told
