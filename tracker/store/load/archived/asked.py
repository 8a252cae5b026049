"""Landed nights of an archive laid out to be asked about: one row a night and model, by the name that it had then."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date

from tracker import files
from tracker.errors import StoreError
from tracker.landing import LandedRun
from tracker.sql.connect import Connection, literal, parquet, rows, value
from tracker.store.record.night_hash import night_hash

COUNTERS = "counters.parquet"  # what an archive's source lands: one row a model

_NIGHT = """
select file_row_number + {from_place} as place, {day} as day, model_id::varchar as model_id, hub_id::varchar as hub_id,
  created_at::timestamp::timestamptz as created_at, downloads_30d::bigint as downloads_30d,
  downloads_all_time::bigint as downloads_all_time, likes::bigint as likes
from {file}
"""

# repositories that were found to be private later
_PRIVATE = """
delete from asked as a
using private_models as p
where p.hub_id = a.hub_id and p.found_on > a.day
"""

_MOST_ROWS = 2**32  # of a night
_ASKED = "create or replace temp table asked as {nights}"

_NAMELESS = "select day, count(*) from asked where coalesce(model_id, '') = '' group by day order by day"
_AGAIN = """
select day, count(*) - count(distinct model_id)
from asked
where model_id in ({among})
group by day
having count(*) > count(distinct model_id)
order by day
"""

# what a night's hash is made of: rows as the archive has them
_AS_LANDED = """(
  select * exclude (place, day) replace (coalesce(hub_id, 'name:' || model_id) as hub_id) from asked where day = {day}
)"""

# a quarter of the time that the hash of our own nights takes: a digest for each row, and their sum instead of an
# order. A count without a value is told apart from 0, and no name holds the character between two values
_DIGESTS = """
select day, count(*), sum((digest >> 64)::ubigint), sum((digest & 18446744073709551615)::ubigint)
from (
  select day, md5_number(concat(
    model_id, chr(30), hub_id, chr(30), epoch_us(created_at), chr(30), downloads_30d, chr(30), downloads_all_time,
    chr(30), likes
  )) as digest
  from asked
)
group by day
"""


def lay_out(connection: Connection, piece: Sequence[LandedRun]) -> None:
    """Leave the temporary table `asked`: place, day, model_id, hub_id, created_at and counters of nights of one source.

    Raises StoreError for a file that is not there or not as it was landed, and for one that is no archive's night.
    """
    paths = {run.manifest.snapshot_date: run.folder / COUNTERS for run in piece}
    for run in piece:
        _check_landed(run)
    nights = (
        _NIGHT.format(from_place=at * _MOST_ROWS, day=literal(day), file=parquet(path, file_row_number="true"))
        for at, (day, path) in enumerate(paths.items())
    )
    connection.execute(_ASKED.format(nights=" union all ".join(nights)))
    if value(connection, "select count(*) from private_models"):
        connection.execute(_PRIVATE)
    for day, count in rows(connection, _NAMELESS):
        raise StoreError(f"{paths[day]} has {count:,} rows without a model's name; fetch the night again")


def _check_landed(run: LandedRun) -> None:
    """Raise StoreError where the rows of a run are missing, or are other bytes than those that were landed."""
    path = run.folder / COUNTERS
    if not path.is_file():
        raise StoreError(f"{run.folder} has no {COUNTERS}; fetch the night again")
    said = {each.name: each.sha256 for each in run.manifest.files}.get(COUNTERS)
    if said != files.sha256(path):
        raise StoreError(f"{path} is not as it was landed; fetch the night again")


def check_names(connection: Connection, source: str, among: str) -> None:
    """Raise StoreError where a night has one of these names twice; `among` is a query for them."""
    for day, count in rows(connection, _AGAIN.format(among=among)):
        raise StoreError(f"the night {day} of {source} has {count:,} names more than once; fetch the night again")


def digests(connection: Connection) -> Mapping[date, str]:
    """Return the hash of each night that is laid out, in whatever order its rows stand."""
    found = rows(connection, _DIGESTS)
    return {day: hashlib.sha256(f"{count} {high} {low}".encode()).hexdigest() for day, count, high, low in found}


def hash_as_before(connection: Connection, day: date) -> str:
    """Return the hash of a night that is laid out as earlier versions made it."""
    return night_hash(connection, _AS_LANDED.format(day=literal(day)))
