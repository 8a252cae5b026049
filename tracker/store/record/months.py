"""Ended months, stored a second time by model: the fast way to follow few models through many nights.

    <data_dir>/history/month=YYYY-MM/<name>.parquet    the models of a range of keys, each with its nights

A large month has many files, and each publish writes one of them, so that no night costs much more than another. Until
all are written the month is read from its nights. Counters of a model often repeat for days, and models of similar
magnitude share blocks: a row takes less than a byte.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from tracker import files
from tracker.sql.connect import Connection, literal, parquet, rows, value
from tracker.store.record.archive import COUNTERS, MAGNITUDE, PARQUET

_ROWS_OF_A_FILE = 8_000_000  # at most, since they are sorted in memory

# counters are delta encoded only if no dictionary can hold them
_PARQUET = PARQUET.format(1)

# incomplete ended months: their nights, the number of their files, and how many of these are written
_OWED = """
with wanted as (
  select date_trunc('month', snapshot_date)::date as month, list(file order by snapshot_date) as made_of,
    greatest(1, (sum(models) + $most - 1) // $most) as parts
  from nights
  where is_preferred
  group by 1
)
select w.month, w.made_of, w.parts, count(m.month)
from wanted as w
left join months as m on m.month = w.month and m.made_of = w.made_of
where w.month < (select date_trunc('month', max(snapshot_date)) from nights)
group by all
having count(m.month) < w.parts
order by w.month desc
limit $at_most
"""

# the files of a month are read only when all are written
SHOWN = "(from months qualify count(*) over (partition by month) = parts)"


def close(connection: Connection, data_dir: Path, at_most: int = 6) -> int:
    """Write the next file of each ended month that is incomplete; the last file of a month closes it.

    A month whose nights changed since (one was backfilled or replaced) starts again. The nightly files stay. Each call
    handles only the newest `at_most` months, so years that arrive at once take several publishes. Returns the number of
    files written. Must run inside a transaction of the caller's.
    """
    owed = rows(connection, _OWED, {"most": _ROWS_OF_A_FILE, "at_most": at_most})
    for month, names, parts, there in owed:
        if not there:
            connection.execute("delete from months where month = $month", {"month": month})
        _write(connection, data_dir, month, names, there, parts)
    return len(owed)


def _write(connection: Connection, data_dir: Path, month: date, names: Sequence[str], part: int, parts: int) -> None:
    """Write one of the `parts` files of a month: one of as many ranges of model keys.

    The ranges depend only on the models of the month, so they are the same whenever each file is written.
    """
    nightly = parquet([data_dir / name for name in names])
    keys: int = value(connection, f"select coalesce(max(model_key), 0) + 1 from {nightly}")
    first, last = keys * part // parts, keys * (part + 1) // parts
    path = data_dir / "history" / f"month={month:%Y-%m}" / f"{_name(names, part, parts)}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    connection.execute(
        f"create or replace temp table of_month as select {COUNTERS} from {nightly}"
        f" where model_key >= {first} and model_key < {last}"
    )
    select = f"""
      select {COUNTERS}
      from of_month
      join (
        select model_key, {MAGNITUDE.format("max(downloads_all_time)")} as magnitude from of_month group by model_key
      ) using (model_key)
      order by magnitude, model_key, snapshot_date
    """
    with files.whole(path) as temporary:
        connection.execute(f"copy ({select}) to {literal(str(temporary))} ({_PARQUET})")
    connection.execute("drop table of_month")
    connection.execute(
        f"insert into months values ($month, $file, $models, $sha256, $bytes, {literal(list(names))}, $parts)",
        {
            "month": month,
            "file": path.relative_to(data_dir).as_posix(),
            "models": value(connection, f"select count(*) from {parquet(path)}"),
            "sha256": files.sha256(path),
            "bytes": path.stat().st_size,
            "parts": parts,
        },
    )


def _name(names: Sequence[str], part: int, parts: int) -> str:
    """Return a file name with a hash of the month's nightly files, so that another set of nights is another file."""
    of_nights = f"{len(names)}-nights-{hashlib.sha256(' '.join(names).encode()).hexdigest()[:8]}"
    return of_nights if parts == 1 else f"{of_nights}-{part + 1}-of-{parts}"
