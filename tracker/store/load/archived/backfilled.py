"""Load one night of a public archive: who was there on that day, and the counters; the present state stays as it is.

* Models of our own nights keep all that these say. An archived night only says that they were there: it may bring
  `first_seen` forward, and `last_seen` of one that was not gone by then.
* A model that archives alone have shown was there from the first to the last of their nights that show it. Archives
  have holes, so it counts as removed from our own first full night after those, and from no night of theirs.
* No events: between two archived nights lie days of which nobody knows, and a source that listed less.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from tracker.errors import StoreError
from tracker.landing import LandedRun, Manifest
from tracker.sql.connect import Connection, literal, parquet, rows, transaction, value
from tracker.store.base import data_folder, runs, touched
from tracker.store.lineage.candidates import forget_parents
from tracker.store.load import presence, recording
from tracker.store.load.archived import described, who_was
from tracker.store.load.archived.who_was import OtherNames
from tracker.store.record import descriptions, rollup
from tracker.store.record.night_hash import night_hash
from tracker.store.restated import causes, restating

COUNTERS = "counters.parquet"  # what an archive's source lands: one row a model

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Backfilled:
    """What loading an archived night did, in models; nothing where it was loaded already."""

    models: int
    new: int  # that no night before has shown, ours or an archive's
    twice: int  # rows left out, for they name a model of the night once more
    was_there: bool


_ASKED = """
create or replace temp table asked as
select row_number() over () as place, model_id::varchar as model_id, hub_id::varchar as hub_id,
  created_at::timestamp::timestamptz as created_at, downloads_30d::bigint as downloads_30d,
  downloads_all_time::bigint as downloads_all_time, likes::bigint as likes
from {file}
where hub_id is null or hub_id not in (select hub_id from private_models where found_on > {day})
"""

_WRONG = """
select count(*) - count(nullif(model_id, '')), count(model_id) - count(distinct model_id) from asked
"""

# what a night's hash is made of: rows as the archive has them
_AS_LANDED = "(select * exclude (place) replace (coalesce(hub_id, 'name:' || model_id) as hub_id) from asked)"

# a name that stands for another model already is told apart by the moment of creation
_NEWCOMERS = """
create or replace temp table newcomers as
select a.place, a.model_id, a.created_at,
  coalesce(a.hub_id, 'name:' || a.model_id || if(
    exists (
      select 1 from keys as k join model_facts as m on m.model_key = k.model_key where k.hub_id = 'name:' || a.model_id
    ),
    '@' || coalesce(strftime(a.created_at::timestamp, '%Y-%m-%dT%H:%M:%SZ'), {day}::varchar), ''
  )) as hub_id
