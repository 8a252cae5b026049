"""`python -m jobs`: run a job by name, or all of them on their schedule."""

from __future__ import annotations

import logging
import signal
import sys
from types import FrameType

import click

from jobs.catalogue import JOBS, find
from tracker import errors, settings
from tracker.errors import UnknownName


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Run the tracker's jobs by name or on a schedule (UTC).

    \b
    Examples:
      python -m jobs list
      python -m jobs run nightly
      python -m jobs start
    """
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(name)s: %(message)s")
    logging.getLogger("apscheduler").setLevel(logging.WARNING)


@cli.command(name="list")
def list_jobs() -> None:
    """Print each job, its schedule and what it does.

    \b
    Example:
      python -m jobs list
    """
    for job in JOBS:
        when = " ".join(f"{field}={value}" for field, value in job.schedule.items())
        click.echo(f"{job.name}\t{when} UTC\t{job.help}")


@cli.command(context_settings={"ignore_unknown_options": True})
@click.argument("name")
@click.argument("extra", nargs=-1, type=click.UNPROCESSED)
def run(name: str, extra: tuple[str, ...]) -> None:
    """Run one job now and exit with its code.

    Further options go to the job.

    \b
    Example:
      python -m jobs run nightly --scope top:20000
    """
    from jobs.runner import Runner

    job = find(name)
    if job is None:
        raise UnknownName("job", name, [each.name for each in JOBS])
    runner = Runner(settings.load().ping_url)

    def forward(number: int, _frame: FrameType | None) -> None:
        runner.stop(number)

    if {"-q", "--quiet"} & {*extra}:
        logging.getLogger().setLevel(logging.WARNING)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:  # as under nohup
            signal.signal(number, forward)
    sys.exit(runner.run(job, extra))


@cli.command()
def start() -> None:
    """Run all jobs on their schedule, in the foreground, until stopped.

    A night that is owed is made up for at once. TRACKER_PING_URL is told how each run ended.

    \b
    Example:
      TRACKER_PING_URL=https://hc.example.org/uuid python -m jobs start
    """
    from jobs import scheduler
    from jobs.runner import Runner

    sys.exit(scheduler.start(JOBS, Runner(settings.load().ping_url)))


def main() -> None:
    """Run the command line; errors of ours are one line and their own exit code."""
    sys.exit(errors.run(cli, folder=settings.data_dir))


if __name__ == "__main__":
    main()
