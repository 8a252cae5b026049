"""Load nights of a public archive: they become part of the record, and say who was there; the present stays as it is.

Nights of one source are loaded together, in one transaction, for most of what one costs is the same for many. No
events: between two archived nights lie days of which nobody knows, and a source that listed less.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from tracker.errors import StoreError
from tracker.landing import LandedRun, Manifest
from tracker.scope import Scope
from tracker.sql.connect import Connection, literal, parquet, rows, transaction, value
from tracker.store.base import data_folder, runs
from tracker.store.lineage.candidates import forget_parents
from tracker.store.load import recording
from tracker.store.load.archived import asked, described, renamed, shown, who_was
from tracker.store.load.archived.other_names import OtherNames
from tracker.store.record import descriptions, rollup
from tracker.store.restated import causes, restating

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Backfilled:
    """What loading an archived night did, in models; nothing where it was loaded already."""

    models: int
    new: int  # that no night before has shown, ours or an archive's
    twice: int  # rows left out, for they name a model of the night once more
    was_there: bool


@dataclass(frozen=True)
class _There:
    """A night that is loaded already."""

    run_id: str
    rows_sha256: str
    models: int
    hashed_of: str


def load_runs(
    connection: Connection, data_dir: Path, landed: Sequence[LandedRun], names: OtherNames
) -> list[Backfilled]:
    """Load landed runs of archives, those of one source in one transaction. One that is loaded already changes nothing.

    Raises StoreError for a night that is not older than all of ours, for a day that the source has said otherwise
    of, and for a file that is no archive's night; nothing of its piece is loaded then.
    """
    done: dict[str, Backfilled] = {}
    for piece in _pieces(landed):
        done |= _load(connection, data_dir, piece, names)
    return [done[run.manifest.run_id] for run in landed]


def _pieces(landed: Sequence[LandedRun]) -> Iterator[list[LandedRun]]:
    """Yield runs that can be loaded together, by day: of one source and scope, and each of another day."""
    piece: dict[date, LandedRun] = {}
    for run in landed:
        before = next(iter(piece.values()), run).manifest
        same = (before.source, before.scope) == (run.manifest.source, run.manifest.scope)
        if not same or run.manifest.snapshot_date in piece:
            yield [piece[day] for day in sorted(piece)]
            piece = {}
        piece[run.manifest.snapshot_date] = run
    if piece:
        yield [piece[day] for day in sorted(piece)]


_OF_SOURCE = "select snapshot_date, run_id, rows_sha256, models, hashed_of from nights where source = $source"
_BY_DIGESTS = "counters"  # what `hashed_of` says of a night that is hashed by its rows' digests; before it was `landed`


def _load(
    connection: Connection, data_dir: Path, piece: Sequence[LandedRun], names: OtherNames
) -> dict[str, Backfilled]:
    """Load runs of one source, by day; return what loading each did by its id."""
    found = rows(connection, _OF_SOURCE, {"source": piece[0].manifest.source})
    there = {day: _There(*about) for day, *about in found}
    done: dict[str, Backfilled] = {}
    wanted: list[LandedRun] = []
    for run in piece:
        of_day = there.get(run.manifest.snapshot_date)
        if of_day is not None and of_day.run_id == run.manifest.run_id:
            done[of_day.run_id] = Backfilled(of_day.models, 0, 0, was_there=True)
        else:
            check(connection, run.manifest)
            wanted.append(run)
    if not wanted:
        return done
    asked.lay_out(connection, wanted)
    hashes = asked.digests(connection)
    forget_parents(connection)
    with transaction(connection):
        for manifest in [run.manifest for run in wanted]:
            day = manifest.snapshot_date
            if day in there:
                is_new_kind = there[day].hashed_of == _BY_DIGESTS
                digest = hashes[day] if is_new_kind else asked.hash_as_before(connection, day)
                done[manifest.run_id] = _is_same(connection, manifest, there[day], digest)
                connection.execute(f"delete from asked where day = {literal(day)}")
        manifests = [run.manifest for run in wanted if run.manifest.run_id not in done]
        return done | (_note(connection, data_dir, manifests, names, hashes) if manifests else {})


def _note(
    connection: Connection,
    data_dir: Path,
    manifests: Sequence[Manifest],
    names: OtherNames,
    hashes: Mapping[date, str],
) -> dict[str, Backfilled]:
    """Note the nights that are laid out, and put them into the record; return what that did by the run's id."""
    first = manifests[0]
    is_resolved = not rollup.is_owed(connection)
    for manifest in manifests:  # what the second of them changes is told of together with what the first does
        restating.begin(connection, causes.of_night(connection, manifest), is_resolved=is_resolved)
        is_resolved = False
    twice = who_was.find(connection, first.source, names, is_whole=Scope.parse(first.scope).is_full)
    shown.note(connection, first.source, {each.snapshot_date: each.run_id for each in manifests})
    renamed.follow(connection)
    shown.settle(connection, first.source)
    new = dict(rows(connection, "select day, count(*) from told group by day"))
    done = {}
    for manifest in manifests:
        day = manifest.snapshot_date
        models = _record(connection, data_dir, manifest, hashes[day])
        runs.note(connection, manifest, "loaded", _left_out(twice.get(day, 0)), rows_loaded=models)
        done[manifest.run_id] = Backfilled(models, new.get(day, 0), twice.get(day, 0), was_there=False)
        log.info("%s %s: loaded %s models, %s of them new", first.source, day, f"{models:,}", f"{new.get(day, 0):,}")
    recording.settle_preferred(connection, [each.snapshot_date for each in manifests])
    return done


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


