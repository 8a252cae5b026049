"""A source is one module: put into a copy of the package it is wherever a source has to be; no other file changes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.sources.loopback import Reply, Served, serving
from tests.sources.placed import MADE
from tests.store.nights import land, model, night, small_registry, update
from tracker.settings import Settings
from tracker.sources import found, is_signal

ROOT = Path(__file__).parent.parent
FIRST = b"day,model,score,tokens\n2026-11-20,a,10.5,33769525775233\n2026-11-20,b,20,\n"
SECOND = b"day,model,score,tokens\n2026-11-21,a,11,7\n2026-11-21,b,21,8\n2026-11-21,c,31,9\n"

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package with one more file in it."""
    folder = tmp_path_factory.mktemp("copy")
    for package in ("tracker", "jobs"):
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    for name, source in found().sources.items():  # what would ask others
        if is_signal(source):
            shutil.rmtree(folder / "tracker" / "sources" / name)
    (folder / "tracker" / "sources" / "made.py").write_text(MADE, encoding="utf-8")
    return folder


def runner(copy: Path, data: Path, address: str) -> Run:
    """Return what runs the copy's tracker, or a module of its jobs, on a folder."""

    def run(*arguments: str, module: str = "tracker", **changes: str) -> subprocess.CompletedProcess[str]:
        environ = {
            **os.environ,
            "PYTHONPATH": str(copy),
            "TRACKER_DATA_DIR": str(data),
            "TRACKER_REGISTRY": str(data.parent / "registry"),
            "TRACKER_MADE_URL": address,
            **changes,
        }
        command = [sys.executable, "-m", module, *arguments]
        return subprocess.run(command, capture_output=True, text=True, env=environ, cwd=data.parent, check=False)

    return run


@pytest.fixture(scope="module")
def night_before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one published night, and its registry."""
    folder = tmp_path_factory.mktemp("night")
    registry = small_registry(folder / "registry")
    settings = Settings(data_dir=folder / "data", threads=1)
    update(settings, registry, land(settings.data_dir, night(0), [model("Qwen/Qwen3-8B", 1)]))
    return folder


@pytest.fixture(scope="module")
def collected(copy: Path, night_before: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same after two days of the source, published."""
    folder = shutil.copytree(night_before, tmp_path_factory.mktemp("collected"), symlinks=True, dirs_exist_ok=True)
    with serving({"/scores.csv": [FIRST, SECOND]}) as server:
        run = runner(copy, folder / "data", server.address)
        for day in ("2026-11-20", "2026-11-21"):
            done = run("collect", "made", "--date", day)
            assert done.returncode == 0, done.stderr
        assert run("publish").returncode == 0
    return folder


@pytest.fixture
def served() -> Iterator[Served]:
    with serving({"/scores.csv": FIRST}) as started:
        yield started


@pytest.fixture
def run(copy: Path, night_before: Path, served: Served, tmp_path: Path) -> Run:
    """Run the copy's tracker on a folder of its own, in which the source has never run."""
    shutil.copytree(night_before, tmp_path, symlinks=True, dirs_exist_ok=True)
    return runner(copy, tmp_path / "data", served.address)


@pytest.fixture
def run_after(copy: Path, collected: Path, served: Served, tmp_path: Path) -> Run:
    """Run it on a folder in which the source has run on two days; it was moved here."""
    shutil.copytree(collected, tmp_path, symlinks=True, dirs_exist_ok=True)
    return runner(copy, tmp_path / "data", served.address)


