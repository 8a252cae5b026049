"""What was said on a day: the last generation of that day or of one before it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tracker import files
from tracker.errors import NothingPublished
from tracker.store.base import generations
from tracker.store.publish import retention


@dataclass(frozen=True)
class Past:
    """A day, the generation that holds what was said on it, and the newest one.

    None: nothing was said by then, and the nights up to the day stand in for it.
    """

    day: date
    generation: int | None
    newest: int


def said_on(data_dir: Path, day: date) -> Past:
    """Return which generation of a data folder said what was said on a day.

    `data_dir` may be the folder's own database file. Raises NothingPublished where nothing was ever published, and for
    an export, which is one copy alone, wherever it stands.
    """
    folder = data_dir
    if files.is_copy(data_dir):
        place = data_dir.resolve()
        folder = place.parent
        if not place.is_file() or retention.number_of(place.name) not in generations.numbers(folder):
            raise NothingPublished(f"{data_dir} is one copy, with nothing that was said before; ask its data folder")
    known = generations.numbers(folder)
    if not known:
        raise NothingPublished(
            f"{folder} keeps no generations: nothing is published in it, or an earlier version published it; "
            "run `tracker publish`, and ask for days from then on"
        )
    return Past(day, generations.generation_of_day(folder, day), known[-1])
