"""Falls and recoveries: incidents of the whole chain, across all cohorts.

Each fallen model is held at its last honest counter elsewhere, so a fall enters no sum. This module determines the
incidents: their days, and whether they are over.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from statistics import median

from tracker.flow.shapes import ALL, ClassNight, Incident
from tracker.flow.thresholds import (
    FELL_OF_DAY,
    FELL_SHARE,
    HELD_DAYS,
    RECOVERED,
    USUAL_NIGHTS,
)

_SUMMED = (
    "models", "movers", "unmoved", "slowed", "expected", "increase", "fell", "fell_by", "recovered", "recovered_by",
    "absent", "back",
)  # fmt: skip


def together(nights: Sequence[ClassNight]) -> list[ClassNight]:
    """Return the nights of a chain with all cohorts summed, by date."""
    days: dict[date, list[ClassNight]] = {}
    for night in nights:
        days.setdefault(night.snapshot_date, []).append(night)
    return [
        replace(
            of_day[0], cohort=ALL, days=max(each.days for each in of_day),
            **{name: sum(getattr(each, name) for each in of_day) for name in _SUMMED},
        )
        for _, of_day in sorted(days.items())
    ]  # fmt: skip


def falls(nights: Sequence[ClassNight]) -> list[Incident]:
    """Return falls and recoveries of the whole chain, from its nights by date with all cohorts summed."""
    found: list[Incident] = []
    usual: deque[float] = deque(maxlen=USUAL_NIGHTS)
    fallen: _Fallen | None = None
    for night in nights:
        falls_again = _fell(night, usual)
        is_old = fallen is not None and (night.snapshot_date - fallen.last_label).days > HELD_DAYS
        if fallen and (is_old or (falls_again and fallen.is_back())):
            found += fallen.incidents(is_open=False)
            fallen = None
        if falls_again:
            fallen = fallen or _Fallen(night)
            fallen.fall(night)
        elif night.days == 1:
            usual.append(night.increase)
        if fallen and night.recovered:
            fallen.rise(night)  # also after most is back: the rest may follow days later, with as many models
    return [*found, *(fallen.incidents(is_open=not fallen.is_back()) if fallen else [])]


class _Fallen:
    """A fall from its first night on, with its recoveries."""

    def __init__(self, night: ClassNight) -> None:
        self.first_label = self.last_label = night.first_label
        self.models = self.back = 0
        self.share = self.lost = self.returned = 0.0
        self.recoveries: list[ClassNight] = []

    def fall(self, night: ClassNight) -> None:
        """Add a night on which counters fell."""
        self.models += night.fell
        self.lost += night.fell_by
        self.share = max(self.share, night.fell / night.models)
        self.last_label = night.last_label

    def rise(self, night: ClassNight) -> None:
        """Add a night on which some models are back; few models alone are no recovery."""
        self.back += night.recovered
        self.returned += night.recovered_by
        if night.recovered_by >= (1 - RECOVERED) * self.lost or night.recovered >= FELL_SHARE * night.models:
            self.recoveries.append(night)

    def is_back(self) -> bool:
        """Return whether most models, or most lost downloads, are back.

        A fallen counter keeps counting, so it has less to regain than it lost.
        """
        return self.back >= RECOVERED * self.models or self.returned >= RECOVERED * self.lost

    def incidents(self, *, is_open: bool) -> Iterator[Incident]:
        """Yield the fall and its recoveries; `is_open` holds for all of them."""
        yield Incident(ALL, "fall", self.first_label, self.last_label, self.share, self.lost, is_open)
        for night in self.recoveries:
            share, amount = night.recovered_by / max(self.lost, 1), night.recovered_by
            yield Incident(ALL, "recovery", night.first_label, night.last_label, share, amount, is_open)


def _fell(night: ClassNight, usual: Sequence[float]) -> bool:
    """Return whether the chain fell: many models, or at least half of a usual day's downloads."""
    return night.fell > 0 and (
        night.fell >= FELL_SHARE * night.models
        or (len(usual) > 0 and night.fell_by >= FELL_OF_DAY * max(median(usual), 1))
    )
