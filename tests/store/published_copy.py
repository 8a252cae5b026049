"""What a published copy holds, and whether it is whole."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from tracker import store
from tracker.sql import connect
from tracker.store.publish.selects import PARTED

# which generation it is, which files it reads, and how its rows are spread over them
OF_THE_COPY = ("about", "record_files", "part_files", "changed_models", "newest_rows")
# what was said by each copy: how much that is depends on how many were published
OF_ALL_COPIES = ("restatements", "derivatives_vintages")
_RESTATED = """
select figure, period, "key", coalesce("before", 0), coalesce("after", 0)
from restatements
order by generation, figure, period, "key"
"""
_SAID_LAST = """
select month, family, derivatives
from (
  select *, row_number() over (partition by month, family order by generation desc) as place from derivatives_vintages
)
where place = 1 and derivatives <> 0
order by month, family
"""
_DERIVATIVES = """
select date_trunc('month', m.created_at)::date as month, l.family, sum(l.credit) / 1e9 as derivatives
from lineage as l
join models as m on m.model_key = l.model_key
where l.status <> 'root' and m.created_at is not null
group by all
order by month, family
"""


def contents(data_dir: Path) -> dict[str, pl.DataFrame]:
    """Return every published table but the numbering of generations, and the record as published."""
    connection = connect.instance("1GB")
    connect.attach(connection, (data_dir / "tracker.duckdb").resolve(), "tracker", read_only=True)
    names = [name for (name,) in connect.rows(connection, "select table_name from duckdb_tables()")]
    found = {
        name: connect.frame(connection, f"from {name} order by all")
        for name in (*names, *PARTED, "described_models", "counters", "history")
        if name not in (*OF_THE_COPY, *OF_ALL_COPIES)
    }
    connection.close()
    described = found["described_models"]  # read in another way than models
    assert described.rows() == found["models"].select(described.columns).rows()
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


def check_said(data_dir: Path) -> None:
    """Check that restatements go on where the one before ended, and that vintages end in what is so now."""
    told: dict[tuple[object, ...], float] = {}
    with store.open_published(data_dir) as published:
        for *figure, before, after in published.query(_RESTATED).rows():
            assert told.get(tuple(figure), before) == before != after, figure
            told[tuple(figure)] = after
        assert published.query(_SAID_LAST).rows() == published.query(_DERIVATIVES).rows()
