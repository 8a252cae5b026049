"""What groups hold at the end of days, as SQL: every model is read once for all of the days.

Which of them it is there on is one number, a bit for each day, that stands where a share has its month; groups are
summed by it, and told by day at last.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from tracker import measures
from tracker.answers.counted import counting, surviving
from tracker.answers.counted.grouping import Grouping
from tracker.registry.definitions import Definition

if TYPE_CHECKING:
    from tracker.store import Published

COMMON = "told"  # the last of the tables that stocks of other groups begin with as well
MOST = 60  # days that one number has bits for
_ITSELF = """\
select counted.*, null::varchar as base_id, null::varchar as line, 1000000000 as credit, 0 as place, true as is_traced
from counted"""
# what is left out by a rule is marked, so that a rule that leaves nothing out begins with the same
_MARKED = """\
select
  based.model_key,
  based.month,
  {raw},
  {traced} as is_traced,
  based.credit,
  {is_other} as is_other
from based"""
# of full credit, which counts a model once for a group: one look at all models instead of one for each figure
_ONCE = """\
select model_key, month, {names}, bool_or(is_firm) as is_firm
from (
  {credited}
) as credited
group by model_key, month, {names}"""


def query(
    definition: Definition, by: str, days: Sequence[date], values: Mapping[str, Any], every: Sequence[date]
) -> tuple[str, dict[str, Any]]:
    """Return the SQL of `day`, the group, `derivatives` and `firm` at the end of each day, and the values it binds.

    Rows of a day stand in the order of a share of that day; `values` are such a share's. The days are some of `every`,
    at most MOST, for which models are looked up: questions about other days and groups begin with the same tables.
    `values` hold `names` as well where names tell families.
    """
    bits = {place: 2**place for place in range(len(every))}
    holes = counting.parts(definition, (by,), has_list=bool(values["models"]))
    holes |= surviving.parts(definition, bounded=False) | _on_each(bits, holes["conditions"])
    holes |= _faster(definition, holes)
    if definition.edge == "itself" and not (Grouping((by,)).is_by_base or holes["where"]):
        holes["based"] = _ITSELF  # what a model is built on says nothing here
    told = (f"select $day_{place}::date as day, {bits[place]} as bit" for place in map(every.index, days))
    sql = measures.fill(measures.part("stocks"), {**holes, "days": "\nunion all\n".join(told)})
    return sql, measures.bound(sql, {**values, **{f"day_{place}": day for place, day in enumerate(every)}})


def is_shared(definition: Definition) -> bool:
    """Say whether it is worth keeping what is counted for other questions: models themselves are read in no time."""
    return definition.edge not in ("itself", "name")


def _faster(definition: Definition, holes: Mapping[str, str]) -> dict[str, str]:
    """Return the holes of what gives the same in less time."""
    faster = {"which_credits": ""}
    if definition.credit != "first" and is_shared(definition):
        faster |= {"told_credits": _MARKED, "is_other": counting.OTHER_ORGANIZATION}
        faster["which_credits"] = "where is_other" if holes["where"] else ""
    if definition.credit == "full":
        faster |= {"credited": _ONCE.replace("{credited}", measures.part("credited")), "credit": "count(*)"}
    if definition.edge == "name":
        faster["which_names"] = "where regexp_matches(lower(name), $names)"
    return faster


def _on_each(bits: Mapping[int, int], conditions: str) -> dict[str, str]:
    """Return the holes of what is counted for days: conditions that name the day are asked for each of them."""
    each = conditions.split(counting.AND)
    of_day = counting.AND.join(one for one in each if "$until" in one and "$first_month" not in one)
    there = " + ".join(
        f"case when {of_day.replace('$until', f'$day_{place}')} then {bit} else 0 end" for place, bit in bits.items()
    )
    always = counting.AND.join(one for one in each if "$until" not in one) or "true"
    return {
        "month": "there",
        "conditions": "there > 0",
        "every_model": f"(\n  select *, {there} as there\n  from models\n  where {always}\n) as models",
    }


def names(published: Published) -> str:
    """Return the pattern of the names, in lower case, that may tell a family; all others need not be taken apart.

    It looks for one word of each family, the longer one: a pattern of two words takes longer than it saves.
    """
    known = measures.fill("select distinct word, rest\nfrom (\n  {known_words}\n) as known\norder by word, rest", {})
    words = {max(reversed([word, *rest.split()]), key=len) for word, rest in published.table(known).rows}
    return "|".join(
        f"(?:^|[^{letters}])(?:{'|'.join(sorted(filter(is_kind, words)))})(?:[^{letters}]|$)"
        for letters, is_kind in (("a-z", str.isalpha), ("0-9", str.isdigit))
        if any(map(is_kind, words))
    )
