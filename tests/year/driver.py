"""Nights of a year, started as a schedule starts them: every hour until one is there, and nobody looks after them."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import trustme

from tests.command_line import environment
from tests.year.calendar import Year
from tracker.demo import HubProcess

HOUR = 3600
STARTS = 6  # of a night, an hour apart
IN_VAIN = 2  # of one on which the Hub is away, or gives a part only
SKEWS = (timedelta(hours=3), timedelta(days=-1), timedelta(days=500), timedelta(hours=-5), timedelta(days=-400))
UPDATE = ("update", "--if-due")
BUSY = 75
REFUSED = 3


class Worker:
    """A process that runs commands; it may die of one."""

    def __init__(self, environ: dict[str, str]) -> None:
        command = [sys.executable, "-m", "tests.year.worker"]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=environ)
        self._read()

    def send(self, arguments: Sequence[str], now: datetime, **about: Any) -> None:
        """Let it run a command, at this time by its clock; what it may be told otherwise is in `worker`."""
        wanted = {"arguments": arguments, "now": now.isoformat(), "at": 0, "jump": 0, "kill": False, "shows": True}
        wanted |= about
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(wanted) + "\n")
        self._process.stdin.flush()

    def answer(self) -> dict[str, Any] | None:
        """Wait for its end; None where it was killed."""
        answer = self._read()
        if answer is None:
            assert self._process.wait() == -signal.SIGKILL
        return answer

    def _read(self) -> dict[str, Any] | None:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        return json.loads(line) if line else None

    def stop(self) -> None:
        """Let it end."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()


def _certificate(folder: Path) -> Path:
    """Write one certificate: to read all of the system's costs a tenth of a night, and the Hub is here."""
    path = folder / "certificate.pem"
    trustme.CA().cert_pem.write_to_path(str(path))
    return path


@dataclass
class Told:
    """What the nights told: exit codes of all starts, and how many were killed, together or under a moved clock."""

    codes: Counter[int] = field(default_factory=Counter)
    kills: int = 0
    pairs: int = 0
    jumps: int = 0
    last: str = ""  # what `status --check` said in the end


class Driver:
    """Drives the nights of one year into one data folder."""

    def __init__(self, made: Year, hub: HubProcess, data_dir: Path, registry: Path) -> None:
        self._made, self._hub = made, hub
        self._chance = random.Random(made.seed)
        self._environ = environment(
            HF_ENDPOINT=hub.endpoint,
            SSL_CERT_FILE=str(_certificate(registry.parent)),
            TRACKER_DATA_DIR=str(data_dir),
            TRACKER_REGISTRY=str(registry),
            TRACKER_THREADS="1",
            TRACKER_GRACE_SECONDS="1",
            TRACKER_MEMORY_LIMIT="500MB",
        )
        self._worker = Worker(self._environ)
        self._skew = timedelta()
        self._changes = 100  # files that a night changed last
        self.told = Told()

    def live(self, kills: int, pairs: int, jumps: int, shown_every: int = 1) -> Told:
        """Live through all nights, with so many kills, starts of two at once, and jumps of the clock.

        `shown_every`: only every so many-th night is published at once, others with the next: it is half of the work.
        """
        refused = {each.first for each in self._made.of("refused")}
        there = [night for night in range(1, self._made.world.nights) if night not in refused | self._made.away.keys()]
        killed = Counter(self._chance.choices(there, k=kills))
        together, jumping = self._chance.sample(there, pairs), self._chance.sample(there[:-1], jumps)
        owed, last = 0, self._made.world.nights - 1
        for night in range(last + 1):
            if night in jumping:
                self._skew = self._chance.choice(SKEWS)
                self.told.jumps += 1
            elif self._chance.random() < 0.1 or night == last:
                self._skew = timedelta()
            away = self._made.away.get(night)
            if away == "off":
                continue
            self._hub.set_night(self._made.world.day(night))
            self._hub.set_faults(["F6:status=500"] if away else [])
            owed += killed[night]
            while owed and night in there and self._killed():
                owed -= 1
            if night in together:
                self._together()
            shows = night % shown_every == 0 or night in (*together, *jumping, last)
            self._until_there(away is None and night not in refused, night in jumping, shows)
        self._skew = timedelta()
        self.told.last = self._run(("status", "--check", "--format", "tsv"))["out"]
        return self.told

    def __enter__(self) -> Driver:
        return self

    def __exit__(self, *_: object) -> None:
        self._worker.stop()

    def _until_there(self, is_whole: bool, is_jumping: bool, shows: bool) -> None:
        for start in range(STARTS if is_whole else IN_VAIN):
            at = self._chance.randint(1, self._changes) if is_jumping and not start else 0
            jump = self._chance.choice(SKEWS).total_seconds()
            done = self._run(UPDATE, at=at, jump=jump, shows=shows)
            is_there = done["code"] == 0 and "not due" not in done["said"]  # kills may have taken it past midnight
            if is_there:
                break
            assert "Traceback" not in done["said"], done["said"]
            self._hub.advance(HOUR)
        assert is_there is is_whole, done
        if "nothing to do" not in done["said"] and not start and shows:
            self._changes = done["changes"]

    def _run(self, arguments: Sequence[str], **about: Any) -> dict[str, Any]:
        self._worker.send(arguments, self._hub.now() + self._skew, **about)
        done = self._worker.answer()
        assert done is not None
        self.told.codes[done["code"]] += 1
        return done

    def _killed(self) -> bool:
        """Kill a run at a change of a file; return whether it was, for a short one may end before."""
        at = self._chance.randint(1, self._changes)
        self._worker.send(UPDATE, self._hub.now() + self._skew, at=at, kill=True)
        if self._worker.answer():
            return False
        self.told.kills += 1
        self._worker.stop()
        self._worker = Worker(self._environ)
        return True

    def _together(self) -> None:
        """Start two at once: one of them has the folder."""
        other = Worker(self._environ)
        for worker in (self._worker, other):
            worker.send(UPDATE, self._hub.now() + self._skew)
        codes = sorted(done["code"] for worker in (self._worker, other) if (done := worker.answer()))
        assert codes in ([0, 0], [0, BUSY]), codes
        self.told.pairs += 1
        other.stop()
