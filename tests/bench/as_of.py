"""What it costs to ask what was said on an earlier day: of a copy made again from files, and before all copies."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import tracker
from tests.bench.figure import Figure
from tracker.store.base import generations
from tracker.store.publish import retention

REPEATS = 5
BAR = 0.5  # seconds


def figures(data_dir: Path) -> list[Figure]:
    """Return the figures of a folder with several generations, and nights from before the first of them."""
    first = generations.numbers(data_dir)[0]
    retention.database(data_dir, first).unlink(missing_ok=True)  # as retention does after a while
    said = date.fromisoformat(generations.read(data_dir, first).facts["day"])
    now, again, nights = (_asked(data_dir, day) for day in (None, said, _middle(data_dir, said)))
    return [
        Figure("monthly share by family, of now, as `tracker share` asks it", now[1], "s", BAR),
        Figure("the same as of an earlier copy, in the database", again[1], "s", BAR, ratio=again[1] / now[1]),
        Figure("until that copy is made again from files and open", again[0], "s"),
        Figure(
            "the same as of a night before all copies, in the database", nights[1], "s", BAR, ratio=nights[1] / now[1]
        ),
        Figure("until its nights are laid over the copy of now", nights[0], "s"),
    ]


def _middle(data_dir: Path, before: date) -> date:
    """Return the night in the middle of those that no copy said on its day."""
    with tracker.open(data_dir) as copy:
        nights: list[date] = copy.published.table(
            "select snapshot_date from nights where snapshot_date < $before order by snapshot_date",
            {"before": before - timedelta(days=1)},
        )["snapshot_date"]
    return nights[len(nights) // 2]


def _asked(data_dir: Path, as_of: date | None) -> tuple[float, float]:
    """Return the median seconds until a copy is open, and those of a share asked of it."""
    opened, asked = [], []
    for _ in range(REPEATS):
        began = time.perf_counter()
        with tracker.open(data_dir, as_of=as_of) as copy:
            copy.facts  # noqa: B018  now it is open
            opened.append(time.perf_counter() - began)
            asked.append(_timed(lambda: copy.share(first="2026-01")))
    return statistics.median(opened), statistics.median(asked)


def _timed(do: Callable[[], object]) -> float:
    began = time.perf_counter()
    do()
    return time.perf_counter() - began
