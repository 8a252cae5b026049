"""The colour of each group of a chart: families and lines by their origin country, origins by themselves."""

from __future__ import annotations

from collections.abc import Sequence

from tracker.charts.look import colors
from tracker.charts.look.facts import Facts

NAMELESS = frozenset({"unknown", "unreviewed", colors.UNKNOWN, colors.UNREVIEWED})  # groups that have no name
_PLAIN = ("cn1", "us1", "eu1", "ot1", "us4", "cn4", "eu4", "un1")  # of groups that no country has


def seen(role: str) -> str:
    """Return a role for a line or a dot, which the palest grey of areas is too pale for."""
    return "un1" if role == "un2" else role


def hues(names: Sequence[str], group: str, facts: Facts) -> list[tuple[str, str]]:
    """Return the role of the mark and that of the text of each group of a column."""
    if group == "origin_country":
        return [(colors.area(name), colors.ink(name)) for name in names]
    if group in ("family", "line"):
        roles = colors.lines([(name, facts.origin(name)) for name in names])
        return [(seen(role), colors.ink(facts.origin(name))) for name, role in zip(names, roles, strict=True)]
    return [(_PLAIN[at % len(_PLAIN)], "ink") for at in range(len(names))]
