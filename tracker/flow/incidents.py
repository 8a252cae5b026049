"""All incidents of a chain, and the first day that is not settled yet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from tracker.flow import falls
from tracker.flow.partials import partials
from tracker.flow.shapes import ClassNight, Incident
from tracker.flow.stalls import stalls
from tracker.flow.thresholds import UNSETTLED_DAYS


def incidents(nights: Sequence[ClassNight]) -> list[Incident]:
    """Return the incidents of one chain by first day, kind and cohort; they depend only on the nights."""
    # `2021`, `2022`, `2025H2` sort in order of time, and `unknown` last
    order = sorted({night.cohort for night in nights})
    whole = falls.together(nights)
    found = [*stalls(nights, order), *falls.falls(whole), *partials(whole)]
    return sorted(found, key=lambda each: (each.first_label, each.kind, each.cohort, each.last_label))


def unsettled_from(nights: Sequence[ClassNight], found: Sequence[Incident]) -> date:
    """Return the first day that may still be restated: the newest three days may, and those of open incidents."""
    newest = max(night.last_label for night in nights)
    return min([newest - timedelta(days=UNSETTLED_DAYS - 1), *(each.first_label for each in found if each.is_open)])
