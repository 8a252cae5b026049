"""A folder kept by real runs against a loopback Hub whose days are ours: yesterday and today."""

from __future__ import annotations

import subprocess
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl

from tests.command_line import called
from tracker import health
from tracker.demo import HubProcess
from tracker.settings import Settings

LAST_SECONDS = timedelta(seconds=90)  # of a day: a test that began in them would end on another day


def a_day_that_lasts() -> date:
    """Return today's date, or tomorrow's once it is there where today is about to end."""
    while (now := datetime.now(UTC)).date() != (now + LAST_SECONDS).date():
        time.sleep(1)
    return now.date()


@dataclass(frozen=True)
class Kept:
    """The folder, its Hub, and its commands."""

    hub: HubProcess
    data_dir: Path
    today: date

    @property
    def yesterday(self) -> date:
        return self.today - timedelta(days=1)

    @property
    def last_week(self) -> date:
        return self.today - timedelta(days=7)

    @property
    def settings(self) -> Settings:
        return Settings(data_dir=self.data_dir, endpoint=self.hub.endpoint)

    def run(self, *arguments: str, code: int = 0) -> subprocess.CompletedProcess[str]:
        done = called(*arguments, "--data-dir", str(self.data_dir))
        assert done.returncode == code, done.stderr
        return done

    def said(self) -> dict[str, str]:
        """What `tracker status` says, by line."""
        return dict(health.state(self.settings).iter_rows())

    def said_by(self, command: str) -> dict[str, str]:
        """What a command of two columns prints, with the environment's settings; of several lines the last remark."""
        rows = self.run(command, "--format", "tsv").stdout.splitlines()[1:]
        return dict(row.split("\t") for row in rows)

    def doctor(self) -> dict[str, tuple[str, str]]:
        """What `tracker doctor` says: verdict and finding by check."""
        return {check: (verdict, finding) for check, verdict, finding in health.examine(self.settings).iter_rows()}

    def runs(self) -> pl.DataFrame:
        return health.runs(self.settings)
