"""A copy in another place: its folder moved, copied or not to be written, or its database file without the folder."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import duckdb
import pytest

from tests.command_line import called
from tests.store.nights import land, model, small_registry, update
from tracker import store
from tracker.errors import StoreError
from tracker.settings import Settings

NIGHTS = (date(2026, 10, 30), date(2026, 10, 31), date(2026, 11, 1))

# what a copy holds itself answers wherever it lies
IN_ITSELF = (
    "select snapshot_date, line, downloads_30d from daily_families order by all",
    "select snapshot_date, family, downloads_30d from downloads_by_family order by all",
    "select snapshot_date, origin_country, likes from downloads_by_country order by all",
    "select * from nights order by all",
    "select * from night_remarks order by all",
    "select * from families order by all",
    "select * from organizations order by all",
    "select * from definitions order by all",
    "select * from runs order by all",
    "select * from events order by all",
)
# what stands in files of the data folder
BESIDE_IT = (
    "select count(*), max(model_id), sum(downloads_30d) from models",
    "select count(*), sum(credit), max(why) from lineage",
    "select count(*), max(via) from lineage_variants",
    "select count(*), sum(credit) from nearest",
    "select count(*), max(parent_id), max(last_seen) from parents",
    "select count(*), sum(credit) from edges_of('inferred')",
    "select count(*), max(model_id) from latest",
    "select count(*), sum(likes) from snapshots",
    "select count(*), sum(likes) from history",
    "select count(*), sum(downloads_30d_change) from movers(date '2026-10-31', date '2026-11-01')",
    "select sum(models_credit) from daily_rollup",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a closed month, whose tables of models have several parts."""
    place = tmp_path_factory.mktemp("published")
    settings = Settings(data_dir=place / "data", memory_limit="1GB")
    small = small_registry(place / "registry")
    models = [model(f"a/m{number}", number, parents=[(1, "a/m1")]) for number in range(2, 40)]
    models = [model("a/m1", 1), *models, model("b/merge", 50, parents=[(1, "a/m1"), (2, "a/m2")])]
    for number, day in enumerate(NIGHTS):
        models[number + 3]["pipeline_tag"] = "text-generation"
        update(settings, small, land(settings.data_dir, day, models))
    return settings.data_dir


def asked(place: Path, questions: Sequence[str]) -> list[list[tuple[object, ...]]]:
    """Ask a copy with the tracker."""
    with store.open_published(place) as published:
        return [published.query(question).rows() for question in questions]


def asked_barely(database: Path, questions: Sequence[str]) -> list[list[tuple[object, ...]]]:
    """Ask a copy as a client does that knows nothing of the tracker."""
    with duckdb.connect(str(database.resolve()), read_only=True) as connection:
        return [connection.execute(question).fetchall() for question in questions]


def test_a_database_alone_answers_what_it_holds_and_names_the_way_to_the_rest(folder: Path, tmp_path: Path) -> None:
    alone = tmp_path / "tracker.duckdb"
    shutil.copy(folder / "tracker.duckdb", alone)
    assert asked(alone, IN_ITSELF) == asked(folder, IN_ITSELF)
    assert asked_barely(alone, IN_ITSELF) == asked_barely(folder / "tracker.duckdb", IN_ITSELF)
    for question in BESIDE_IT:
        with pytest.raises(StoreError, match=r"not beside this file; name that folder.*export --single-file"):
            asked(alone, [question])
    done = called("sql", "select count(*) from models", "--data-dir", str(alone))
    assert done.returncode == 1 and "export --single-file" in done.stderr and done.stderr.count("\n") == 1
    assert "not beside this file" in called("status", "--data-dir", str(alone)).stdout
    assert [path.name for path in tmp_path.iterdir()] == ["tracker.duckdb"]


def test_a_folder_that_was_copied_and_may_not_be_written_answers_from_its_own_files(
    folder: Path, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(folder, elsewhere, symlinks=True)
    for path in elsewhere.rglob("*"):
        if not path.is_symlink():
            path.chmod(0o555 if path.is_dir() else 0o444)
    there = sorted((str(path), path.lstat().st_mtime_ns) for path in elsewhere.rglob("*"))
    questions = (*IN_ITSELF, *BESIDE_IT)
    assert asked(elsewhere, questions) == asked(folder, questions)
    assert sorted((str(path), path.lstat().st_mtime_ns) for path in elsewhere.rglob("*")) == there
    for path in (elsewhere / "parts").rglob("*.parquet"):  # then the original's are not taken in their place
        path.parent.chmod(0o755)
        path.unlink()
    for question in BESIDE_IT[:7]:
        with pytest.raises(StoreError, match="missing"):
            asked(elsewhere, [question])


def test_a_bare_client_is_told_what_stands_in_files(folder: Path) -> None:
    told = "; stands in files of the data folder, which a file alone does not have: see `tracker export --single-file`"
    comments = dict(asked_barely(folder / "tracker.duckdb", ["select view_name, comment from duckdb_views()"])[0])
    in_files = {str(name) for name, comment in comments.items() if str(comment).endswith(told)}
    assert {"models", "lineage_rows", "lineage", "parents", "edges", "counters", "snapshots", "history"} <= in_files
    assert not in_files & {"daily_families", "downloads_by_family", "downloads_by_country", "sources"}
