"""The nights up to a day, read with today's names, registry and lineage: for days of before the first generation.

Archived nights of before somebody began are loaded later: nothing was said on their days. What can be told is who was
there by then, and what the counters were.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from tracker.errors import NothingPublished
from tracker.flow.thresholds import UNSETTLED_DAYS
from tracker.sql.connect import Connection, literal, rows, value
from tracker.store.publish import annotated, parts
from tracker.store.publish.selects import PARTED
from tracker.store.publish.views import part_select, record_sources, record_statements, settled_sources
from tracker.store.record import archive
from tracker.store.vintages import shown, summed

# what nights have told, each row of a day
_BY_DAY = (
    *("nights", "events", "runs", "night_remarks", "night_quality", "open_rollup", "open_families", "source_files"),
    *("flow_classes", "flow_days"),
)

# what copies have told of others, each row of the day of one
_TOLD_ON = {"restatements": "restated_on", "derivatives_vintages": "said_on"}

_FLOW = ("flow_flags", "flow_families", "flow_publishers")

# of a model that was there by then; who is in the night has its counters, who is not has none
_MODELS = """
select
  {columns}
from ({models}) as m
left join (select * from {nightly} where snapshot_date = {night}) as n on n.model_key = m.model_key
where m.first_seen <= {night}
"""
_THEN = {
    "last_seen": "least(m.last_seen, {night})",
    "removed_at": "case when m.removed_at <= {night} then m.removed_at end",
    "removal": "case when m.removed_at <= {night} then m.removal end",
}
# the newest days of a chain were not settled then, whatever is known of them since
_CHAINS = """
select
  source, scope, first_night, least(newest_night, {night}) as newest_night,
  least(unsettled_from, {night} - {unsettled}) as unsettled_from
from tracker.main.flow_chains
where first_night < {night}
"""
_ABOUT = """
select key, case key {facts} else value end as value from tracker.main.about
"""
_TABLES = "select table_name from duckdb_tables() where database_name = 'tracker'"  # a copy of before lacks some
_NIGHT = """
select snapshot_date, scope, source, models from tracker.main.nights
where snapshot_date <= $day order by snapshot_date desc limit 1
"""


def lay_over(connection: Connection, data_dir: Path, day: date) -> None:
    """Lay views over the copy that is attached as `tracker`: of its nights up to a day, and of whom these have shown.

    Raises NothingPublished where no night is so old, and for a copy of an earlier version.
    """
    in_parts = parts.Shown.read(connection, "tracker")
    night = rows(connection, _NIGHT, {"day": day})
    if in_parts is None or not night:
        first = value(connection, "select min(snapshot_date) from tracker.main.nights")
        raise NothingPublished(
            f"no night is as old as {day}: the first is {first}; `tracker backfill` gets earlier ones"
            if in_parts
            else "this copy was published by an earlier version; run `tracker publish`, then ask again"
        )
    for statement in _statements(connection, data_dir, in_parts, night[0]):
        connection.execute(statement)
    for statement in shown.view_statements(shown.shown(connection, "tracker", day), data_dir, temporary=True):
        connection.execute(statement)
    for statement in summed.as_of(connection, day):
        connection.execute(statement)


def _statements(
    connection: Connection, data_dir: Path, in_parts: parts.Shown, night: tuple[date, str, str, int]
) -> Iterator[str]:
    until = literal(night[0])
    sources = record_sources(data_dir, archive.Listing.read(connection, "tracker"), "tracker")
    whole = sources["nightly"]
    for name in ("nightly", "history", "daily_rollup", "daily_families", *_FLOW):
        sources[name] = f"(select * from {sources[name]} where snapshot_date <= {until})"
    sources["newest"] = "null::date"
    sources |= settled_sources()  # sums of whole months speak of later nights
    yield f"create or replace temp view about as {_about(connection, night)}"
    there = {name for (name,) in rows(connection, _TABLES)}
    for table in [each for each in _BY_DAY if each in there]:
        yield f"create or replace temp view {table} as from tracker.main.{table} where snapshot_date <= {until}"
    for table, day in _TOLD_ON.items():
        if table in there:
            yield f"create or replace temp view {table} as from tracker.main.{table} where {day} <= {until}"
    yield f"create or replace temp view former_names as from tracker.main.former_names where until <= {until}"
    if "night_labels" in there:
        yield f"create or replace temp view night_labels as from tracker.main.night_labels where last_day <= {until}"
    if "flow_incidents" in there:
        yield (
            f"create or replace temp view flow_incidents as from tracker.main.flow_incidents where last_label < {until}"
        )
    if "flow_chains" in there:
        yield f"create or replace temp view flow_chains as {_CHAINS.format(night=until, unsettled=UNSETTLED_DAYS)}"
    for relation in annotated.relations("published.sql"):
        if relation.name == "models":
            held = part_select(relation, data_dir, in_parts, "tracker.main")
            yield f"create or replace temp view models as {_models(relation, held, whole, until)}"
        elif relation.name in PARTED:
            held = part_select(relation, data_dir, in_parts, "tracker.main")
            yield (
                f"create or replace temp view {relation.name} as from ({held}) as r "
                "where r.model_key is null or r.model_key in (select model_key from models)"
            )
    for view in annotated.relations("published_views.sql"):
        yield view.temporary({})
    yield from record_statements(sources, temporary=True)


def _models(relation: annotated.Relation, held: str, nightly: str, until: str) -> str:
    told = archive.COUNTERS.split(", ")

    def then(column: annotated.Column) -> str:
        if "null where the latest snapshot" in column.comment:
            return f"n.{column.name}" if column.name in told else f"null::{column.type}"
        return _THEN.get(column.name, f"m.{column.name}").format(night=until)

    columns = ",\n  ".join(f"{then(each)} as {each.name}" for each in relation.columns)
    return _MODELS.format(models=held, nightly=nightly, night=until, columns=columns)


def _about(connection: Connection, night: tuple[date, str, str, int]) -> str:
    """Return the facts of the copy, for the newest of the nights; it is another copy, with an id of its own."""
    day, scope, source, models = night
    known = value(connection, "select value from tracker.main.about where key = 'copy_id'")
    copy_id = value(connection, f"select left(sha256({literal(f'{known} until {day}')}), {len(known or '')})")
    facts = {"snapshot_date": day, "scope": scope, "source": source, "models": models, "copy_id": copy_id}
    told = " ".join(f"when {literal(key)} then {literal(str(each))}" for key, each in facts.items())
    return _ABOUT.format(facts=told)
