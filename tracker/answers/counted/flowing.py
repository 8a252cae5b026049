"""Where a flow is read from, as SQL: sums that the nights keep, rows of a few models, or of all under a definition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tracker import measures
from tracker.answers.counted import counting, grouping
from tracker.answers.counted.totals import Axes
from tracker.answers.names import among, split
from tracker.flow import settled as spread
from tracker.registry.definitions import Definition

_ROLLUPS = ("families", "lines", "developers", "countries")
_CREDIT = "credit::decimal(38, 0) * {0}"
_UNITS = "{0}::decimal(38, 0) * 1000000000"
# sums of values and of what is left out, where one-day bursts are a value, and where they are left out
_VALUES = "sum({downloads}) as downloads,\nsum({left_out}) as left_out"
_ROBUST = (
    "sum(if(flag = 'spike', 0, {downloads})) as downloads,\n"
    "sum({left_out} + if(flag = 'spike', {downloads}, 0)) as left_out"
)
# one source's nights stand for a day: an archive's end where the own ones begin
OWN_FROM = (
    "coalesce((select min(first_night) from flow_chains where source = 'hub_models' and scope = $scope), "
    "date '9999-12-31')"
)
OF_ONE_SOURCE = f"  and (source = 'hub_models' or snapshot_date <= {OWN_FROM})"

_LARGEST = """and ({names}) in (
    select {names} from groups
    order by downloads desc nulls last, {names}
    limit $rows
  )"""


def raw(
    axes: Axes, definition: Definition, *, has_list: bool, only: Sequence[str], is_kept: bool, robust: bool
) -> dict[str, str]:
    """Return what fills the holes of `trend_flow`, but for periods. `only` names the models of a list of models.

    `is_kept`: of publishers that are named the nights keep sums.
    """
    names = axes.grouping.holes()["names"].split(", ")
    flows, unit = _flows(axes, definition, has_list=has_list, only=only, is_kept=is_kept, robust=robust)
    of_models = _is_of_models(axes, definition, has_list=has_list)
    return {
        **axes.grouping.holes(),
        "last_of_month": OF_ONE_SOURCE,
        "flows": flows,
        "unit": unit,
        # models that are named have rows of their own for every night; of groups a night without a value is a zero
        "filled": "" if of_models else "left",
        "days": "sums.days" if of_models else "spans.days",
        "downloads": "sums.downloads" if of_models else "coalesce(sums.downloads, 0)",
        "names_of_classes": ", ".join(f"classes.{name}" for name in names),
        "names_of_begun": ",\n".join(f"begun.{name}" for name in names),
        "same_names_as_sums": " and ".join(f"sums.{name} = begun.{name}" for name in names),
        "same_names_as_touched": " and ".join(f"touched.{name} = begun.{name}" for name in names),
        "shown": _shown(axes, only),
    }


def settled(
    axes: Axes, definition: Definition, *, has_list: bool, only: Sequence[str], is_kept: bool
) -> dict[str, str]:
    """Return what fills the holes of `trend_settled`, but for periods; parameters are those of `raw`."""
    names = axes.grouping.holes()["names"].split(", ")
    if _is_of_models(axes, definition, has_list=has_list):
        parts = {"name": "based.model_id", "settled": f"daily_flow_of({split(only)})"}
        flows, unit = measures.fill("{flows_settled}", parts | {"own_from": OWN_FROM}), counting.UNIT
    elif _has_sums(axes, definition, has_list=has_list, is_kept=is_kept):
        of_publishers = axes.column in ("publisher", "publisher_country")
        parts = {
            "name": f"based.{axes.column}",
            "settled": "daily_flow_of_publishers" if of_publishers else "daily_flow",
        }
        flows, unit = measures.fill("{flows_settled}", parts | {"own_from": OWN_FROM}), counting.UNIT
    else:
        parts = _parts(axes, definition, has_list=has_list)
        days = {"settled": spread.settled("brought", "flow_days", *names), "own_from": OWN_FROM}
        flows, unit = measures.fill("{flows_settled_definition}", parts | days), parts["unit"]
    return {
        **axes.grouping.holes(),
        "flows": flows,
        "unit": unit,
        "names_of_flows": ",\n".join(f"flows.{name}" for name in names),
        "shown": _shown(axes, only),
    }


def _is_plain(axes: Axes, definition: Definition, *, has_list: bool) -> bool:
    return definition.name == "default" and not (has_list or axes.within or len(axes.lists) > 1)


def _has_sums(axes: Axes, definition: Definition, *, has_list: bool, is_kept: bool) -> bool:
    """Say whether the nights keep the sums that are asked for."""
    named = axes.of in _ROLLUPS or (axes.of == "publishers" and is_kept)
    return named and _is_plain(axes, definition, has_list=has_list)


def _is_of_models(axes: Axes, definition: Definition, *, has_list: bool) -> bool:
    return axes.of == "models" and _is_plain(axes, definition, has_list=has_list)


def _flows(
    axes: Axes, definition: Definition, *, has_list: bool, only: Sequence[str], is_kept: bool, robust: bool
) -> tuple[str, str]:
    """Return the SQL of what nights have brought, and its unit."""
    template = _ROBUST if robust else _VALUES

    def sums(weighed: str, downloads: str = "downloads", left_out: str = "left_out") -> str:
        return template.format(downloads=weighed.format(downloads), left_out=weighed.format(left_out))

    if _is_of_models(axes, definition, has_list=has_list):
        parts = {"listed": split(only), "sums_of_flow": sums(_UNITS)}
        return measures.fill("{flows_models}", parts), counting.UNIT
    if _has_sums(axes, definition, has_list=has_list, is_kept=is_kept):
        of_publishers = axes.column in ("publisher", "publisher_country")
        weighed = sums(_UNITS) if of_publishers else sums("{0}", "downloads_credit", "left_out_credit")
        name = "based.publisher" if axes.column == "publisher" else grouping.group(axes.column).raw
        parts = {
            "name": name,
            "rollup": "flow_publishers" if of_publishers else "flow_families",
            "sums_of_flow": weighed,
        }
        return measures.fill("{flows_summed}", parts), counting.UNIT
    parts = _parts(axes, definition, has_list=has_list)
    weighed = sums(_CREDIT, "coalesce(downloads, 0)")
    return measures.fill("{flows_definition}", {**parts, "sums_of_flow": weighed}), parts["unit"]


def _parts(axes: Axes, definition: Definition, *, has_list: bool) -> dict[str, str]:
    """Return what gives each model its credit by a definition."""
    chosen = replace(definition, counts="models", time_axis="stock", removed="in")
    if axes.by_repository:
        chosen = replace(chosen, edge="itself", credit="fractional")
    return counting.parts(
        chosen, axes.columns, has_list=has_list, chosen=grouping.THEMSELVES, within=axes.within
    )  # fmt: skip


def _shown(axes: Axes, only: Sequence[str]) -> str:
    if only:
        return f"and {among(axes.grouping.sql_name(axes.column), only)}"
    return _LARGEST if "publishers" in axes.lists or len(axes.lists) > 1 else ""
