"""The nights of a year as sums by class, without a Hub: what judges incidents sees these alone."""

from __future__ import annotations

from datetime import timedelta

import numpy as np

from tests.flow import worlds
from tests.year.calendar import Year
from tests.year.expected import Flag
from tests.year.world import FIRST, PAST
from tracker.flow.incidents import incidents
from tracker.flow.shapes import ClassNight, Incident


def class_nights(made: Year) -> list[ClassNight]:
    """Return the nights that a folder would have, by class."""
    world = made.world
    gone = {*made.away, *(each.first for each in made.of("refused"))}
    shown = worlds.World(FIRST - timedelta(days=1), world.true[PAST:], world.cohorts, {world.day(at) for at in gone})
    shown.shown, shown.window = np.where(world.listed, world.ever, -1), world.month
    return [night for night in worlds.nights(shown, since=0) if night.models or night.absent]


def told(made: Year) -> tuple[set[Flag], list[Incident]]:
    """Return the days that are flagged, and the incidents that are not over."""
    found = incidents(class_nights(made))
    flags = {Flag(day, each.kind, each.cohort) for each in found for day in each.labels}
    return flags, [each for each in found if each.is_open]
