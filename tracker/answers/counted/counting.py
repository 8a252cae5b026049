"""Turn a definition into SQL: what fills a measure's holes, and the values it binds.

What a definition changes about the query itself (edge, credit, denominator) is a file of
`measures/parts`, named here as a hole again, or a line of the tables below; what it only sets is bound.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from tracker.answers.counted.grouping import Group, Grouping
from tracker.answers.counted.within import Within, of_base
from tracker.errors import SettingsError
from tracker.registry.definitions import Definition

# pipelines of models that generate text, also from images
LLM_PIPELINES = ("text-generation", "text2text-generation", "image-text-to-text", "any-to-any", "conversational")

MONTHS = {
    "created": "created_month",
    "first_seen": "date_trunc('month', first_seen)::date",
    "stock": "date_trunc('month', $until::date)::date",
}

# credit is summed in units of 10^9 a model, whole numbers; under full credit in models
CREDITS = {"fractional": "sum(credit)", "full": "count(distinct model_key)", "first": "sum(credit)"}
ONE = "1000000000"
UNIT = "0.000000001"

# under full credit a merge of two models of a group counts once for it
ONCE = f"distinct model_key, {{names}}, {ONE} as credit"

# a share of the whole, or only of those rows that the denominator holds
NUMERATORS = {
    "derivatives": "derivatives",
    "models": "derivatives",
    "traced": "case when {all_named} then firm end",
    "listed": "case when {is_listed} then derivatives end",
}

DENOMINATORS = {
    "derivatives": "all new derivatives of the month",
    "traced": "new derivatives of the month that are traced to a reviewed base",
    "listed": "new derivatives of the month that belong to the listed groups",
    "models": "all new models of the month",
}

# the models that a denominator counts, by the relation that knows them
DENOMINATED = {
    "derivatives": "credits",
    "models": "counted",
    "traced": "credited\nwhere is_firm",
    "listed": "credited\nwhere {is_listed}",
}

AND = "\n  and "  # between the conditions of what is counted

# seconds, so that the time zone of a session does not matter
_CREATED_BY_UNTIL = "epoch(created_at) < epoch(($until::date + 1)::timestamp)"

_FIRST_ROOT = "if(above.root_id is null and lineage.root_id is distinct from first_parent.parent_id, 1, 0)"

OTHER_ORGANIZATION = (
    "split_part(base_id, '/', 1) is distinct from publisher\n"
    "  and (based.developer in ('unknown', 'unreviewed') or publisher_organization is distinct from based.developer)"
)


def parts(
    definition: Definition,
    by: Sequence[str],
    *,
    has_list: bool = False,
    since: bool = False,
    has_months: bool = False,
    chosen: Mapping[str, Group] | None = None,
    within: Sequence[Within] = (),
) -> dict[str, str]:
    """Return what fills the holes of a measure under `definition`, grouped `by` one column or two.

    `has_list`: it counts models of its own; `since`: only those created from `$since` on; `has_months`: only those of
    `$months`, by the first day of each; `chosen` is what single columns mean here; `within` narrows what is counted.
    """
    grouping = Grouping(by, chosen)
    _check(definition, by, within)
    variant = definition.variant
    is_first, is_full = definition.credit == "first", definition.credit == "full"
    return {
        "month": MONTHS[definition.time_axis],
        **grouping.holes(),
        "conditions": AND.join(_conditions(definition, has_list, since, has_months, within)),
        "every_model": "models",
        "which_names": "",
        "based": _based(definition),
        "lineage": "lineage" if variant == "default" else f"lineage_of('{variant}')",
        "nearest": "nearest" if variant == "default" else f"nearest_of('{variant}')",
        "place": _FIRST_ROOT if is_first else "0",
        "first_parent": "{first_parent_of_root}" if is_first else "",
        "counts": _counts(definition),
        "where": _where(definition, () if is_first else within),
        **_within_first(of_base(within)),
        **({"credits": "{credits_first}"} if is_first else {}),
        # by name is quicker, but no longer knows the models that a denominator out of names counts
        "summed": "{each}" if is_full or definition.denominator in ("traced", "listed") else "{by_name}",
        "gone": "",  # who it is that is gone since matters to bounds alone
        "once": ONCE if is_full else "model_key, {names}, credit",
        "one": "1" if is_full else ONE,
        "unit": "1" if is_full else UNIT,
        "credit": CREDITS[definition.credit],
        "denominator": f"{{of_{definition.denominator}}}",
        "part": NUMERATORS[definition.denominator],
        "denominated": DENOMINATED[definition.denominator],
        "is_listed": "list_contains(string_split($listed, ','), name)",
    }


def values(definition: Definition, first: date, until: date, models: Iterable[str] = ()) -> dict[str, Any]:
    """Return what a measure may bind: months from `first`, days up to `until`, and the definition's own values."""
    kind, _, named = definition.universe.partition(":")
    return {
        "first_month": first.replace(day=1),
        "until": until,
        "relations": ",".join(definition.relations.split()),
        "min_downloads": definition.min_downloads,
        "pipelines": named if kind == "pipeline" else ",".join(LLM_PIPELINES),
        "library": named,
        "listed": ",".join(definition.listed_groups),
        "models": ",".join(models),
    }


