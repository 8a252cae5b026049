"""`python -m jobs`: run a job by name, or all of them on their schedule."""

from __future__ import annotations

import logging
import os
import signal
import sys
from collections.abc import Callable
from types import FrameType

import click

from jobs.catalogue import JOBS, find
from tracker import errors, logs, settings
from tracker.errors import UnknownName
from tracker.settings import Settings
from tracker.words import LOG_FORMATS


def log_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add `--log-file --log-format`."""
    form = click.option(
        "--log-format", type=click.Choice(LOG_FORMATS), help="Of that file [default: text]; json is an object a line."
    )
    return click.option("--log-file", metavar="FILE", help="Append every step to a file as well.")(form(command))


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Run the tracker's jobs by name or on a schedule (UTC).

    \b
    Examples:
      python -m jobs list
      python -m jobs run nightly
      python -m jobs start
    """
    logs.to_stderr(logging.INFO)


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
@click.option("-q", "--quiet", is_flag=True, help="Say nothing at all unless something is wrong; for cron.")
@log_options
def run(name: str, extra: tuple[str, ...], quiet: bool, log_file: str | None, log_format: str | None) -> None:
    """Run one job now and exit with its code.

    Further options go to the job.

    \b
    Examples:
      python -m jobs run nightly --scope top:20000
      python -m jobs run nightly -q --log-file tracker.log
    """
    from jobs.runner import Runner

    job = find(name)
    if job is None:
        raise UnknownName("job", name, [each.name for each in JOBS])
    logs.to_stderr(logging.WARNING if quiet else logging.INFO)
    runner = Runner(_logged(log_file, log_format).ping_url, quiet=quiet)

    def forward(number: int, _frame: FrameType | None) -> None:
        runner.stop(number)

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:  # as under nohup
            signal.signal(number, forward)
    sys.exit(runner.run(job, extra))


@cli.command()
@log_options
def start(log_file: str | None, log_format: str | None) -> None:
    """Run all jobs on their schedule, in the foreground, until stopped.

    A night that is owed is made up for at once. TRACKER_PING_URL is told how each run ended.

    \b
    Example:
      TRACKER_PING_URL=https://hc.example.org/uuid python -m jobs start
    """
    from jobs import scheduler
    from jobs.runner import Runner

    sys.exit(scheduler.start(JOBS, Runner(_logged(log_file, log_format).ping_url)))


def _logged(log_file: str | None, log_format: str | None) -> Settings:
    """Return the settings, and let the jobs, which are processes of their own, write into the same log."""
    chosen = settings.load({"log_file": log_file, "log_format": log_format})
    if chosen.log_file is not None:
        if logs.to_file(chosen.log_file, chosen.log_format):
            os.environ |= {"TRACKER_LOG_FILE": str(chosen.log_file.absolute()), "TRACKER_LOG_FORMAT": chosen.log_format}
        else:
            os.environ.pop("TRACKER_LOG_FILE", None)  # one warning is enough
    return chosen


def main() -> None:
    """Run the command line; errors of ours are one line and their own exit code."""
    sys.exit(errors.run(cli, folder=settings.data_dir))


if __name__ == "__main__":
    main()
