"""Presence of models (first_seen, removed_at, removal), corrected by a late night in the present state.

The same correction applies to the state before the newest night, from which that night is loaded again. Both states are
copied into temporary tables of all models, corrected, and written back.
"""

from __future__ import annotations

from tracker.sql.connect import Connection, rows
from tracker.store.base.model_columns import COUNTING, FACTS

NOW, BEFORE = "there_now", "there_before"

_LAID_OUT = """
create or replace temp table {there} as
select model_key, hub_id, model_id, created_at, first_seen, last_seen, removed_at, removal
from {state}
where {wanted}
"""

_TOLD = ("first_seen", "removed_at", "removal")
_DIFFERS = "(w.first_seen, w.removed_at, w.removal) is distinct from (m.first_seen, m.removed_at, m.removal)"
_SET = """
update {facts} as m set first_seen = w.first_seen, removed_at = w.removed_at, removal = w.removal
from {there} as w
where w.model_key = m.model_key and {differs}
"""
_NEW = (
    "select {{described}}, w.{told}, {{day}} as valid_from from {{newcomers}} as t join {there} as w using (model_key)"
)
_SEEN = (
    """
    update {counts} as m set last_seen = w.last_seen
    from {there} as w
    where w.model_key = m.model_key and w.last_seen <> m.last_seen
    """,
    """
    insert into {counts} by name
    select w.model_key, w.last_seen {{counted}}
    from {{newcomers}} as t join {there} as w using (model_key)
    where w.model_key not in (select model_key from {counts})
    """,
)
_STATES = {
    NOW: {"facts": "model_facts", "counts": "model_counts"},
    BEFORE: {"facts": "facts_before", "counts": "counts_before"},
}
_PUT_BACK = (
    *(_SET.format(there=there, facts=state["facts"], differs=_DIFFERS) for there, state in _STATES.items()),
    # rows in which the two states now differ ...
    f"""
    insert into facts_before by name
    select m.* replace ({", ".join(f"w.{name} as {name}" for name in _TOLD)})
    from {BEFORE} as w
    join counts_before as c on c.model_key = w.model_key
    join model_facts as m on m.model_key = w.model_key
    where {_DIFFERS} and w.model_key not in (select model_key from facts_before)
    """,
    # ... and models that only one of them had
    f"""
    insert into facts_before by name
    {_NEW.format(there=BEFORE, told=", w.".join(_TOLD))}
    join {NOW} as m on m.model_key = w.model_key
    where w.model_key not in (select model_key from counts_before)
      and ({_DIFFERS} or w.model_key in (select model_key from model_facts))
    """,
    f"""
    insert into model_facts by name
    {_NEW.format(there=NOW, told=", w.".join(_TOLD))}
    where w.model_key not in (select model_key from model_facts)
    """,
    *(each.format(there=there, counts=state["counts"]) for there, state in _STATES.items() for each in _SEEN),
)


def lay_out(connection: Connection, of: str | None = None) -> None:
    """Copy the identity and presence of models in both states into the temporary tables NOW and BEFORE.

    `of`: a table of the models that may change; None if that is not known, for all models.
    """
    wanted = "true" if of is None else f"model_key in (select model_key from {of})"
    for there, state in ((NOW, "models"), (BEFORE, "models_before")):
        connection.execute(_LAID_OUT.format(there=there, state=state, wanted=wanted))


def put_back(connection: Connection, newcomers: str, day: str) -> None:
    """Write both states back; the description of a model that one of them lacks comes from its row of `newcomers`.

    `day`: the SQL of the day of such a row, `t`.
    """
    known = {name for name, *_ in rows(connection, f"describe {newcomers}")}
    said = [name for name in FACTS if name in known and name not in (*_TOLD, "tags_by", "declared_by")]
    texts = {
        "newcomers": newcomers,
        "day": day,
        "described": ", ".join(f"t.{name}" for name in said),
        "counted": "".join(f", t.{name}" for name in COUNTING if name in known),
    }
    for statement in _PUT_BACK:
        connection.execute(statement.format(**texts))
