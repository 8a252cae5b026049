"""Readers of a Delta log that know nothing of the tracker: each gives the rows that SQL asks of a version."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

Rows = list[tuple[Any, ...]]
Ask = Callable[[str, int | None, str, Mapping[str, str]], Rows]

COUNTED = (
    "select snapshot_date::varchar, source, scope, count(*), sum(downloads_30d), sum(likes) from t group by 1, 2, 3"
)

# the python of an environment of its own with an older duckdb and its Delta extension, which `make extras` makes
DUCKDB_PYTHON = Path(os.environ.get("TRACKER_DELTA_PYTHON", Path(sys.prefix, "apart", "bin", "python")))

_ASK_DUCKDB = """
import duckdb, glob, json, sys
import duckdb_extension_delta, duckdb_extension_httpfs
place, version, sql, options = json.loads(sys.argv[1])
c = duckdb.connect(config={"allow_unsigned_extensions": "true"})
for package in (duckdb_extension_httpfs, duckdb_extension_delta):
    (file,) = glob.glob(list(package.__path__)[0] + "/**/*.duckdb_extension", recursive=True)
    c.execute(f"load '{file}'")
c.execute("set TimeZone = 'Asia/Kathmandu'")
if options:
    host = options["aws_endpoint_url"].partition("://")[2]
    rights = f"key_id '{options['aws_access_key_id']}', secret '{options['aws_secret_access_key']}'"
    of_store = f"{rights}, region '{options['aws_region']}', endpoint '{host}', url_style 'path', use_ssl false"
    c.execute(f"create secret (type s3, {of_store})")
at = "" if version is None else f", version => {version}"
print(json.dumps(c.execute(sql.replace(" t ", f" delta_scan('{place}'{at}) ")).fetchall(), default=str))
"""


def by_deltalake(place: str, version: int | None, sql: str, options: Mapping[str, str]) -> Rows:
    """Ask deltalake's own engine."""
    deltalake = pytest.importorskip("deltalake", reason="needs deltalake (make extras)")
    table = deltalake.DeltaTable(place, version=version, storage_options=dict(options) or None)
    return _rows(deltalake.QueryBuilder().register("t", table).execute(_plain(sql)).read_all())


def by_datafusion(place: str, version: int | None, sql: str, options: Mapping[str, str]) -> Rows:
    """Ask DataFusion, with the files and the statistics that deltalake reads from the log."""
    deltalake, datafusion = (
        pytest.importorskip("deltalake", reason="needs deltalake (make extras)"),
        pytest.importorskip("datafusion", reason="needs datafusion (make extras)"),
    )
    table = deltalake.DeltaTable(place, version=version, storage_options=dict(options) or None)
    context = datafusion.SessionContext()
    if options:  # its own reader knows no store that another opened
        context.register_dataset("t", table.to_pyarrow_dataset())
    else:
        context.register_table("t", table)
    return [tuple(row.values()) for row in context.sql(_plain(sql)).to_pylist()]


def by_duckdb(place: str, version: int | None, sql: str, options: Mapping[str, str]) -> Rows:
    """Ask an older duckdb with its Delta extension, in an environment of its own."""
    if not DUCKDB_PYTHON.exists():
        missing = pytest.fail if os.environ.get("EXTRAS_TESTS") == "required" else pytest.skip
        missing(f"no duckdb with its Delta extension at {DUCKDB_PYTHON}; run `make extras`")
    asked = json.dumps([place, version, sql, dict(options)])
    done = subprocess.run([str(DUCKDB_PYTHON), "-c", _ASK_DUCKDB, asked], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return [tuple(row) for row in json.loads(done.stdout)]


READERS: Mapping[str, Ask] = {"deltalake": by_deltalake, "datafusion": by_datafusion, "duckdb": by_duckdb}


def _plain(sql: str) -> str:
    return sql


def _rows(table: Any) -> Rows:
    names = table.schema.names
    columns = [table.column(name).to_pylist() for name in names]
    return list(zip(*columns, strict=True))


def place_of(folder: Path) -> str:
    """Return a folder as a reader takes it."""
    return str(folder.resolve())