from asked as a
where a.place not in (select place from found)
"""

_NEW_KEYS = """
insert into keys
select hub_id, coalesce((select max(model_key) from keys), 0) + row_number() over (order by created_at, hub_id)
from newcomers
where hub_id not in (select hub_id from keys)
"""

_ALL_FOUND = """
insert into found
select n.place, k.model_key, 3
from newcomers as n join keys as k on k.hub_id = n.hub_id
"""

_TONIGHT = """
create or replace temp table tonight as
select f.model_key, a.downloads_30d, a.downloads_all_time, a.likes
from asked as a join found as f using (place)
"""

# who is in no night before
_TOLD = """
create or replace temp table told as
select f.model_key, coalesce(a.hub_id, n.hub_id) as hub_id, a.model_id, a.created_at
from asked as a
join found as f using (place)
left join newcomers as n using (place)
where f.model_key not in (select model_key from model_facts)
"""


def load_run(connection: Connection, data_dir: Path, landed: LandedRun, names: OtherNames) -> Backfilled:
    """Load an archive's landed run in one transaction. A run that is loaded already changes nothing.

    Raises StoreError for a night that is not older than all of ours, for a day that the source has said otherwise
    of, and for a file that is no archive's night.
    """
    manifest, day = landed.manifest, landed.manifest.snapshot_date
    of_day = rows(connection, _OF_DAY, {"day": day, "source": manifest.source})
    if of_day and of_day[0][0] == manifest.run_id:
        return Backfilled(of_day[0][2], 0, 0, was_there=True)
    check(connection, manifest)
    _ask(connection, landed)
    rows_sha256 = night_hash(connection, _AS_LANDED)
    if of_day:
        return _is_same(connection, manifest, of_day[0], rows_sha256)
    forget_parents(connection)
    with transaction(connection):
        restating.begin(connection, causes.of_night(connection, manifest), is_resolved=not rollup.is_owed(connection))
        twice = who_was.find(connection, day, names)
        for statement in (_NEWCOMERS, _NEW_KEYS, _ALL_FOUND, _TONIGHT, _TOLD):
            connection.execute(statement.format(day=literal(day)))
        new = note(connection, manifest.source, manifest.run_id, day)
        _record(connection, data_dir, manifest, rows_sha256)
        models: int = value(connection, "select count(*) from tonight")
        runs.note(connection, manifest, "loaded", _left_out(twice), rows_loaded=models)
    log.info("%s %s: loaded %s models, %s of them new", manifest.source, day, f"{models:,}", f"{new:,}")
    return Backfilled(models, new, twice, was_there=False)


def check(connection: Connection, manifest: Manifest) -> None:
    """Raise StoreError where a night cannot be loaded whatever it holds: ours must follow it, and be of its kind."""
    newest = newest_own(connection)
    if newest is None or manifest.snapshot_date >= newest:
        ours = "there is none of ours yet" if newest is None else f"our newest is of {newest}"
        raise StoreError(
            f"the night {manifest.snapshot_date} of {manifest.source} waits for one of ours that follows it, and "
            f"{ours}; run `tracker update`, then the backfill again"
        )
    if manifest.synthetic and data_folder.get(connection, "synthetic") != "true":
        raise StoreError(
            f"{manifest.endpoint} serves synthetic demo data, and this data folder holds real data; use another "
            "--data-dir"
        )


def newest_own(connection: Connection) -> date | None:
    """Return the day of the newest night of our own."""
    own = "select max(snapshot_date) from nights where source = $own"
    found: date | None = value(connection, own, {"own": data_folder.OWN_SOURCE})
    return found


def _ask(connection: Connection, landed: LandedRun) -> None:
    path = landed.folder / COUNTERS
    if not path.is_file():
        raise StoreError(f"{landed.folder} has no {COUNTERS}; fetch the night again")
    texts = {"file": parquet(path), "day": literal(landed.manifest.snapshot_date)}
    connection.execute(_ASKED.format(**texts))
    nameless, again = rows(connection, _WRONG)[0]
    if nameless or again:
        what = f"{nameless:,} rows without a model's name" if nameless else f"{again:,} names more than once"
        raise StoreError(f"{path} has {what}; fetch the night again")


_OF_DAY = "select run_id, rows_sha256, models from nights where snapshot_date = $day and source = $source"


def _is_same(connection: Connection, manifest: Manifest, there: tuple[str, str, int], rows_sha256: str) -> Backfilled:
    """Return what a night that is loaded from another run holds, and note this one; raise where that said otherwise."""
    run_id, before, models = there
    if before != rows_sha256:
        raise StoreError(
            f"the run {run_id} said otherwise of {manifest.snapshot_date} than {manifest.run_id} does, and is loaded; "
            f"`tracker forget --date {manifest.snapshot_date} --source {manifest.source}`, then load it again"
        )
    runs.note(connection, manifest, "published", f"the same as the run {run_id}")
    return Backfilled(models, 0, 0, was_there=True)


def _left_out(twice: int) -> str | None:
    return f"{twice:,} rows name a model of this night once more and are left out" if twice else None


def _record(connection: Connection, data_dir: Path, manifest: Manifest, rows_sha256: str) -> None:
    told = "from told order by model_key"
    written = descriptions.write_rows(connection, data_dir, manifest.run_id, manifest.snapshot_date, told)
    cells: dict[str, Any] = {**written, "rows_sha256": rows_sha256, "hashed_of": "landed"}
    recording.record_archived(connection, data_dir, manifest, cells)


_TONIGHT_AGAIN = """
create or replace temp table tonight as
select model_key, downloads_30d, downloads_all_time, likes from {file}
"""

_TOLD_AGAIN = """
create or replace temp table told as
select d.model_key, d.hub_id, d.model_id, d.created_at
from described_now as d
where d.model_key in (select model_key from tonight) and d.model_key not in (select model_key from model_facts)
"""


def load_again(connection: Connection, file: Path, source: str, run_id: str, day: date) -> int:
    """Note a night of the record again, whose words were laid; return how many of its models are known then."""
    for statement in (_TONIGHT_AGAIN, _TOLD_AGAIN):
        connection.execute(statement.format(file=parquet(file)))
    note(connection, source, run_id, day)
    known = "select count(*) from tonight where model_key in (select model_key from model_facts)"
    count: int = value(connection, known)
    described.describe_again(connection, day)  # which lays out those that it describes as `tonight`
    return count


# where a model was by this night; {until}: the night that a table is the state before
_ABSENT_ON = """
(select min(snapshot_date) from nights
 where source = {own} and scope = 'full' and snapshot_date > {day} and snapshot_date < {until})
