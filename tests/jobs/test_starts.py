"""Cron, systemd and the scheduler start the night alike: every hour, in every time zone, until it is there."""

from __future__ import annotations

import logging
import re
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from apscheduler.triggers.cron import CronTrigger

from jobs import bounded
from jobs import runner as running
from jobs.catalogue import JOBS, Job, find
from jobs.runner import Runner
from jobs.scheduler import build, put_right
from tracker.words import DUE_HOUR, NOT_DUE

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
CRONTAB = dict(re.findall(r"^((?:\S+ +){5})cd /srv/tracker && \S+ -m jobs run (\w+)", README, re.MULTILINE))
CALENDAR = re.findall(r"OnCalendar=([^\n`]+)", README)
HOUR = timedelta(hours=1)
ZONES = ("America/Los_Angeles", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kolkata", "Australia/Lord_Howe")


def fires(fields: str, local: datetime) -> bool:
    """Whether a line of cron starts at this minute of the host's own time."""
    minute, hour, day, month, weekday = fields.split()
    return (minute == str(local.minute)) and hour in ("*", str(local.hour)) and (day, month, weekday) == ("*",) * 3


def starts(zone: str, begin: datetime) -> Iterator[datetime]:
    """The moments in UTC at which the README's line starts the night on a host in a zone, for two days."""
    line = next(fields for fields, job in CRONTAB.items() if job == "nightly")
    for minute in range(48 * 60):
        at = begin + timedelta(minutes=minute)
        if fires(line, at.astimezone(ZoneInfo(zone))):
            yield at


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("day", ["2026-03-08", "2026-11-01", "2026-10-03", "2026-07-01"])  # 23 and 25 hours, 24.5, 24
def test_the_crontab_holds_in_every_time_zone(zone: str, day: str) -> None:
    begin = datetime.fromisoformat(day).replace(tzinfo=UTC)
    found = list(starts(zone, begin))
    assert max(b - a for a, b in pairwise(found)) <= 1.5 * HOUR  # Lord Howe's clocks change by half an hour
    for days in (0, 1):
        due = [at for at in found if at.date() == (begin + timedelta(days=days)).date() and at.hour >= DUE_HOUR]
        assert due[0].hour == DUE_HOUR and len(due) >= 12, "from the hour on until the day ends"


def test_the_lines_are_those_of_the_catalogue() -> None:
    assert {fields: job.name for job in JOBS for fields in [_as_cron(job)]} == {
        fields.strip(): name for fields, name in ((" ".join(line.split()), job) for line, job in CRONTAB.items())
    }
    assert CALENDAR == ["*-*-* *:23 UTC", "*-*-* *:53 UTC"]


def _as_cron(job: Job) -> str:
    weekday = {"*": "*", "mon": "1"}[str(job.schedule.get("day_of_week", "*"))]
    return f"{job.schedule['minute']} {job.schedule.get('hour', '*')} * * {weekday}"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
@pytest.mark.parametrize("calendar", CALENDAR)
@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Pacific/Kiritimati"])
def test_systemd_reads_the_timer_as_every_hour(calendar: str, zone: str) -> None:
    command = ["systemd-analyze", "calendar", "--iterations=26", "--base-time=2026-11-01 00:00:00 UTC", calendar]
    done = subprocess.run(command, capture_output=True, text=True, env={"TZ": zone, "LC_ALL": "C", "PATH": "/usr/bin"})
    assert done.returncode == 0, done.stderr
    found = re.findall(r"(\d{4}-\d\d-\d\d \d\d:\d\d):00 UTC", done.stdout)
    moments = [datetime.fromisoformat(text).replace(tzinfo=UTC) for text in dict.fromkeys(found)]
    assert len(moments) == 26 and {b - a for a, b in pairwise(moments)} == {HOUR}


def test_the_units_of_the_readme_are_whole(tmp_path: Path) -> None:
    block = re.search(r"```ini\n(.*?)```", README, re.DOTALL)
    assert block is not None
    service, timer = block[1].split("# /etc/systemd/system/tracker.timer\n")
    assert "Type=oneshot" in service and "TimeoutStartSec=" in service and "Persistent=true" in timer
    if shutil.which("systemd-analyze"):
        (tmp_path / "tracker.service").write_text(re.sub(r"/srv/tracker\S*python", "/bin/true", service))
        (tmp_path / "tracker.timer").write_text(timer)
        units = [str(tmp_path / "tracker.service"), str(tmp_path / "tracker.timer")]
        done = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True)
        assert "tracker." not in done.stderr.replace("/srv/tracker", ""), done.stderr


@pytest.mark.parametrize("failed", [10, 17, 22])
def test_the_scheduler_starts_again_within_the_hour(failed: int) -> None:
    nightly = find("nightly")
    assert nightly is not None
    trigger = CronTrigger(timezone=UTC, **nightly.schedule)
    at = datetime(2026, 11, 18, failed, 23, 30, tzinfo=UTC)
    again = trigger.get_next_fire_time(None, at)
    assert again - at < HOUR and again.date() == at.date()


