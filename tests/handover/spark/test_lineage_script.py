"""The script that traces roots in Spark SQL: its rows are the lineage that the engine made, unit for unit."""

from __future__ import annotations

import random
import runpy
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests import planted
from tests.command_line import environment
from tests.handover.spark import needed
from tests.store.nights import land, model, night, small_registry, update
from tracker import store
from tracker.settings import Settings

pytest.importorskip("pyspark", reason=needed.EXTRA)

from tracker.handover.spark import functions, mount

SCRIPT = Path(__file__).parents[3] / "docs" / "lineage_on_spark.py"
READ = ("models", "edges", "edge_variants", "lineage_variants")
LINEAGE = """
select model_key, model_id, root_key, root_id, credit, weight, depth from lineage_of('{}') order by model_key, root_id
"""


@pytest.fixture(scope="module")
def script() -> dict[str, Any]:
    return runpy.run_path(str(SCRIPT))


@contextmanager
def laid(spark: Any, published: store.Published) -> Iterator[Any]:
    """Yield a session beside the others, with what the script reads of a copy on it."""
    own = spark.newSession()
    with mount(own, published) as mounted:
        for name in READ:
            mounted.translated(f"select * from {name}")
        own.sql(functions.statements()["edges_of"])
        yield own


def merges(seed: int) -> list[dict[str, Any]]:
    """Return models on up to seven parents each, older ones, younger ones and some that are not on the Hub.

    The last two have nothing but one another.
    """
    chance = random.Random(seed)
    names = {number: f"u{number % 7}/m{chance.randrange(10**6)}-{number}" for number in range(1, 90)}
    made = []
    for number, name in names.items():
        near = [each for each in range(number - 12, number + (3 if number % 5 == 0 else 0)) if each != number]
        chosen = chance.sample(near, chance.choice([0, 1, 1, 2, 3, 5, 7])) if number > 8 else []
        chosen = {88: [89], 89: [88]}.get(number, chosen)
        parents = [(each, names.get(each, f"gone/g{each}")) for each in chosen]
        made.append(model(name, number, parents=parents, relation="merge") if parents else model(name, number))
    return made


def check(spark: Any, script: dict[str, Any], published: store.Published, *readings: str) -> list[Any]:
    rows: list[Any] = []
    with laid(spark, published) as session:
        roots: Callable[..., Any] = script["roots"]
        for reading in readings:
            expected = published.query(LINEAGE.format(reading)).rows()
            found = [tuple(row) for row in roots(session, reading).collect()]
            assert sorted(found, key=lambda row: (row[0], row[3])) == expected, reading
            rows += expected
    return rows


def test_roots_are_those_of_lineage(spark: Any, script: dict[str, Any], published: store.Published) -> None:
    assert check(spark, script, published, "default")


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(5))
def test_credit_of_merges_is_shared_as_the_engine_does(
    spark: Any, script: dict[str, Any], tmp_path: Path, seed: int
) -> None:
    """Remainders by name, circles that are cut, parents that are not on the Hub, and every reading."""
    settings = Settings(data_dir=tmp_path / "data", memory_limit="1GB", threads=2)
    update(settings, small_registry(tmp_path / "registry"), land(settings.data_dir, night(0), merges(seed)))
    with store.open_published(settings.data_dir) as published:
        rows = check(spark, script, published, "default", "as_uploaded", "teacher", "inferred")
        cut = published.query("select count(*) from lineage where status = 'cycle' and root_key = model_key").item()
    assert cut and max(row[-1] for row in rows) > 8
    assert sum(row[4] % 10 != 0 for row in rows) > 50  # units that no division gives


@pytest.mark.soak
def test_the_script_runs_on_two_workers(tmp_path: Path) -> None:
    needed.everything()
    command = [sys.executable, str(SCRIPT), str(planted.folder()), str(tmp_path / "rows")]
    command += ["--master", "local-cluster[2,1,1024]"]
    subprocess.run(command, check=True, capture_output=True, env=environment())
    with planted.published() as published:
        expected = published.query(LINEAGE.format("default"))
    found = pl.read_parquet(tmp_path / "rows" / "*.parquet").sort("model_key", "root_id")
    assert found.rows() == expected.rows()


def test_edges_in_a_circle_are_refused(spark: Any, script: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    own = spark.newSession()
    own.sql("create temporary view edges as select * from values (1, 2), (2, 1) as t(model_key, parent_key)")
    own.sql("""
        create temporary function edges_of(wanted string) returns table (model_key int, model_id string,
          parent_key int, parent_id string) return select model_key, 'a', parent_key, 'a' from edges
    """)
    monkeypatch.setitem(script["roots"].__globals__, "ROUNDS", 3)
    with pytest.raises(ValueError, match="run in a circle"):
        script["roots"](own)
