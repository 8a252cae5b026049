"""kill -9 at any moment of a night: readers have the copy before or a whole new one, and running again ends alike."""

from __future__ import annotations

import hashlib
import random
import signal
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from tests.store.published_copy import check_same, check_whole, contents
from tests.told import STAGES, Told
from tracker import store
from tracker.demo import HubProcess, hub_process
from tracker.landing import runs

FIRST = date(2026, 10, 31)  # the month closes on the second night
MODELS, PAGE_SIZE, PAGES = 1_050, 5, 200


def begin(hub: HubProcess, data_dir: Path, night: date) -> Told:
    return Told(data_dir, hub.endpoint, PAGE_SIZE, "update", "--date", str(night))


def run(hub: HubProcess, night: date, *folders: Path) -> Told:
    """Run the whole night to its end, at once in each folder; return how it went in the last."""
    begun = [begin(hub, data_dir, night) for data_dir in folders]
    for told in begun:
        assert told.end() == 0, told.complaint
        assert set(told.began) >= {"load", "resolve", "publish"}
    return begun[-1]


def kill(hub: HubProcess, data_dir: Path, night: date, stage: str, seconds: float) -> str | None:
    """Kill the night so long after a stage began; return the stage in which it died, None if it had ended."""
    told = begin(hub, data_dir, night)
    told.follow(stage)
    code = told.stop(signal.SIGKILL, seconds)
    assert code in (0, -signal.SIGKILL) and "Traceback" not in told.complaint, told.complaint
    return told.stage if code else None


def comparable(data_dir: Path) -> dict[str, pl.DataFrame]:
    """Return what is published, without the names and times of runs."""
    found = {name: frame for name, frame in contents(data_dir).items() if name not in ("runs", "sources")}
    of_the_run = {"night_quality": ("walk_seconds", "clock_skew_seconds"), "nights": ("run_id", "file")}
    of_the_run |= {"recorded_nights": ("run_id", "file")}
    return found | {name: found[name].drop(columns, strict=False) for name, columns in of_the_run.items()}


class Reader:
    """Looks at the published copy after each kill: it is the one that stood there, or a whole one of tonight."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self._seen = self._look()

    def _look(self) -> tuple[int, str]:
        facts = check_whole(self._data_dir)
        content = (self._data_dir / "tracker.duckdb").read_bytes()
        return facts.generation, hashlib.sha256(content).hexdigest()

    def check(self, tonight: dict[str, pl.DataFrame]) -> None:
        seen = self._look()
        if seen != self._seen:
            assert seen[0] > self._seen[0], "a generation was changed after it was published"
            check_same(comparable(self._data_dir), tonight)
        self._seen = seen


@pytest.mark.parametrize("kills", [pytest.param(5, marks=pytest.mark.slow), pytest.param(50, marks=pytest.mark.soak)])
def test_a_killed_night_ends_like_an_undisturbed_one(tmp_path: Path, kills: int) -> None:
    """Each night is killed once at every stage, in any order, then run to its end."""
    quiet, hunted = tmp_path / "quiet", tmp_path / "hunted"
    chance, later, died_in = random.Random(1), kills // len(STAGES), Counter[str]()
    last = FIRST + timedelta(later)
    with hub_process(models=MODELS, nights=1 + later, last_night=last, night=FIRST, tier_quota=0) as hub:
        run(hub, FIRST, quiet, hunted)
        check_same(comparable(hunted), comparable(quiet))
        for night in hub.nights[1:]:
            hub.set_night(night)
            died_in.update(hunt(hub, quiet, hunted, night, chance))
    assert all(each.manifest.pages >= PAGES for each in runs(quiet))
    assert died_in.total() == kills and len(died_in) >= 3, died_in


def hunt(hub: HubProcess, quiet: Path, hunted: Path, night: date, chance: random.Random) -> Iterator[str]:
    """Run one night in peace, elsewhere with kills and then to its end; yield the stages in which it was killed."""
    undisturbed = run(hub, night, quiet)
    tonight = comparable(quiet)
    reader = Reader(hunted)
    for stage in chance.sample(STAGES, len(STAGES)):
        died_in = None
        while died_in is None:  # it may have ended before: one that resumes a whole walk has no page to be killed at
            died_in = kill(hub, hunted, night, stage, chance.uniform(0, undisturbed.lasted(stage)))
            reader.check(tonight)
        yield died_in
    run(hub, night, hunted)
    reader.check(tonight)
    check_same(comparable(hunted), tonight)
    assert store.verify_record(hunted) == []