"""

# a name that somebody else has: the younger of two models has taken it from the older
_REPLACED = """
update {table} as m set removed_at = {newest}, removal = 'replaced'
from told as t
where t.model_id = m.model_id and t.model_key <> m.model_key and m.removed_at is null and t.created_at > m.created_at
  and m.model_key in (select model_key from backfilled_models)
"""

_TAKEN = """
create or replace temp table taken as
select t.model_key
from told as t join {table} as m on m.model_id = t.model_id and m.model_key <> t.model_key and m.removed_at is null
"""

_UNKNOWN = """
insert into {table} by name
select t.*, {day} as first_seen, {day} as last_seen,
  coalesce({absent_on}, if(t.model_key in (from taken), {newest}, null)) as removed_at,
  case
    when t.model_key in (from taken) then 'replaced'
    when {absent_on} is not null then 'unconfirmed'
  end as removal
from told as t
where t.model_key not in (select model_key from {table})
"""

_FIRST_SEEN = """
update {table} set first_seen = {day} where first_seen > {day} and model_key in (select model_key from tonight)
"""

_LAST_SEEN = """
update {table} set last_seen = {day}
where last_seen < {day} and coalesce(removed_at > {day}, true) and model_key in (select model_key from tonight)
  and not {is_ours}
"""

_LAST_SEEN_THERE = """
update {table} as m
set last_seen = {day}, removed_at = if(m.removed_at <= {day}, {absent_on}, m.removed_at),
  removal = if(m.removed_at <= {day} and {absent_on} is null, null, m.removal)
where m.last_seen < {day} and m.model_key in (select model_key from tonight)
  and m.model_key in (select model_key from backfilled_models)
"""

_CHANGED = """
select model_key from models
where (first_seen > {day} or last_seen < {day}) and model_key in (select model_key from tonight)
union all
select model_key from told
"""

_SHOWN = (
    """
    update backfilled_models
    set source = {source}, run_id = {run_id}, snapshot_date = {day}, is_described = false
    where snapshot_date < {day} and model_key in (select model_key from tonight)
    """,
    """
    insert into backfilled_models
    select model_key, {source}, {day}, {run_id}, false from told
    where model_key not in (select model_key from backfilled_models)
    """,
)


def note(connection: Connection, source: str, run_id: str, day: date) -> int:
    """Note who was there on an archived night: `tonight`, of whom `told` has those that no night has shown before.

    Returns how many these are. Must run inside a transaction of the caller's.
    """
    newest = newest_own(connection) or day
    has_own = value(connection, _HAS_OWN, {"own": data_folder.OWN_SOURCE, "day": day})
    texts = {name: literal(each) for name, each in {"day": day, "source": source, "run_id": run_id}.items()}
    texts |= {"own": literal(data_folder.OWN_SOURCE), "newest": literal(newest), "is_ours": literal(bool(has_own))}
    _touch(connection, _CHANGED.format(**texts))
    new: int = value(connection, "select count(*) from told where model_key not in (select model_key from model_facts)")
    presence.lay_out(connection)
    for table, until in ((presence.NOW, "'infinity'::date"), (presence.BEFORE, literal(newest))):
        absent_on = _ABSENT_ON.format(until=until, **texts)
        for statement in (_REPLACED, _TAKEN, _UNKNOWN, _FIRST_SEEN, _LAST_SEEN, _LAST_SEEN_THERE):
            connection.execute(statement.format(table=table, absent_on=absent_on, **texts))
    presence.put_back(connection, "told", day)
    for statement in _SHOWN:
        connection.execute(statement.format(**texts))
    return new


_FIRST_SHOWN = """
create or replace temp table first_shown as
select model_key, first_seen from model_facts where model_key not in (select model_key from counts_before)
"""

_KEEP_FIRST_SEEN = """
update facts_now as n set first_seen = m.first_seen
from first_shown as m
where m.model_key = n.model_key and m.first_seen < n.first_seen
"""


def remember_first_seen(connection: Connection) -> None:
    """Remember where archives have shown models that came with the newest night, before that is taken back."""
    connection.execute(_FIRST_SHOWN)


def keep_first_seen(connection: Connection) -> None:
    """Let models of the newest night, which is loaded again, be first seen there."""
    connection.execute(_KEEP_FIRST_SEEN)


def _touch(connection: Connection, changed: str) -> None:
    """Note whose published rows change: each, or where they are many all, as the first nights of an archive do."""
    if rows(connection, "select 1 from touched where model_key is null limit 1"):
        return  # all are noted already, as by the night before this one
    if value(connection, f"select count(*) from ({changed})") > _MANY:
        touched.note_all(connection)
    else:
        touched.note(connection, changed, is_named=True)


_MANY = 100_000  # models; nights follow one another, and each would note its own

_HAS_OWN = """
select count(*) > 0 from nights where source = $own and scope = 'full' and snapshot_date = $day
"""
