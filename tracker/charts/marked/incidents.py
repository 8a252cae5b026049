"""Incidents below an axis of time: strips in lanes, filled where something is missing, hollow where it arrives."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from tracker.charts.forms.axes import Panel, Sizes
from tracker.charts.look import type as letters
from tracker.charts.look.numbers import day, percent, short
from tracker.charts.look.scene import Scene

_ARRIVES = ("recovery", "catch-up")
_ROLES = {"fall": "differs", "recovery": "differs"}  # of the others: warn
_LANE, _BAR, _LEAST = 16.0, 7.0, 7.0  # pixels: a lane, a strip, how long one is at least
_MOST_LANES = 4
_MOST_TOLD = 4  # by a note, the newest
AFTER, BEFORE, NOWHERE = "after", "before", "nowhere"


@dataclass(frozen=True)
class Incident:
    """Days that are not plainly measured: a kind, the first and the last day, what is told of them."""

    kind: str
    first: date
    last: date
    told: str

    @property
    def days(self) -> str:
        """Its days as charts write them."""
        return day(self.first) if self.first == self.last else f"{day(self.first)} to {day(self.last)}"


_TOLD = {
    "stall": "counters stood still or brought little ({amount} downloads lacking)",
    "catch-up": "{amount} downloads came late",
    "fall": "counters of {share} of the models fell, by {amount} downloads",
    "recovery": "{amount} lost downloads came back",
    "partial": "{amount} models were missing",
}


def read(frame: pl.DataFrame | None) -> list[Incident]:
    """Return rows of `kind`, `first_day`, `last_day`, `share` and `amount` as incidents, the oldest first."""
    if frame is None:
        return []
    columns = ("kind", "first_day", "last_day", "share", "amount")
    return [
        Incident(kind, first, last, _TOLD[kind].format(share=percent(share or 0, 0), amount=short(amount or 0)))
        for kind, first, last, share, amount in frame.select(columns).iter_rows()
        if kind in _TOLD
    ]


def sentence(found: Sequence[Incident]) -> list[str]:
    """Return what the strips are, with the newest of them in words; nothing where there are none."""
    if not found:
        return []
    newest = "; ".join(f"{each.days}: {each.told}" for each in found[-_MOST_TOLD:])
    more = f" {len(found) - _MOST_TOLD} earlier: tracker measure incidents." if len(found) > _MOST_TOLD else ""
    return [
        f"Strips below the axis: days that are not plainly measured, hollow where something arrives. {newest}.{more}"
    ]


@dataclass(frozen=True)
class Strip:
    """Where an incident stands below a panel: from left to right in a lane, the upmost being 0."""

    incident: Incident
    left: float
    right: float
    lane: int
    named: str  # where there is room for its kind: AFTER it, BEFORE it, or NOWHERE

    @property
    def role(self) -> str:
        """The colour role of its kind."""
        return _ROLES.get(self.incident.kind, "warn")


def strips(found: Sequence[Incident], panel: Panel, look: Sizes, first: date, room: float) -> list[Strip]:
    """Return the strips of incidents that a panel shows; `first` is the day at position 0, `room` how far names reach.

    A strip goes where its name fits after it, else where it fits before it. Where no lane has room for either, it
    stands without.
    """
    placed: list[Strip] = []
    ends = [-math.inf] * _MOST_LANES
    for incident in found:
        left, right = panel.x((incident.first - first).days - 0.5), panel.x((incident.last - first).days + 0.5)
        if right < panel.left or left > panel.right:
            continue
        right = min(panel.right, max(right, left + _LEAST))
        left = max(panel.left, min(left, right - _LEAST))
        strip = _placed(Strip(incident, left, right, 0, NOWHERE), ends, look, panel.left, room)
        placed = [replace(each, named=NOWHERE) if _hides(each, strip, look) else each for each in placed]
        ends[strip.lane] = max(ends[strip.lane], _end(strip, look))
        placed.append(strip)
    return placed


def _placed(strip: Strip, ends: Sequence[float], look: Sizes, first: float, room: float) -> Strip:
    """Return a strip in a lane, with its name where that has room between `first` and `room`."""
    before = strip.left - 8 - letters.width(strip.incident.kind, look.small)
    after = _end(replace(strip, named=AFTER), look)
    for lane, end in enumerate(ends):
        if strip.left > end and after <= room:
            return replace(strip, lane=lane, named=AFTER)
    for lane, end in enumerate(ends):
        if before > max(end, first):
            return replace(strip, lane=lane, named=BEFORE)
    return replace(strip, lane=min(range(len(ends)), key=lambda each: (ends[each] > strip.left, ends[each])))


def _end(strip: Strip, look: Sizes) -> float:
    """Return how far a strip reaches, with its name where that stands after it."""
    return strip.right + (8 + letters.width(strip.incident.kind, look.small) if strip.named == AFTER else 0)


def _hides(strip: Strip, later: Strip, look: Sizes) -> bool:
    """Say whether the name of a strip would stand in the way of a later one."""
    return strip.named == AFTER and strip.lane == later.lane and _end(strip, look) - 2 > later.left


def height(placed: Sequence[Strip]) -> float:
    """Return how many pixels strips take below the labels of the axis."""
    return 8 + _LANE * (1 + max(each.lane for each in placed)) if placed else 0.0


def draw(scene: Scene, panel: Panel, look: Sizes, placed: Sequence[Strip]) -> None:
    """Draw strips below the labels of the axis."""
    for each in placed:
        y, wide, radius = panel.bottom + 29 + _LANE * each.lane, each.right - each.left, min(3.0, _LEAST / 2)
        scene.rect(each.left, y, wide, _BAR, each.role, radius=radius)
        if each.incident.kind in _ARRIVES:
            scene.rect(each.left + 1.4, y + 1.4, wide - 2.8, _BAR - 2.8, "bg", radius=radius / 2)
        if each.named == AFTER:
            scene.text(each.right + 4, y + _BAR, each.incident.kind, look.small, "muted")
        if each.named == BEFORE:
            scene.text(each.left - 4, y + _BAR, each.incident.kind, look.small, "muted", anchor="end")
        told = [each.incident.days, f"{each.incident.kind}\t{each.incident.told}"]
        scene.hover(each.left - 3, y - 4, wide + 6, _BAR + 8, told)
