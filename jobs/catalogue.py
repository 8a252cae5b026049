"""The jobs by name: what each runs and when, in UTC."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tracker.words import NIGHT_HOURS


@dataclass(frozen=True)
class Job:
    """One job: a command line in a process of its own, and the cron fields of its start.

    A process of its own gives back all memory, can be killed alone, and ends in the exit code that
    cron and systemd would see. `schedule` holds APScheduler cron fields; weekdays are names, since
    APScheduler counts Monday as 0 where cron counts Sunday.
    """

    name: str
    help: str
    arguments: tuple[str, ...]  # of `python -m`
    schedule: Mapping[str, str | int]
    hours: float = 6.0  # that a run may take; one that hangs is stopped then, and the next start goes on
    has_hour: bool = False  # it waits by itself for DUE_HOUR, and what starts earlier has mostly nothing to tell
    runs_at_start: bool = False  # a start after the hour catches up; the job itself knows whether it is due


JOBS = (
    Job(
        name="nightly",
        help="collect, load, resolve and publish tonight's snapshot (= tracker update)",
        arguments=("tracker", "update", "--if-due"),
        # off the full hour, when everybody else polls; and every hour, since the job itself waits for the Hub's
        # refresh: a line of cron then holds in every time zone, and an outage costs no night
        schedule={"minute": 23},
        hours=NIGHT_HOURS,
        has_hour=True,
        runs_at_start=True,
    ),
    Job(
        name="sources",
        help="collect each source beside the Hub's list that is due, and publish what is new",
        arguments=("jobs.sources",),
        # away from the night's minute: publishing holds the folder for a moment, and a night must not find it held
        schedule={"minute": 53},
    ),
    Job(
        name="weekly",
        help="write the week's report and charts into <data-dir>/reports/<year>-W<week>/ (= tracker report --charts)",
        arguments=("tracker", "report", "--charts"),
        schedule={"day_of_week": "mon", "hour": 11, "minute": 37},
        hours=1,
    ),
    Job(
        name="site",
        help="write the site of a copy that is new into the folder that site_dir names (= tracker site --if-due)",
        arguments=("tracker", "site", "--if-due"),
        schedule={"minute": 7},
        hours=1,
    ),
    Job(
        name="weekly_site",
        help="freeze a version of the site once the week's report is there (= tracker site --if-due --freeze)",
        arguments=("tracker", "site", "--if-due", "--freeze"),
        schedule={"day_of_week": "mon", "hour": 12, "minute": 37},
        hours=1,
    ),
)


def find(name: str) -> Job | None:
    """Return the job called `name`, or None."""
    return next((job for job in JOBS if job.name == name), None)
