"""Landed nights of an archive laid out to be asked about: one row a night and model, by the name that it had then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from tracker.errors import StoreError
from tracker.landing import LandedRun
from tracker.sql.connect import Connection, literal, parquet, rows
from tracker.store.record.night_hash import night_hash

COUNTERS = "counters.parquet"  # what an archive's source lands: one row a model

_NIGHT = """
select {day} as day, model_id::varchar as model_id, hub_id::varchar as hub_id,
  created_at::timestamp::timestamptz as created_at, downloads_30d::bigint as downloads_30d,
  downloads_all_time::bigint as downloads_all_time, likes::bigint as likes
from {file}
where hub_id is null or hub_id not in (select hub_id from private_models where found_on > {day})
"""

_ASKED = "create or replace temp table asked as select row_number() over () as place, * from ({nights})"

# two names with one hash in a night would be refused by mistake: once in a million nights of three million models
_WRONG = """
select day, count(*) - count(nullif(model_id, '')), count(*) - count(distinct hash(model_id))
from asked
group by day
having count(*) > count(nullif(model_id, '')) or count(*) > count(distinct hash(model_id))
order by day
"""

# what a night's hash is made of: rows as the archive has them
_AS_LANDED = """(
  select * exclude (place, day) replace (coalesce(hub_id, 'name:' || model_id) as hub_id) from asked where day = {day}
)"""


def lay_out(connection: Connection, piece: Sequence[LandedRun]) -> None:
    """Leave the temporary table `asked`: place, day, model_id, hub_id, created_at and counters of nights of one source.

    Raises StoreError for a file that is not there, or is no archive's night.
    """
    paths = {run.manifest.snapshot_date: run.folder / COUNTERS for run in piece}
    for path in paths.values():
        if not path.is_file():
            raise StoreError(f"{path.parent} has no {COUNTERS}; fetch the night again")
    nights = (_NIGHT.format(day=literal(day), file=parquet(path)) for day, path in paths.items())
    connection.execute(_ASKED.format(nights=" union all ".join(nights)))
    for day, nameless, again in rows(connection, _WRONG):
        what = f"{nameless:,} rows without a model's name" if nameless else f"{again:,} names more than once"
        raise StoreError(f"{paths[day]} has {what}; fetch the night again")


def hashes(connection: Connection, days: Sequence[date]) -> Mapping[date, str]:
    """Return the hash of each night that is laid out."""
    return {day: night_hash(connection, _AS_LANDED.format(day=literal(day))) for day in days}
