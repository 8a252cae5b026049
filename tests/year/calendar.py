"""What happens when, drawn from one number: a world, spoilt, with the list of all that was planted in it."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from tests.year import incidents
from tests.year.incidents import BULK, WAVE, Happening, Planted
from tests.year.world import World

WARM, QUIET = 12, 9  # nights at the beginning and at the end on which nothing befalls the counters
APART = 2  # ordinary nights between what befalls them
WEDNESDAY = 2


@dataclass(frozen=True)
class Kind:
    """Something that may happen: how many nights it touches, how often a year has it, and how often a season.

    `of_truth`: what is counted changes, not only what is shown; `alone`: nothing else touches its nights.
    """

    happen: Happening
    nights: int
    a_year: int
    a_season: int = 1
    of_truth: bool = False
    alone: bool = True
    on_wednesday: bool = False


KINDS = (
    Kind(incidents.stall(), 2, 12, on_wednesday=True),
    Kind(incidents.stall(everybody=True), 2, 3),
    Kind(incidents.stall(2, late=3), 6, 3),
    Kind(incidents.stall(1, late=4, everybody=True), 6, 1, 0),
    Kind(incidents.stall(3, late=1, pieces=2), 8, 2),
    Kind(incidents.stall(5), 6, 1, 0),
    Kind(incidents.dip, 2, 2),
    Kind(incidents.fall(), 3, 2, 0),
    Kind(incidents.fall(3, back_to=8, in_parts=True), 6, 1),
    Kind(incidents.partial(0.014), 2, 3),
    Kind(incidents.partial(0.034), 2, 2),
    Kind(incidents.partial(0.74), 2, 1, 0),
    Kind(incidents.away("outage", 7), 8, 1),
    Kind(incidents.away("off", 1), 2, 3),
    Kind(incidents.counted_anew("timm", 3, past=True), 1, 1, of_truth=True),
    Kind(incidents.counted_anew("diffusers", 2, past=False), 1, 1, of_truth=True),
    Kind(incidents.burst, 1, 5, of_truth=True),
    Kind(incidents.deletion, 1, 2, of_truth=True, alone=False),
    Kind(incidents.taken(carried=False), 1, 1, of_truth=True, alone=False),
    Kind(incidents.taken(carried=True), 1, 1, of_truth=True, alone=False),
    Kind(incidents.renamed, 1, 8, 2, of_truth=True, alone=False),
    Kind(incidents.hidden, 4, 8, 2, alone=False),
    Kind(incidents.fallen, 1, 2, alone=False),
)


@dataclass(frozen=True)
class Year:
    """A spoilt world, and all that was planted."""

    seed: int
    world: World
    planted: Sequence[Planted]

    def of(self, *kinds: str) -> list[Planted]:
        """Return what was planted of these kinds."""
        return [each for each in self.planted if each.kind in kinds]

    @property
    def away(self) -> dict[int, str]:
        """Return the nights on which the Hub or this machine is away: night -> which."""
        return {night: each.kind for each in self.of("outage", "off") for night in range(each.first, each.last)}


def year(seed: int, nights: int) -> Year:
    """Return the year of a number, or the season that so many nights are."""
    chance = random.Random(seed)
    slots = _slots(chance, nights)
    free = [night for night in _free(slots, nights) if night < nights - QUIET]
    farms = {night: f"farm-{night}" for night in chance.sample(free, 1 + nights // 180)}
    arrivals: dict[int, list[tuple[int, str | None]]] = {night - 1: [(BULK, farm)] for night, farm in farms.items()}
    for kind, night in slots:
        if kind.happen is incidents.deletion:
            arrivals.setdefault(night - 1, []).append((WAVE, None))
    world = World(seed, nights, arrivals)
    planted = [Planted("farm", night, night) for night in farms]
    planted += [kind.happen(world, night) for kind, night in slots if kind.of_truth]
    world.show()
    planted += [kind.happen(world, night) for kind, night in slots if not kind.of_truth]
    return Year(seed, world, sorted(planted, key=lambda each: each.first))


def _slots(chance: random.Random, nights: int) -> list[tuple[Kind, int]]:
    """Return each happening with its night, by night; what wants to be alone has nights to itself, and two before."""
    wanted = [kind for kind in KINDS for _ in range(kind.a_year if nights > 180 else kind.a_season)]
    alone = [kind for kind in wanted if kind.alone]
    chance.shuffle(alone)
    needed = sum(APART + kind.nights for kind in alone)
    spare = nights - WARM - QUIET - needed
    cuts = sorted(chance.randint(0, spare) for _ in alone)
    slots, at, planned = [], WARM, WARM
    for kind, cut in zip(alone, cuts, strict=True):
        at = max(at, planned + cut) + APART
        needed -= APART + kind.nights
        planned += APART + kind.nights
        while kind.on_wednesday and (at - 1) % 7 != WEDNESDAY and at + 1 + kind.nights + needed < nights - QUIET:
            at += 1
        slots.append((kind, at))
        at += kind.nights
    free = _free(slots, nights)
    others = [kind for kind in wanted if not kind.alone]
    at_any = chance.sample([night for night in free if WARM < night < nights - 44], len(others))
    slots += zip(others, at_any, strict=True)
    return sorted(slots, key=lambda slot: slot[1])


def _free(slots: Sequence[tuple[Kind, int]], nights: int) -> list[int]:
    """Return the nights that nothing touches."""
    touched = {at for kind, night in slots for at in range(night, night + kind.nights)}
    return [night for night in range(WARM, nights) if night not in touched]
