"""What a published copy holds, and whether it is whole."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from tracker import store
from tracker.sql import connect
from tracker.store.publish.selects import PARTED

# which generation it is and what was said by which, which files it reads, how its rows are spread over them
OF_THE_COPY = (
    *("about", "restatements", "derivatives_vintages"),
    *("record_files", "part_files", "changed_models", "newest_rows"),
)


def contents(data_dir: Path) -> dict[str, pl.DataFrame]:
    """Return every published table but the numbering of generations, and the record as published."""
    connection = connect.instance("1GB")
    connect.attach(connection, (data_dir / "tracker.duckdb").resolve(), "tracker", read_only=True)
    names = [name for (name,) in connect.rows(connection, "select table_name from duckdb_tables()")]
    found = {
        name: connect.frame(connection, f"from {name} order by all")
        for name in (*names, *PARTED, "counters", "history")
        if name not in OF_THE_COPY
    }
    connection.close()
    return found


def check_same(found: dict[str, pl.DataFrame], expected: dict[str, pl.DataFrame]) -> None:
    """Check that two copies hold the same; the first table that differs is named."""
    assert found.keys() == expected.keys()
    for table, frame in expected.items():
        assert found[table].rows() == frame.rows(), table


def check_whole(data_dir: Path) -> store.SnapshotFacts:
    """Check that the published copy answers, and that the record below it is whole; return what it says of itself."""
    with store.open_published(data_dir) as published:
        counted = published.query(
            "select count(*) = (select sum(models) from nights) as same, max(snapshot_date) as newest,"
            " count(*) filter (snapshot_date = $day) as models from snapshots",
            {"day": published.facts().snapshot_date},
        )
        facts = published.facts()
    assert counted.row(0) == (True, facts.snapshot_date, facts.models)
    leftovers = ("was left by a run that was cut off",)
    assert [each for each in store.verify_record(data_dir) if not each.message.startswith(leftovers)] == []
    return facts
