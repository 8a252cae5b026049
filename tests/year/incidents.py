"""What befalls a world, and what must be said of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

from tests.year.world import FIRST, MOST_LOST, OLDEST, PAST, World

NEWER = "2025-06"  # in a half stall models from this class on freeze; older ones go on
BULK, WAVE = 100, 45  # models that one account, or many, put on the Hub in a day


@dataclass(frozen=True)
class Planted:
    """Something that happened: the nights that it touches, and what the copy must say of it.

    `flags`: kind -> days, a day being the one before the night's; `cohorts`: of whom it is said, none where of all;
    `models`: of whom it is said one by one.
    """

    kind: str
    first: int
    last: int
    flags: dict[str, set[date]] = field(default_factory=dict)
    cohorts: frozenset[str] = frozenset()
    models: tuple[int, ...] = ()


Happening = Callable[[World, int], Planted]


def labels(nights: Iterable[int]) -> set[date]:
    """Return the days that nights count last."""
    return {FIRST + timedelta(days=night - 1) for night in nights}


# what the Hub counts truly


def burst(world: World, night: int) -> Planted:
    """Somebody's machines download one model for a day."""
    (model,) = world.some(night, 1, least=30, most=3_000)
    world.true[PAST + night - 1, model] += int(60 * world.rate[model]) + 2_000
    return Planted("burst", night, night, {"spike": labels([night])}, models=(int(model),))


def counted_anew(library: str, times: int, *, past: bool) -> Happening:
    """The rule of a library changes: more is counted from a day on, and where `past`, of all days before as well."""

    def happen(world: World, night: int) -> Planted:
        which = (np.array(world.libraries) == library) & (world.born < night)
        which[:OLDEST] = False
        which &= world.before + world.true[: PAST + night].sum(axis=0) >= 20  # others have hardly been counted at all
        world.true[PAST + night :, which] *= times
        if not past:
            return Planted("counted more", night, night)
        world.leaps.append((night, which, times))
        there = which & (world.gone > night)
        return Planted("counted anew", night, night, {"retroactive": labels([night])}, models=_listed(there))

    return happen


def deletion(world: World, night: int) -> Planted:
    """Spam of many accounts is moderated away, on a day on which many models come."""
    world.gone[world.some(night, WAVE + 10, most=50)] = night
    return Planted("deletion", night, night)


def taken(*, carried: bool) -> Happening:
    """A name is freed, and another model that is created later takes it; its counter may be carried on."""

    def happen(world: World, night: int) -> Planted:
        after = np.flatnonzero((world.born > night + 2) & (world.born < night + 30) & (world.gone > night + 30))
        (model,), heir = world.some(night, 1, least=20, most=MOST_LOST), int(after[0])
        world.gone[model] = night
        world.names[heir] = world.names[model]
        if carried:
            world.before[heir] = world.before[model] + world.true[: PAST + night, model].sum()
        return Planted("taken", night, night, models=(int(model), heir))

    return happen


def renamed(world: World, night: int) -> Planted:
    """Models move to another account."""
    models = world.some(night, 2)
    for model in models:
        world.renamed[int(model)] = night, f"moved-{night}/{world.names[model].partition('/')[2]}"
    return Planted("renamed", night, night, models=tuple(map(int, models)))


# what its counters show of it


def stall(days: int = 1, late: int = 0, pieces: int = 1, *, everybody: bool = False) -> Happening:
    """Counters stand still for so many nights; what is lacking comes so many nights later, in so many pieces."""

    def happen(world: World, night: int) -> Planted:
        which = world.cohorts >= ("" if everybody else NEWER)
        if not everybody:  # of the class before, most stand still
            which |= (world.cohorts == "2024-12") & (world.chance.random(world.models) < 0.6)
        ends = night + days
        arrivals = [ends + late + 3 * piece for piece in range(pieces)]
        lacking = world.ever[ends - 1] - world.ever[night - 1]
        for shown in (world.ever, world.month):
            shown[night:ends, which] = shown[night - 1, which]
        for at in range(ends, arrivals[-1]):
            rest = lacking - lacking * sum(at >= each for each in arrivals) // pieces
            world.ever[at, which] -= rest[which]
            world.month[at, which] -= np.minimum(rest, world.month[at])[which]
        flags = {"stall": labels(range(night, ends)), "catch-up": labels(arrivals)}
        return Planted("stall", night, arrivals[-1], flags, frozenset(world.cohorts[which].tolist()))

    return happen


def dip(world: World, night: int) -> Planted:
    """Every model shows a quarter of its day, and the rest a night later."""
    world.ever[night] -= (0.75 * (world.ever[night] - world.ever[night - 1])).astype(np.int64)
    flags = {"stall": labels([night]), "catch-up": labels([night + 1])}
    return Planted("dip", night, night + 1, flags, frozenset(world.cohorts.tolist()))


def fall(days: int = 2, back_to: int = 6, *, in_parts: bool = False) -> Happening:
    """A third of the models show counters of some days before for so many nights; then all are back, or half of it."""

    def happen(world: World, night: int) -> Planted:
        which = (world.chance.random(world.models) < 0.3) & (world.born < night - back_to)
        for leapt_on, leapt, _ in world.leaps:  # else a tenth of the Hub falls, which is refused
            which &= ~leapt | (leapt_on <= night - back_to) | (leapt_on > night)
        early = world.chance.random(world.models) < 0.5
        ends = [night + days, night + days + 2 * in_parts]
        for models, end in ((which & early, ends[0]), (which & ~early, ends[1])):
            for shown in (world.ever, world.month):
                shown[night:end, models] = shown[night - back_to : end - back_to, models].copy()
        return Planted("fall", night, ends[-1], {"fall": labels([night]), "recovery": labels(ends)})

    return happen


def partial(share: float) -> Happening:
    """A night lacks models: so few that the gates let it pass, or so many that it is refused."""

    def happen(world: World, night: int) -> Planted:
        there = np.flatnonzero(world.listed[night])[OLDEST:]
        lost = world.chance.choice(there, round(share * len(there)), replace=False)  # so many: a gate counts them
        world.listed[night, lost] = False
        if share > 0.02:
            return Planted("refused", night, night + 1, {"gap": labels([night + 1])})
        return Planted("partial", night, night + 1, {"partial": labels([night])})

    return happen


def away(kind: str, nights: int) -> Happening:
    """The Hub, or this machine, is away for some nights."""

    def happen(world: World, night: int) -> Planted:
        return Planted(kind, night, night + nights, {"gap": labels([night + nights])})

    return happen


def hidden(world: World, night: int) -> Planted:
    """A model is private for three nights."""
    (model,) = world.some(night, 1)
    world.listed[night : night + 3, model] = False
    return Planted("hidden", night, night + 3, models=(int(model),))


def fallen(world: World, night: int) -> Planted:
    """One small model's counter is halved for good."""
    (model,) = world.some(night, 1, most=30)
    world.ever[night:, model] -= world.ever[night, model] // 2
    return Planted("fallen", night, night, models=(int(model),))


def _listed(which: np.ndarray) -> tuple[int, ...]:
    return tuple(np.flatnonzero(which).tolist())