def _is_same(connection: Connection, manifest: Manifest, there: _There, rows_sha256: str) -> Backfilled:
    """Return what a night that is loaded from another run holds, and note this one; raise where that said otherwise."""
    if there.rows_sha256 != rows_sha256:
        raise StoreError(
            f"the run {there.run_id} said otherwise of {manifest.snapshot_date} than {manifest.run_id} does, and is "
            "loaded; "
            f"`tracker forget --date {manifest.snapshot_date} --source {manifest.source}`, then load it again"
        )
    runs.note(connection, manifest, "published", f"the same as the run {there.run_id}")
    return Backfilled(there.models, 0, 0, was_there=True)


def _left_out(twice: int) -> str | None:
    return f"{twice:,} rows name a model of this night once more and are left out" if twice else None


def _record(connection: Connection, data_dir: Path, manifest: Manifest, rows_sha256: str) -> int:
    """Put a night of `shown` into the record; return how many models it holds."""
    day = literal(manifest.snapshot_date)
    told = f"""
      select * exclude (day) from (from told union all from called_otherwise) where day = {day} order by model_key
    """
    written = descriptions.write_rows(connection, data_dir, manifest.run_id, manifest.snapshot_date, told)
    cells: dict[str, Any] = {**written, "rows_sha256": rows_sha256, "hashed_of": _BY_DIGESTS}
    return recording.record_archived(connection, data_dir, manifest, f"(from shown where day = {day})", cells)


_SHOWN_AGAIN = """
create or replace temp table shown as
select {day} as day, model_key, downloads_30d, downloads_all_time, likes from {file}
"""

_TOLD_AGAIN = """
create or replace temp table told as
select {day} as day, d.model_key, d.hub_id, d.model_id, d.created_at
from described_now as d
where d.model_key in (select model_key from shown) and d.model_key not in (select model_key from model_facts)
"""


def load_again(connection: Connection, file: Path, source: str, run_id: str, day: date) -> int:
    """Note a night of the record again, whose words were laid; return how many of its models are known then."""
    for statement in (_SHOWN_AGAIN, _TOLD_AGAIN):
        connection.execute(statement.format(file=parquet(file), day=literal(day)))
    shown.note(connection, source, {day: run_id})
    renamed.follow_again(connection, day)
    shown.settle(connection, source)
    known = "select count(*) from shown where model_key in (select model_key from model_facts)"
    count: int = value(connection, known)
    described.describe_again(connection, day)  # which lays out those that it describes as `tonight`
    return count


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
