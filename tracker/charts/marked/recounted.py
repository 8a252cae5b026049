"""Days from which on something else counts as a download: diamonds on the axis, and what is said of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import polars as pl

from tracker.charts.look.numbers import day, percent

MOST_TOLD = 3  # by a note, the newest


def read(frame: pl.DataFrame | None) -> Mapping[date, str]:
    """Return the days of rows of `changed_on`, `library` and `share`, each with whose and how much that is."""
    found: dict[date, list[str]] = {}
    if frame is not None:
        for changed_on, library, share in frame.select("changed_on", "library", "share").iter_rows():
            whose = "all libraries" if share is None else f"{library}, {percent(share)}"
            found.setdefault(changed_on, []).append(whose)
    return {changed_on: "; ".join(whose) for changed_on, whose in found.items()}


def sentence(recounted: Mapping[date, str]) -> list[str]:
    """Return what diamonds on the axis are, with where their sources are found; nothing where there are none."""
    if not recounted:
        return []
    newest = ", ".join(f"{day(each)} ({whose})" for each, whose in sorted(recounted.items())[-MOST_TOLD:])
    more = f" and {len(recounted) - MOST_TOLD} earlier" if len(recounted) > MOST_TOLD else ""
    return [f"Diamonds: the Hub counts otherwise since {newest}{more}; sources: tracker measure recounted."]
