"""Older duckdb clients open what is published and exported, and older databases are brought forward."""

from __future__ import annotations

import shutil
import subprocess
import tarfile
import venv
from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from tests.store.nights import land, model, night, small_registry, update
from tracker import store
from tracker.errors import StoreError
from tracker.settings import Settings
from tracker.sql import connect
from tracker.store.base import migrate

OLDEST = "1.2.2"  # of the first release whose storage version is written
STORED = Path(__file__).parent / "folder-0001.tar.gz"

ASK = """
import duckdb, sys
c = duckdb.connect(sys.argv[1], read_only=True)
relations = [name for (name,) in c.execute(
    "select table_name from duckdb_tables() union all select view_name from duckdb_views() where not internal"
).fetchall()]
calls = ["movers('2026-11-01', '2026-11-02')", "model_history('a/x')", "models_as_of('2026-11-05')",
         "counters_as_of('2026-11-05')", "lineage_of('teacher')", "nearest_of('default')"]
for each in relations + calls:
    c.execute(f"create temp table t as from {each}")
    c.execute("drop table t")
print(duckdb.__version__, len(relations), c.execute("select count(*) from snapshots").fetchone()[0],
      c.execute("select why from lineage order by model_key limit 1").fetchone()[0])
"""


@pytest.fixture(scope="module")
def old_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("old")
    venv.create(folder, with_pip=True)
    command = ["pip", "install", "--quiet", "--retries", "0", "--timeout", "5", f"duckdb=={OLDEST}"]
    python = folder / "bin" / "python"
    done = subprocess.run([str(python), "-m", *command], capture_output=True, text=True, check=False, timeout=300)
    if done.returncode:
        pytest.skip(f"duckdb {OLDEST} cannot be installed here: {done.stderr.strip().splitlines()[-1]}")
    return python


@pytest.fixture
def two_nights(settings: Settings, tmp_path: Path) -> Settings:
    small = small_registry(tmp_path / "registry")
    for number in range(2):
        update(
            settings, small, land(settings.data_dir, night(number), [model("a/x", 1), model("b/y", 2, likes=number)])
        )
    return settings


def test_an_old_client_reads_every_table_view_and_function(
    two_nights: Settings, old_python: Path, tmp_path: Path
) -> None:
    exported = store.export_single_file(two_nights.data_dir, tmp_path / "one.duckdb")
    for path in (two_nights.data_dir / "tracker.duckdb", exported):
        done = subprocess.run([str(old_python), "-c", ASK, str(path)], capture_output=True, text=True, check=False)
        assert done.stderr == ""
        version, relations, rows, why = done.stdout.strip().split(" ", 3)
        assert (version, int(rows)) == (OLDEST, 4)
        assert int(relations) > 25
        assert why == "has no parent that counts, so it is a root; its family is unreviewed"


def test_files_carry_the_storage_version_of_1_2(two_nights: Settings, tmp_path: Path) -> None:
    exported = store.export_single_file(two_nights.data_dir, tmp_path / "one.duckdb")
    for path in (two_nights.data_dir / "tracker.duckdb", two_nights.data_dir / "work.duckdb", exported):
        connection = connect.instance("500MB")
        connect.attach(connection, path.resolve(), "old", read_only=True)
        tags = connect.rows(connection, "select tags::varchar from duckdb_databases() where database_name = 'old'")
        connection.close()
        assert "v1.2.0" in tags[0][0]


def test_an_exported_file_answers_like_the_published_copy(
    two_nights: Settings, tmp_path: Path, ask: Callable[..., pl.DataFrame]
) -> None:
    exported = store.export_single_file(two_nights.data_dir, tmp_path / "one.duckdb")
    shutil.rmtree(two_nights.data_dir / "landing")
    connection = connect.instance("500MB")
    connect.attach(connection, exported, "exported", read_only=True)
    for sql in (
        "from snapshots order by all",
        "from model_history('a/x')",
        "from lineage order by all",
        "from daily_rollup order by all",
    ):
        assert connect.frame(connection, sql).rows() == ask(sql).rows()
    uncommented = connect.rows(
        connection,
        "select table_name, column_name from duckdb_columns() where comment is null and database_name = 'exported'",
    )
    connection.close()
    assert uncommented == []


def test_an_exported_folder_is_complete_and_hashed(two_nights: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "export"
    written = store.export_parquet(two_nights.data_dir, folder)

    assert sorted(written) == sorted(path for path in folder.rglob("*") if path.is_file())
    snapshots = pl.read_parquet(folder / "snapshots", hive_partitioning=True)
    lineage = pl.read_parquet(folder / "lineage.parquet")
    assert len(snapshots.join(lineage, on="model_key")) == 4
    assert "why" in lineage.columns
    done = subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=folder, check=False)
    assert done.returncode == 0
    with pytest.raises(StoreError, match="not empty"):
        store.export_parquet(two_nights.data_dir, folder)


def test_a_stored_database_of_the_first_schema_is_brought_forward(settings: Settings, tmp_path: Path) -> None:
    """The folder was written under the first migration alone, with two nights in it."""
    with tarfile.open(STORED) as archive:
        archive.extractall(settings.data_dir, filter="data")
    small = small_registry(tmp_path / "registry")
    update(settings, small, land(settings.data_dir, date(2026, 11, 3), [model("a/x", 1), model("c/new", 3)]))

    with store.open_published(settings.data_dir) as published:
        assert published.query("select model_key, model_id, first_seen, removed_at from models order by 1").rows() == [
            (1, "a/x", date(2026, 11, 1), None),
            (2, "b/y", date(2026, 11, 1), date(2026, 11, 3)),
            (3, "c/new", date(2026, 11, 3), None),
        ]
    connection = connect.instance("500MB")
    connect.attach(connection, settings.data_dir / "work.duckdb", "work", read_only=True)
    applied = connect.rows(connection, "select number from migrations order by 1")
    connection.close()
    assert [number for (number,) in applied] == [number for number, _, _ in migrate.migrations()]


def test_migrations_are_numbered_without_gaps() -> None:
    numbers = [number for number, _, _ in migrate.migrations()]
    assert numbers == list(range(1, len(numbers) + 1))


def test_a_migration_that_fails_changes_nothing(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    with store.open_work(settings):
        pass
    known = migrate.migrations()
    broken = (len(known) + 1, "9998_broken.sql", "create table half (a integer); select nothing from nowhere")
    monkeypatch.setattr(migrate, "migrations", lambda: [*known, broken])
    with pytest.raises(StoreError, match=r"9998_broken\.sql failed"), store.open_work(settings):
        pass
    monkeypatch.undo()
    with store.open_work(settings) as work:
        assert work.newest_nights() == []
