"""Partial nights: they lack models, of any cohort, that are back soon after."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from tracker.flow.shapes import ALL, ClassNight, Incident
from tracker.flow.thresholds import ABSENT_SHARE, BACK_NIGHTS, BACK_SHARE


def partials(nights: Sequence[ClassNight]) -> list[Incident]:
    """Return the nights that lacked models which were soon back, from nights by date with all cohorts summed."""
    found: list[Incident] = []
    returned = _returned(nights)
    for night in nights:
        there = night.models + night.absent - night.back
        if night.absent < ABSENT_SHARE * max(there, 1) or night.absent < 2:
            continue
        is_back = returned[night.snapshot_date] >= BACK_SHARE * night.absent
        is_open = not is_back and nights[-1].snapshot_date < night.snapshot_date + timedelta(days=BACK_NIGHTS)
        if is_back or is_open:
            label, share = night.last_label, night.absent / max(there, 1)
            found.append(Incident(ALL, "partial", night.first_label, label, share, night.absent, is_open))
    return found


def _returned(nights: Sequence[ClassNight]) -> dict[date, int]:
    """Return how many of each night's absent models are back within a few nights; the last to go return first."""
    returned = {night.snapshot_date: 0 for night in nights}
    absent: list[ClassNight] = []
    for night in nights:
        back = night.back
        while back and absent and (night.snapshot_date - absent[-1].snapshot_date).days <= BACK_NIGHTS:
            last = absent[-1].snapshot_date
            here = min(back, absent[-1].absent - returned[last])
            returned[last] += here
            back -= here
            if back:
                absent.pop()
        absent.append(night)
    return returned
