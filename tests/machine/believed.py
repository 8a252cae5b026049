"""The plain model: what a folder should hold, worked out anew from the nights that were loaded, in plain Python."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

FAMILIES = {"Qwen/Qwen3-a": "Qwen", "meta-llama/b": "Llama"}

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Night:
    """A run that was loaded: whose day, of which scope, and its rows."""

    run_id: str
    day: date
    scope: str
    rows: Sequence[Row]
    remarks: frozenset[str] = frozenset()

    @property
    def rank(self) -> tuple[int, str]:
        """Its place among the runs of one day: the whole Hub, the most downloaded, a publisher."""
        return ("full", "top", "publisher").index(self.scope.partition(":")[0]), self.scope


@dataclass(frozen=True)
class Known:
    """What a folder knows of one model."""

    model_id: str
    first_seen: date
    last_seen: date
    removed_at: date | None
    row: Row


def preferred(nights: Iterable[Night]) -> dict[date, Night]:
    """Return the run of each day that readers are shown."""
    found: dict[date, Night] = {}
    for night in sorted(nights, key=lambda each: (each.day, each.rank)):
        found.setdefault(night.day, night)
    return found


def models(nights: Sequence[Night]) -> dict[str, Known]:
    """Return what is known of each model by hub_id after these nights, in the order they were loaded."""
    now: dict[str, Known] = {}
    before: dict[str, Known] = {}
    loaded: list[Night] = []
    for night in nights:
        newest = max((each.day for each in loaded), default=date.min)
        others = [each for each in loaded if each.day == night.day]
        best = min(others, key=lambda each: each.rank, default=None)
        if night.day > newest:
            before, now = now, _advanced(now, night)
        elif night.day == newest and best and night.scope == "full":
            now = _advanced(before, night)
        elif night.day == newest and best and best.scope != "full":
            now = _advanced(now, night)
        else:
            now, before = _noted(now, night, loaded, date.max), _noted(before, night, loaded, newest)
        loaded.append(night)
    return now


def _advanced(state: Mapping[str, Known], night: Night) -> dict[str, Known]:
    """A night that makes the present state: what a whole one lacks is removed."""
    there = {row["hub_id"]: row for row in night.rows}
    found = dict(state)
    for hub_id, known in state.items():
        if hub_id not in there and night.scope == "full" and known.removed_at is None:
            found[hub_id] = replace(known, removed_at=night.day)
    for hub_id, row in there.items():
        first = state[hub_id].first_seen if hub_id in state else night.day
        found[hub_id] = Known(row["model_id"], first, night.day, None, row)
    return found


def _noted(state: Mapping[str, Known], night: Night, loaded: Sequence[Night], until: date) -> dict[str, Known]:
    """A night that came late, or beside a better one: it only says when a model was there.

    Beside a whole one of its day it says that of unknown models alone. `until`: nights from then on are not known of.
    """
    full = {each.day for each in loaded if each.scope == "full"}
    absent_on = min((day for day in full if night.day < day < until), default=None)
    is_late = night.day < max(each.day for each in loaded)
    found = dict(state)
    there = {row["hub_id"]: row for row in night.rows}
    for hub_id, row in there.items():
        known = state.get(hub_id)
        if known is None:
            nothing = {**row, "base_models": None}
            found[hub_id] = Known(row["model_id"], night.day, night.day, absent_on, nothing)
            continue
        found[hub_id] = known = replace(known, first_seen=min(known.first_seen, night.day))
        if is_late and (night.scope == "full" or night.day not in full) and known.last_seen < night.day:
            found[hub_id] = replace(known, last_seen=night.day, removed_at=_removal(known, night.day, absent_on))
    for hub_id, known in state.items():
        if is_late and night.scope == "full" and hub_id not in there and known.last_seen < night.day:
            found[hub_id] = replace(known, removed_at=min(known.removed_at or night.day, night.day))
    return found


def _removal(known: Known, seen: date, absent_on: date | None) -> date | None:
    return absent_on if known.removed_at and known.removed_at <= seen else known.removed_at


def share(known: Mapping[str, Known], until: date) -> dict[tuple[str, str], tuple[Fraction, Fraction]]:
    """Return derivatives and share by month of creation and family; several parents share a model's credit."""
    found: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
    totals: dict[str, Fraction] = defaultdict(Fraction)
    for hub_id, each in known.items():
        if each.row.get("base_models") and each.row["created_at"].date() <= until:
            month = f"{each.row['created_at']:%Y-%m}"
            totals[month] += 1
            for family, credit in _credit(known, hub_id, each.model_id).items():
                found[month, family] += credit
    return {key: (value, value / totals[key[0]]) for key, value in found.items()}


def _credit(known: Mapping[str, Known], hub_id: str, name: str) -> dict[str, Fraction]:
    """Return whose a model is, by the families of its roots."""
    parents = known[hub_id].row.get("base_models") if hub_id in known else None
    if not parents:
        return {FAMILIES.get(name, "unreviewed"): Fraction(1)}
    found: dict[str, Fraction] = defaultdict(Fraction)
    for parent in parents:
        for family, credit in _credit(known, parent["hub_id"], parent["model_id"]).items():
            found[family] += credit / len(parents)
    return found