def rows(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["rows"]


def query(run: Run, sql: str) -> list[dict[str, Any]]:
    return rows(run("sql", sql, "--json"))


def test_its_runs_are_told_everywhere(run: Run, served: Served) -> None:
    made = {row["source"]: row for row in rows(run("sources", "--json"))}["made"]
    assert made["title"] == "Made scores" and made["licence"] == "CC BY 4.0" and made["use_rights"] == "rows"
    assert (made["status"], made["last_run"], made["age_hours"]) == ("never", None, None)

    done = run("collect", "made", "--date", "2026-11-20")
    assert done.returncode == 0 and "made 2026-11-20: landed" in done.stderr and "4 rows" in done.stderr
    assert (Path(done.stdout.strip()) / "raw" / "scores.csv").read_bytes() == FIRST
    made = {row["source"]: row for row in rows(run("sources", "--json"))}["made"]
    assert made["status"] == "landed" and made["age_hours"] < 1 and made["next_due"] is not None
    assert run("publish", "--if-due").returncode == 0
    assert "nothing to do" in run("publish", "--if-due").stderr

    served.give("/scores.csv", Reply(b"gone", 404))
    assert run("collect", "made").returncode == 1
    assert "source made" in run("status").stdout and "HTTP 404" in run("status").stdout
    assert "source made" in run("doctor").stdout
    assert run("publish").returncode == 0
    told = [row for row in rows(run("status", "--runs", "--json")) if row["source"] == "made"]
    assert [(row["status"], row["rows_landed"], row["rows_loaded"]) for row in told] == [
        ("failed", 0, None),
        ("published", 4, 4),
    ]
    assert "HTTP 404" in told[0]["reason"]


def test_its_tables_are_published_with_comments_and_every_vintage(run_after: Run) -> None:
    schema = {(row["table"], row["column"]): row["comment"] for row in rows(run_after("schema", "--json"))}
    assert schema["made_scores", "score"] == schema["made_scores_current", "score"] == "points, 0 to 100"
    assert "vintage" in schema["made_scores", "snapshot_date"] and "vintage" in schema["made_days", "run_id"]
    said = query(run_after, "select comment from duckdb_views() where view_name = 'made_scores' and not temporary")
    assert said == [{"comment": "one row per model and vintage, as made said it"}]
    every = query(run_after, "select snapshot_date, model, score, tokens from made_scores order by all")
    assert [tuple(row.values()) for row in every] == [
        ("2026-11-20", "a", 10.5, 33769525775233),
        ("2026-11-20", "b", 20.0, None),
        ("2026-11-21", "a", 11.0, 7),
        ("2026-11-21", "b", 21.0, 8),
        ("2026-11-21", "c", 31.0, 9),
    ]
    newest = query(run_after, "select model, score from made_scores_current order by model")
    assert [tuple(row.values()) for row in newest] == [("a", 11.0), ("b", 21.0), ("c", 31.0)]
    days = query(run_after, "select day, model from made_days_current order by all")  # by its key: the first day stays
    assert len(days) == 5
    about = query(run_after, "select attribution, last_status, snapshot_date from sources where name = 'made'")
    assert about == [
        {"attribution": "Makers, 'Made scores'", "last_status": "published", "snapshot_date": "2026-11-21"}
    ]


def test_a_moved_folder_and_a_backup_keep_its_rows(run_after: Run, tmp_path: Path) -> None:
    assert run_after("doctor", "--record").returncode == 0
    shutil.move(tmp_path / "data", tmp_path / "moved")
    moved = {"TRACKER_DATA_DIR": str(tmp_path / "moved")}
    counted = "select count(*) as n from made_scores union all select count(*) from made_scores_current"
    assert [row["n"] for row in rows(run_after("sql", counted, "--json", **moved))] == [5, 3]
    assert run_after("backup", str(tmp_path / "backup"), **moved).returncode == 0
    back = {"TRACKER_DATA_DIR": str(tmp_path / "back")}
    assert run_after("restore", str(tmp_path / "backup"), **back).returncode == 0
    assert [row["n"] for row in rows(run_after("sql", counted, "--json", **back))] == [5, 3]
    lost = next((tmp_path / "back" / "sources").glob("made/made_scores/*.parquet"))
    lost.write_bytes(lost.read_bytes()[:-1])
    assert lost.name in run_after("doctor", "--record", **back).stdout


def test_it_is_exported_with_its_comments(run_after: Run, tmp_path: Path) -> None:
    done = run_after("export", "--to", "folder", "--single-file", "all.duckdb")
    assert done.returncode == 2
    for option, where in (("--to", "folder"), ("--single-file", "all.duckdb")):
        done = run_after("export", option, where)
        assert done.returncode == 0 and "left out" not in done.stderr, done.stderr
    with duckdb.connect(str(tmp_path / "all.duckdb"), read_only=True) as single:
        assert single.execute("select count(*), max(run_id) is not null from made_scores").fetchone() == (5, True)
        assert single.execute("select count(*) from made_scores_current").fetchone() == (3,)
        said = "select comment from duckdb_columns() where table_name = 'made_scores' and column_name = 'score'"
        assert single.execute(said).fetchone() == ("points, 0 to 100",)
        assert single.execute("select licence from sources where name = 'made'").fetchone() == ("CC BY 4.0",)
    with duckdb.connect() as folder:
        assert folder.execute(f"select count(*) from '{tmp_path}/folder/made_scores.parquet'").fetchone() == (5,)
    dictionary = (tmp_path / "folder" / "dictionary.csv").read_text()
    assert "made_scores,score,DOUBLE" in dictionary and "made_days_current" in dictionary


@contextmanager
def more_sources(copy: Path, modules: Mapping[str, str]) -> Iterator[None]:
    """Put more modules beside the one, with tables of their own names."""
    places = [copy / "tracker" / "sources" / f"{name}.py" for name in modules]
    for place, (name, text) in zip(places, modules.items(), strict=True):
        place.write_text(text.replace("made_", f"{name}_"), encoding="utf-8")
    try:
        yield
    finally:
        for place in places:
            place.unlink()


def test_exports_leave_out_what_the_use_rights_forbid(run: Run, served: Served, copy: Path, tmp_path: Path) -> None:
    rights = {"alike": "share-alike", "summed": "aggregates", "kept": "none"}
    with more_sources(copy, {name: MADE.replace('"rows"', f'"{each}"', 1) for name, each in rights.items()}):
        for name in rights:
            address = {f"TRACKER_{name.upper()}_URL": served.address}
            assert run("collect", name, **address).returncode == 0
        assert run("collect", "made").returncode == run("publish").returncode == 0
        assert len(query(run, "from kept_scores")) == 2  # on this machine they are there
        for option, where in (("--to", "folder"), ("--single-file", "all.duckdb")):
            done = run("export", option, where)
            assert done.returncode == 0
            assert done.stderr.splitlines() == [
                "left out alike_days, alike_scores: rows of alike may leave only in a data set under the same licence "
                "(CC BY 4.0)",
                "left out kept_days, kept_scores: rows of kept may not leave this machine",
                "left out summed_days, summed_scores: rows of summed may not leave this machine; sums over them may",
            ]
    files = (path for path in (tmp_path / "folder").rglob("*") if path.is_file())
    written = [path.read_bytes() for path in files if path.name != "about.parquet"]  # which says what is left out
    assert any(b"made_scores" in content for content in written)
    assert not any(f"{name}_scores".encode() in content for content in written for name in rights)
    with duckdb.connect(str(tmp_path / "all.duckdb"), read_only=True) as single:
        tables = {name for (name,) in single.execute("select table_name from duckdb_tables()").fetchall()}
        placed = ("made_", *(f"{name}_" for name in rights))
        assert {"made_scores", "made_days"} == {each for each in tables if each.startswith(placed)}
        said = dict(single.execute("select name, use_rights from sources").fetchall())
    told = {"hub_models": "rows", "made": "rows", **rights}
    assert said.items() >= told.items()  # who they are may be said
    for where in ("folder", "all.duckdb"):
        asked = run("sql", "select count(*) as n from made_scores", "--json", TRACKER_DATA_DIR=str(tmp_path / where))
        assert rows(asked) == query(run, "select count(*) as n from made_scores")
        told = run("sql", "from kept_scores", TRACKER_DATA_DIR=str(tmp_path / where))
        assert told.returncode == 2
        assert "left out kept_days, kept_scores: rows of kept may not leave this machine" in told.stderr
        assert "left out alike_days" in run("status", TRACKER_DATA_DIR=str(tmp_path / where)).stdout


def test_old_landings_of_it_are_deleted(run: Run, served: Served, tmp_path: Path) -> None:
    for day in range(20, 25):
        served.give("/scores.csv", FIRST + f"2026-11-19,x{day},1,1\n".encode())
        assert run("collect", "made", "--date", f"2026-11-{day}", TRACKER_KEEP_LANDINGS="2").returncode == 0
    landed = {path.name for path in (tmp_path / "data" / "landing" / "made").iterdir() if path.is_dir()}
    assert landed == {"2026-11-23", "2026-11-24"}
    assert len(list((tmp_path / "data" / "sources" / "made" / "made_scores").iterdir())) == 5  # rows stay for ever


def test_the_hourly_job_collects_what_is_due_and_publishes_once(run: Run, served: Served, tmp_path: Path) -> None:
    done = run(module="jobs.sources")
    assert done.returncode == 0, done.stderr
    assert len(query(run, "from made_scores")) == 2
    generations = sorted(tmp_path.glob("data/tracker-*.duckdb"))
    assert run(module="jobs.sources").returncode == 0  # nothing is due, and nothing is published again
    assert served.paths() == ["/scores.csv"]
    assert sorted(tmp_path.glob("data/tracker-*.duckdb")) == generations


def test_a_source_that_fails_takes_nobody_with_it(run: Run, copy: Path) -> None:
    """One raises, one is killed, one ends the process, one is half a source; the fifth is published."""
    fetch = '"""Fetch the one file."""'
    broken = {
        "raising": MADE.replace(fetch, "raise KeyError('score')"),
        "dying": MADE.replace(fetch, "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"),
        "leaving": MADE.replace(fetch, "raise SystemExit(7)"),
        "half": MADE.replace("LICENCE =", "_LICENCE ="),
    }
    with more_sources(copy, broken):
        done = run(module="jobs.sources")
        assert done.returncode == 1
        assert "source half: lacks LICENCE" in done.stderr
        for name, code in (("raising", 1), ("dying", 137), ("leaving", 7)):
            assert f"tracker collect {name} --if-due ended with exit code {code}" in done.stderr
        assert len(query(run, "from made_scores")) == 2
        listed = run("sources", "--json")
        assert listed.returncode == 1 and "source half: lacks LICENCE" in listed.stderr
        assert "half" not in {row["source"] for row in json.loads(listed.stdout)["rows"]}
        assert run("collect", "half").returncode == 1
        told = {row["source"]: row for row in rows(run("status", "--runs", "--json"))}
        assert told["made"]["status"] == "published"
        assert (told["raising"]["status"], told["raising"]["reason"]) == ("failed", "raising failed: KeyError: 'score'")
