"""The jobs by name: what each runs and when, in UTC."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


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
    runs_at_start: bool = False  # a start after the hour catches up; the job itself knows whether it is due


JOBS = (
    Job(
        name="nightly",
        help="collect, load, resolve and publish tonight's snapshot (= tracker update)",
        arguments=("tracker", "update", "--if-due"),
        # the Hub's counters move between 07 and 10 UTC; off the full hour, when everybody else polls
        # and every hour from then on: an outage at 10:23 must not cost a night that cannot be had again
        schedule={"hour": "10-23", "minute": 23},
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
    ),
)


def find(name: str) -> Job | None:
    """Return the job called `name`, or None."""
    return next((job for job in JOBS if job.name == name), None)