@pytest.mark.parametrize("back", [HOUR, timedelta(days=1), timedelta(days=400)])
def test_a_clock_that_is_put_back_delays_no_start(back: timedelta) -> None:
    nightly = find("nightly")
    assert nightly is not None
    scheduler = build([nightly], Runner())
    now = datetime.now(UTC)
    (job,) = scheduler.get_jobs()
    job.modify(next_run_time=now + HOUR)
    put_right(scheduler, now + HOUR - timedelta(minutes=1))
    assert scheduler.get_jobs()[0].next_run_time == now + HOUR or now.minute == 23, "nothing is put forward"
    put_right(scheduler, now - back)
    assert timedelta(0) <= scheduler.get_jobs()[0].next_run_time - (now - back) <= HOUR


@pytest.mark.parametrize("fails", ["sys.exit(3)", "sys.exit(1)", "os.kill(os.getpid(), 9)"])
def test_the_scheduler_goes_on_until_one_succeeds(fails: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two attempts fail, and the third ends well; the scheduler would go on."""
    (tmp_path / "trying.py").write_text(
        f"import os, pathlib, sys\ndone = pathlib.Path({str(tmp_path)!r}) / 'tried'\n"
        "tried = done.stat().st_size if done.exists() else 0\ndone.open('a').write('x')\n"
        f"if tried < 2: {fails}\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    codes: list[int] = []

    class Counting(Runner):
        def run(self, job: Job, extra: Sequence[str] = ()) -> int:
            codes.append(super().run(job, extra))
            if len(codes) == 3:
                threading.Thread(target=scheduler.shutdown).start()
            return codes[-1]

    scheduler = build([Job("trying", "", ("trying",), {"minute": 23})], Counting())
    scheduler.reschedule_job("trying", trigger="interval", seconds=0.1)
    scheduler.start()
    assert codes[0] == codes[1] != 0 and codes[2] == 0


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The events that pings tell."""
    events: list[str] = []
    monkeypatch.setattr(running, "ping", lambda _address, event, _text="": events.append(event))
    return events


EARLY, LATE = datetime(2026, 11, 22, 0, 23, tzinfo=UTC), datetime(2026, 11, 22, 10, 23, tzinfo=UTC)
SAYS = {
    "waits": f"print({NOT_DUE + '; the Hub says that it is 00:23'!r}, file=sys.stderr)",
    "quiet": "",
    "collects": "print('published tracker-000001.duckdb', file=sys.stderr)",
    "fails": "print('error: no', file=sys.stderr); sys.exit(1)",
    "is busy": "sys.exit(75)",
}


@pytest.mark.parametrize(
    ("says", "now", "events"),
    [
        ("waits", EARLY, []),
        ("quiet", EARLY, []),
        ("collects", EARLY, ["start", "0"]),
        ("fails", EARLY, ["start", "1"]),
        ("is busy", EARLY, []),
        ("collects", LATE, ["start", "0"]),
        ("quiet", LATE, ["start", "0"]),
        ("fails", LATE, ["start", "1"]),
        ("is busy", LATE, ["start"]),
        ("waits", LATE, ["start"]),  # our clock is ahead of the Hub's
    ],
)
def test_a_start_that_did_nothing_turns_no_check_green(
    says: str, now: datetime, events: list[str], told: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A night that failed all day must not look well at 00:23 UTC; nor ill because another run is at it."""
    (tmp_path / "spoken.py").write_text(f"import sys\n{SAYS[says]}\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    Runner("http://127.0.0.1:9", now=lambda: now).run(Job("nightly", "", ("spoken",), {"minute": 23}, has_hour=True))
    assert told == events


HANGS = "import signal, subprocess, sys, time\n{}\ntime.sleep(60)\n"


@pytest.mark.parametrize(
    ("before", "code"),
    [
        ("", 143),
        ("signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))", 143),
        ("signal.signal(signal.SIGTERM, signal.SIG_IGN)", 137),
        # one that has started another, which holds the line that we read from
        ("subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
         "signal.signal(signal.SIGTERM, signal.SIG_IGN)", 137),
    ],
)  # fmt: skip
def test_an_attempt_that_hangs_is_ended(
    before: str, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "hanging.py").write_text(HANGS.format(before))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(running, "GRACE_SECONDS", 0.3)
    began = time.monotonic()
    with caplog.at_level(logging.ERROR):
        assert Runner().run(Job("hanging", "", ("hanging",), {"minute": 1}, hours=0.7 / 3600)) == code
    assert time.monotonic() - began < 20 and "seems to hang" in caplog.text


def test_one_that_ends_in_time_is_left_alone(caplog: pytest.LogCaptureFixture) -> None:
    with subprocess.Popen(["true"], process_group=0) as process, bounded.within(process, 0.5):
        assert process.wait() == 0
    assert threading.active_count() < 10 and not caplog.records


def test_every_job_has_a_bound_and_the_night_leaves_room_for_another_attempt() -> None:
    nightly = find("nightly")
    assert nightly is not None and all(0 < job.hours < 24 for job in JOBS)
    assert DUE_HOUR + nightly.hours + 1 < 24
