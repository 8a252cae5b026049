"""When a model was first and last there, and since when it is not: the same in whatever order nights are loaded."""

from __future__ import annotations

import random
import shutil
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import permutations
from pathlib import Path

import pytest

from tests.store.nights import hub_id, land, model, night
from tracker import store
from tracker.settings import Settings
from tracker.sql import connect

# of four nights, those that have a model; the last night always has the first one
SIGHTS = {2: (0, 1), 3: (0,), 4: (1, 2), 5: (0, 2), 6: (0, 3), 7: (1,), 8: (0, 2, 3), 9: (3,)}
NIGHTS = range(4)

Sights = Mapping[int, tuple[date, date, date | None]]


def told(settings: Settings, order: Sequence[int], scopes: Sequence[str] = ("full",) * 4) -> Sights:
    """Load the nights in this order, and return first sight, last sight and removal of each model."""
    with store.open_work(settings) as work:
        for number in order:
            there = [model("a/m1", 1), *(model(f"a/m{n}", n) for n, seen in SIGHTS.items() if number in seen)]
            work.load(land(settings.data_dir, night(number), there, scope=scopes[number]))
        rows = connect.rows(work._connection, "select hub_id, first_seen, last_seen, removed_at from models")
    return {int(hub_id, 16): (first, last, removed) for hub_id, first, last, removed in rows}


def wanted(scopes: Sequence[str]) -> Sights:
    """The same by hand: removed on the first full night after the last sight."""
    found: dict[int, tuple[date, date, date | None]] = {1: (night(0), night(3), None)}
    for number, seen in SIGHTS.items():
        after = [night(each) for each in NIGHTS if each > max(seen) and scopes[each] == "full"]
        found[number] = (night(min(seen)), night(max(seen)), min(after, default=None))
    return found


@pytest.mark.parametrize(
    "scopes", [("full",) * 4, ("full", "publisher:a", "full", "publisher:a")], ids=["full", "part"]
)
def test_the_order_of_loading_changes_no_sight(tmp_path: Path, scopes: tuple[str, ...]) -> None:
    orders = list(permutations(NIGHTS))
    for number, order in enumerate([orders[0], *random.Random(1).sample(orders[1:], 4)]):
        settings = Settings(data_dir=tmp_path / str(number), memory_limit="500MB", threads=1)
        assert told(settings, order, scopes) == wanted(scopes), order
        shutil.rmtree(settings.data_dir)


class Present:
    """What asking for model 3 by name has shown."""

    hub_id, outcome, now = hub_id(3), "present", None


def test_who_was_asked_for_and_is_there_is_not_removed_by_a_late_night(tmp_path: Path) -> None:
    """Model 3 is missing on the newest night, and the Hub says that it is there all the same; 2 is not."""
    settings = Settings(data_dir=tmp_path, memory_limit="500MB", threads=1)
    people = [model(f"a/m{n}", n) for n in (1, 2, 3)]
    newest = land(tmp_path, night(4), people[:1])
    with store.open_work(settings) as work:
        work.load(land(tmp_path, night(0), people))
        work.load(newest, confirmations=[Present()])
        work.load(land(tmp_path, night(2), people[:1]))  # late
        sights = "select last_seen, removed_at from models order by hub_id"
        assert connect.rows(work._connection, sights)[1:] == [(night(0), night(2)), (night(0), None)]
        work.load(land(tmp_path, night(3), people[:1], attempt=2), confirmations=[Present()])
        work.load(land(tmp_path, night(1), [*people, model("a/m4", 4)], attempt=3))
        seen = [(night(1), night(2)), (night(1), None), (night(1), night(2))]
        assert connect.rows(work._connection, sights)[1:] == seen
