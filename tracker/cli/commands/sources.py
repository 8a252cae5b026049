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

    A file in tracker/sources is one; each beside the Hub's night is collected by `python -m jobs run sources`, or by
    hand. Exit code 1 where one is only half there.

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
              help="Take every day that there is, or the first good one of every week or month.")  # fmt: skip
@click.option("--plan", "only_plan", is_flag=True, help="Say what it would cost, and stop.")
@click.option("--keep", is_flag=True, help="Keep what is fetched in the data folder, with hashes; archives vanish.")
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

    Of each file only the columns of names and counters are fetched. What is there is not fetched again, so the same
    command goes on where it was cut off. Days are those of the archive's commits. Files that repeat others, are
    partial or old are refused, each with its reason. Exit code 3: nothing that was wanted can be used.

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

    Nights of ours and of archives, holes, and days that were refused. Where two sources cover the same days, also how
    far they agree: the relative difference of downloads, and the part of models that both have.

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
