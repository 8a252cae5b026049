"""Run the jobs on their schedule in the foreground, for containers and laptops without cron.

Whether a night is owed is read from the data folder (`tracker update --if-due`), never from a job
store: cron, systemd and this scheduler behave alike, and two of them at once are held apart by the
folder's lock.
"""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from types import FrameType

from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MAX_INSTANCES, JobExecutionEvent, JobSubmissionEvent
from apscheduler.schedulers.base import BaseScheduler
from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.cron import CronTrigger

from jobs.catalogue import Job
from jobs.runner import Runner
from tracker import settings
from tracker.errors import unforeseen

log = logging.getLogger(__name__)

LOOK_SECONDS = 300.0


def build(jobs: Sequence[Job], runner: Runner) -> BlockingScheduler:
    """Return a scheduler, not yet started, that runs each job at its time in UTC.

    `misfire_grace_time=None` and `coalesce=True`: after a sleep or a stop, every missed start is
    made up for exactly once (the default grace of one second drops them silently).
    """
    scheduler = BlockingScheduler(timezone=UTC)
    for job in jobs:
        at_start = {"next_run_time": datetime.now(UTC)} if job.runs_at_start else {}
        scheduler.add_job(
            runner.run,
            CronTrigger(timezone=UTC, **job.schedule),
            id=job.name,
            args=[job],
            coalesce=True,
            misfire_grace_time=None,
            max_instances=1,
            **at_start,
        )
    scheduler.add_listener(_report, EVENT_JOB_ERROR | EVENT_JOB_MAX_INSTANCES)
    return scheduler


def put_right(scheduler: BaseScheduler, now: datetime) -> None:
    """Bring forward each start that lies further ahead than its schedule has it: the clock was put back since."""
    for job in scheduler.get_jobs():
        expected = job.trigger.get_next_fire_time(None, now)
        if expected < job.next_run_time:
            job.modify(next_run_time=expected)


def _keep_right(scheduler: BlockingScheduler) -> None:
    """Look at the clock now and then: the scheduler sleeps until its next start, whatever the clock shows meanwhile."""
    while True:
        time.sleep(LOOK_SECONDS)
        if scheduler.running:
            put_right(scheduler, datetime.now(UTC))
            scheduler.wakeup()  # the machine may have slept, too: what was missed then is made up for now


def start(jobs: Sequence[Job], runner: Runner) -> int:
    """Run until SIGTERM or SIGINT; a running job is told to stop and waited for. Return 128 + the signal."""
    scheduler = build(jobs, runner)
    threading.Thread(target=_keep_right, args=(scheduler,), daemon=True).start()
    stopped_by: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        stopped_by.append(number)
        runner.stop(number)
        # shutdown waits for the worker threads, which a signal handler must not do
        threading.Thread(target=scheduler.shutdown, kwargs={"wait": True}).start()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    scheduler.start()
    return 128 + stopped_by[0] if stopped_by else 0


def _report(event: JobExecutionEvent | JobSubmissionEvent) -> None:
    if event.code == EVENT_JOB_MAX_INSTANCES:
        log.warning("%s is still running; this start is left out", event.job_id)
    else:
        log.error("%s could not be run: %s", event.job_id, unforeseen.tell(event.exception, settings.data_dir()))
