"""Bounds of a share that hold for who counts what is gone since, and for who does not, as SQL."""

from __future__ import annotations

from collections.abc import Mapping

from tracker.registry.definitions import Definition

# of a month's derivatives; in the spring of 2025 the Hub lost between a tenth and two thirds of what a week added
NOTABLE = 0.02

_LEFT_OF_GROUP = "coalesce({credit} filter (where is_firm and not is_gone), 0) as firm_left,"
_LEFT_OF_MONTH = (
    "{{credit}} filter (where {of}not is_gone) as widest_left,\n"
    "coalesce({{credit}} filter (where not is_firm and not is_gone), 0) as loose_left,"
)
_NOBODY: Mapping[str, str] = {
    "told_credits": "{credits}",
    "gone": "",
    "left_of_group": "",
    "left_of_month": "",
    "left": "",
}


def are_counted(definition: Definition) -> bool:
    """Say whether models that are gone since are counted in the months in which they were created."""
    return definition.removed == "in" and definition.time_axis == "created"


def parts(definition: Definition, *, bounded: bool) -> dict[str, str]:
    """Return what fills the holes of a share for its bounds; without `bounded` they are null."""
    if not bounded:
        return {**_NOBODY, "bounds": "{bounds_open}"}
    if not are_counted(definition) or definition.denominator == "models":
        return {**_NOBODY, "bounds": "{bounds_known}"}
    of = "({is_listed} or not is_firm) and " if definition.denominator == "listed" else ""
    return {
        "told_credits": "{credits_survived}",
        "gone": "is_gone, ",
        "left_of_group": _LEFT_OF_GROUP,
        "left_of_month": _LEFT_OF_MONTH.format(of=of),
        "left": "firm_left,\nwidest_left,\nloose_left,",
        "bounds": "{bounds_survived}",
        "lasting": f"{1 - NOTABLE:g}",
    }
