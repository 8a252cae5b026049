"""When models were there, told by a night that leaves the present state as it is but for that.

Such a night tells the same of two states, but for what the newest night knows: the one now, and the one before the
newest night, which loads that again. Both are laid out as tables of all models, told, and put back.
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
    # what was told parts the two states ...
    f"""
    insert into facts_before by name
    select m.* replace ({", ".join(f"w.{name} as {name}" for name in _TOLD)})
    from {BEFORE} as w
    join counts_before as c on c.model_key = w.model_key
    join model_facts as m on m.model_key = w.model_key
    where {_DIFFERS} and w.model_key not in (select model_key from facts_before)
    """,
    # ... as does whom one of them did not know
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
    """Lay both states out as the temporary tables NOW and BEFORE: who is who, and when each was there.

    `of`: a table of the models that may be told of otherwise; all of them where that is not known.
    """
    wanted = "true" if of is None else f"model_key in (select model_key from {of})"
    for there, state in ((NOW, "models"), (BEFORE, "models_before")):
        connection.execute(_LAID_OUT.format(there=there, state=state, wanted=wanted))


def put_back(connection: Connection, newcomers: str, day: str) -> None:
    """Put both states back; what is said of models that one of them did not know is the row of `newcomers`.

    `day`: the SQL of the day on which a row `t` of these is said.
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
