"""Flow in plain Python, model by model: what the tables must say of the nights of one chain."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

Readings = Mapping[str, tuple[int | None, int | None]]  # model -> all-time and 30-day counter


@dataclass(frozen=True)
class Value:
    """What a model's night has brought."""

    night: date
    model: str
    flag: str
    days: int
    downloads: int | None
    left_out: int


@dataclass(frozen=True)
class _Base:
    """A last honest reading, and why the model is held at it."""

    night: date
    downloads: int
    why: str
    since: date  # the first night that it is held on


def values(nights: Mapping[date, Readings], created: Mapping[str, date]) -> list[Value]:
    """Return the values of a chain, those of nothing left out."""
    days = sorted(nights)
    held: dict[str, _Base] = {}
    found: list[Value] = []
    for before, day in pairwise(days):
        found += _night(nights, before, day, created, held)
    return found


def _night(
    nights: Mapping[date, Readings], before: date, day: date, created: Mapping[str, date], held: dict[str, _Base]
) -> Iterator[Value]:
    was, now = nights[before], nights[day]
    for model in sorted({*was, *now}):
        base = held.get(model)
        if base is None and was.get(model, (None, None))[0] is not None:
            base = _Base(before, was[model][0] or 0, "", before)
        downloads, window = now.get(model, (None, None))
        if downloads is None:
            if base is not None and model not in held:
                held[model] = _Base(base.night, base.downloads, "absent", day)
        elif base is None:
            yield _first(day, model, downloads, created[model], was_there=model in was)
        elif downloads < base.downloads:
            yield _fallen(day, model, downloads, base, held)
        else:
            held.pop(model, None)
            window_before = was.get(model, (None, None))[1]
            found = _increase(day, model, downloads, base, window, window_before, created[model])
            if found.flag == "recovery" or found.downloads or found.left_out:
                yield found


def _first(day: date, model: str, downloads: int, created: date, *, was_there: bool) -> Value:
    if not was_there and created >= day - timedelta(30):
        return Value(day, model, "new", max(1, (day - created).days), downloads, 0)
    return Value(day, model, "new", 1, None, downloads)


def _fallen(day: date, model: str, downloads: int, base: _Base, held: dict[str, _Base]) -> Value:
    days = (day - base.night).days
    if base.why == "fall" and (day - base.since).days >= 30:
        del held[model]
        return Value(day, model, "fall", days, None, downloads - base.downloads)
    if base.why != "fall":
        held[model] = _Base(base.night, base.downloads, "fall", day)
    return Value(day, model, "fall", days, None, 0)


def _increase(
    day: date, model: str, downloads: int, base: _Base, window: int | None, window_before: int | None, created: date
) -> Value:
    increase, days = downloads - base.downloads, (day - base.night).days
    if base.why == "fall":
        return Value(day, model, "recovery", days, increase, 0)
    known = created < day - timedelta(30)
    if known and increase >= 10 and days <= 30 and window is not None and increase > 1.25 * window:
        return Value(day, model, "retroactive", days, None, increase)
    if known and increase >= 1000 and window_before is not None and increase >= 10 * days * window_before / 30:
        return Value(day, model, "spike", days, increase, 0)
    return Value(day, model, "gap" if days > 1 else "ok", days, increase, 0)


def summed(found: Sequence[Value]) -> Counter[tuple[date, str, int]]:
    """Return downloads by night, flag and days."""
    sums: Counter[tuple[date, str, int]] = Counter()
    for each in found:
        sums[each.night, each.flag, each.days] += each.downloads or 0
    return sums


def telescoped(nights: Mapping[date, Readings], found: Sequence[Value], model: str) -> tuple[int, int]:
    """Return what a model's values and what was left out come to, and how far its counter has come from its first."""
    mine = [each for each in found if each.model == model]
    counters = [
        downloads for _, (downloads, _) in sorted((day, each[model]) for day, each in nights.items() if model in each)
    ]
    first = counters[0] or 0
    began = [each for each in mine if each.flag == "new"]
    come = (counters[-1] or 0) - (0 if began else first)
    return sum((each.downloads or 0) + each.left_out for each in mine), come
