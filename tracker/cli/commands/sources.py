"""Where the data come from: every source, what of it may leave this machine, and nights of the past from archives."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tracker.cli.options import (
    Day,
    Output,
    Place,
    asks,
    cite_option,
    folder_options,
    output_options,
    reason_option,
    settings_options,
)
from tracker.errors import TrackerError

if TYPE_CHECKING:
    from tracker.api.past import Backfill
    from tracker.settings import Settings


@click.command()
@output_options
@folder_options
@asks(lambda copy: copy.sources())
def sources(settings: Settings, output: Output) -> None:
    """List the sources: age, licence, use rights.

    Each file in tracker/sources is a source. `python -m jobs run sources` collects all but the Hub's list. Exit code
    1 if a source is incomplete.

    \b
    Examples:
      tracker sources
      tracker sources --json
    """
    from tracker.api import operate
    from tracker.cli.output import emit

    emit(operate.sources(settings), output)
    for fault in operate.source_faults():
        click.echo(f"error: {fault}", err=True)
    if operate.source_faults():
        click.get_current_context().exit(1)


@click.command()
@click.argument("archive")
@click.option("--from", "first", type=Day(), help="First day [default: the archive's own].")
@click.option("--to", "last", type=Day(), help="Last day [default: the archive's own].")
@click.option("--every", type=click.Choice(["day", "week", "month"]), default="day", show_default=True,
              help="Take every day of the archive, or the first good one of each week or month.")  # fmt: skip
@click.option(
    "--plan", "only_plan", is_flag=True, help="Print requests, bytes, hours and disk that it would take, and stop."
)
@click.option(
    "--keep", is_flag=True, help="Keep the downloaded columns in the data folder, with hashes; archives can vanish."
)
@click.option("--local", type=Place(file_okay=False), help="Read this folder, or one that --keep wrote; no network.")
@reason_option
@output_options
@folder_options
def backfill(
    settings: Settings,
    output: Output,
    archive: str,
    first: date | None,
    last: date | None,
    every: str,
    only_plan: bool,
    keep: bool,
    local: Path | None,
    reason: str | None,
) -> None:
    """Take nights of the past from a public archive.

    Only the columns of names and counters are downloaded. The same command resumes after an interruption and
    downloads nothing twice. A day is the UTC day of the archive's commit. Files that repeat others, are partial or
    are too old are refused, each with its reason. Exit code 3: every file that was asked for was refused.

    \b
    Examples:
      tracker backfill hub_stats --from 2024-07-29 --every week --plan
      tracker backfill hub_stats --from 2026-09-24 --to 2026-09-30
    """
    from tracker.api import past
    from tracker.cli.output import emit
    from tracker.cli.progress import backfilling

    wanted: dict[str, Any] = {"first": first, "last": last, "every": every, "keep": keep, "local": local}
    if only_plan:
        emit(past.plan_rows(past.plan(settings, archive, **wanted)), output)
        return
    with backfilling(archive) as progress:
        done = past.backfill(settings, archive, **wanted, reason=reason, progress=progress)
    emit(past.backfill_rows(done), output)
    if not output.quiet:
        for line in (*done.notes, _summary(archive, done)):
            click.echo(line, err=True)
    if done.count("failed"):
        raise TrackerError(f"{done.count('failed'):,} days could not be fetched; run the same command again")


def _summary(archive: str, done: Backfill) -> str:
    """Return one countable line about a backfill."""
    size = sum(each.fetched_bytes for each in done.observations) / 1e6
    counts = [f"{done.count(status):,} {status}" for status in ("loaded", "there", "refused", "failed")]
    return f"{archive}: {', '.join(counts)}; {size:,.1f} MB fetched"


@click.command()
@output_options
@settings_options
@cite_option
def history(settings: Settings, output: Output) -> None:
    """Say which days are covered, and by what.

    Lists our nights, those of archives, gaps, and days that were refused. For two sources that cover the same days,
    it says how far they agree: the relative difference of downloads, and the part of models that both have.

    \b
    Examples:
      tracker history
      tracker history --json
    """
    from tracker.api import Copy
    from tracker.cli.output import emit

    with Copy(settings) as copy:
        answer = copy.history()
    emit(answer, output)
