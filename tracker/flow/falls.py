"""Falls, recoveries and partial nights: what befalls the whole chain, whatever the class of the models.

Their models are held at their last honest counter one by one, so that nothing of it enters a sum. What is said here
is that it was an incident, which days it touched, and whether it is over.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from statistics import median

from tracker.flow.shapes import ALL, ClassNight, Incident
from tracker.flow.thresholds import (
    ABSENT_SHARE,
    BACK_NIGHTS,
    BACK_SHARE,
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
    """Return the nights of a chain with all cohorts in one, by date."""
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
    """Return falls and recoveries of the whole chain, from its nights by date with all cohorts in one."""
    found: list[Incident] = []
    usual: deque[float] = deque(maxlen=USUAL_NIGHTS)
    fallen: Incident | None = None
    lost = returned = 0.0
    for night in nights:
        if fallen and (night.snapshot_date - fallen.last_label).days > HELD_DAYS:
            found.append(replace(fallen, is_open=False))
            fallen = None
        if _fell(night, usual):
            share, lost = night.fell / night.models, night.fell_by + (lost if fallen else 0)
            returned = returned if fallen else 0.0
            fallen = _longer(fallen, night, share, lost)
        elif night.days == 1:
            usual.append(night.increase)
        if fallen and night.recovered_by:
            returned += night.recovered_by
            if night.recovered_by >= (1 - RECOVERED) * lost or night.recovered >= FELL_SHARE * night.models:
                found.append(_recovery(night, lost, is_open=returned < RECOVERED * lost))
            if returned >= RECOVERED * lost:
                found.append(replace(fallen, is_open=False))
                fallen = None
    return [*found, *([fallen] if fallen else [])]


def _fell(night: ClassNight, usual: Sequence[float]) -> bool:
    """Say whether the chain fell: many models, or as much as half of a usual day."""
    return night.fell > 0 and (
        night.fell >= FELL_SHARE * night.models
        or (len(usual) > 0 and night.fell_by >= FELL_OF_DAY * max(median(usual), 1))
    )


def _longer(fallen: Incident | None, night: ClassNight, share: float, lost: float) -> Incident:
    if fallen is None:
        return Incident(ALL, "fall", night.first_label, night.last_label, share, lost, is_open=True)
    return replace(fallen, last_label=night.last_label, share=max(share, fallen.share), amount=lost)


def _recovery(night: ClassNight, lost: float, *, is_open: bool) -> Incident:
    share = night.recovered_by / lost
    return Incident(ALL, "recovery", night.first_label, night.last_label, share, night.recovered_by, is_open)


def partials(nights: Sequence[ClassNight]) -> list[Incident]:
    """Return the nights that lacked models which were there soon after, from nights by date, all cohorts in one."""
    found: list[Incident] = []
    for at, night in enumerate(nights):
        there = night.models + night.absent - night.back
        if night.absent < ABSENT_SHARE * max(there, 1) or night.absent < 2:
            continue
        until = night.snapshot_date + timedelta(days=BACK_NIGHTS)
        after = [each for each in nights[at + 1 :] if each.snapshot_date <= until]
        is_back = sum(each.back for each in after) >= BACK_SHARE * night.absent
        is_open = not is_back and nights[-1].snapshot_date < until
        if is_back or is_open:
            label, share = night.last_label, night.absent / max(there, 1)
            found.append(Incident(ALL, "partial", night.first_label, label, share, night.absent, is_open))
    return found