def _check(definition: Definition, by: Sequence[str], within: Sequence[Within]) -> None:
    """Raise SettingsError for what a definition cannot be grouped by or narrowed to."""
    by_repository = {"base_publisher", "base_namespace", "built_on"} & {*by, *(each.column for each in within)}
    if by_repository and definition.edge in ("nearest", "name"):
        raise SettingsError(f"edge={definition.edge} knows families, not repositories; group by family instead")
    if definition.denominator == "listed" and not definition.listed_groups:
        raise SettingsError("denominator=listed is of groups that are named; add --set listed=NAME,NAME")
    if definition.denominator == "listed" and tuple(by) != (definition.group_by,):
        names = definition.group_by
        raise SettingsError(
            f"{definition.name} is out of listed {names} names; group by {names} or change --denominator"
        )
    if definition.denominator == "models" and (narrowed := of_base(within)):
        raise SettingsError(
            f"denominator=models counts models that are built on nothing as well, which have no {narrowed[0]}"
        )


def _conditions(
    definition: Definition, has_list: bool, since: bool, has_months: bool, within: Sequence[Within]
) -> list[str]:
    """Return the conditions a counted model fulfils, as SQL."""
    kind = definition.universe.partition(":")[0]
    return [
        condition
        for holds, condition in (
            (True, _period(definition)),
            (since, "epoch(created_at) >= epoch($since::timestamp)"),
            (has_months, f"list_contains(string_split($months, ',')::date[], {MONTHS[definition.time_axis]})"),
            (has_list, "list_contains(string_split($models, ','), model_id)"),
            (kind in ("llm", "pipeline"), "list_contains(string_split($pipelines, ','), pipeline_tag)"),
            (kind == "library", "library_name = $library"),
            (kind == "gguf", "(library_name = 'gguf' or contains(lower(model_id), 'gguf'))"),
            (definition.relations != "all", "list_contains(string_split($relations, ','), relation)"),
            (definition.min_downloads > 0, f"{definition.counter} >= $min_downloads"),
            (definition.removed == "out", "(removed_at is null or removed_at > $until)"),
            (definition.removed == "only", "removed_at <= $until"),
            *((not each.is_of_base, each.condition) for each in within),
        )
        if holds
    ]


def _period(definition: Definition) -> str:
    if definition.time_axis == "stock":
        return f"{MONTHS['stock']} >= $first_month{AND}(created_at is null or {_CREATED_BY_UNTIL})"
    day = _CREATED_BY_UNTIL if definition.time_axis == "created" else "first_seen <= $until"
    return f"{MONTHS[definition.time_axis]} >= $first_month{AND}{day}"


def _based(definition: Definition) -> str:
    """Return the part that joins each counted model to what it is built on."""
    if definition.edge == "direct" and definition.mirrors == "rolled_up":
        return "{based_direct_rolled_up}"
    return f"{{based_{definition.edge}}}"


def _counts(definition: Definition) -> str:
    """Return which of the models joined to their bases are counted, as SQL."""
    if definition.counts == "models":
        return "true"
    if definition.edge == "root":
        return "lineage.status <> 'root'"
    return "counted.model_key in (select model_key from lineage where status <> 'root')"


def _within_first(narrowed: Sequence[Within]) -> dict[str, str]:
    """Return how first credit is narrowed: after it has found the first base."""
    if not narrowed:
        return {"marked_within": "", "kept_within": ""}
    return {
        "marked_within": " and ".join(each.condition for each in narrowed) + " as is_within,",
        "kept_within": "and is_within",
    }


def _where(definition: Definition, within: Sequence[Within]) -> str:
    conditions = [OTHER_ORGANIZATION] if definition.own_organization == "out" else []
    conditions += [each.condition for each in of_base(within)]
    return "where " + "\n  and ".join(conditions) + "\n" if conditions else ""
