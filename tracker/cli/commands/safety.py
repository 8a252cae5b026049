"""Nothing is lost and nothing changes unseen: backups, saved answers asked again, a night that is taken out."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracker.cli.options import (
    Day,
    Output,
    Place,
    folder_options,
    given,
    output_options,
    reason_option,
    settings_options,
)
from tracker.errors import SettingsError, TrackerError

if TYPE_CHECKING:
    from tracker.api.operate import Forgotten
    from tracker.settings import Settings

folder_argument = click.argument("folder", type=Place(file_okay=False))


@click.command()
@folder_argument
@folder_options
def backup(settings: Settings, folder: Path) -> None:
    """Copy the record and the database to another disk.

    Copies what is new since the last backup there, and the database as a whole. The last backup stays until the new
    one is complete. Landed pages are not copied.

    \b
    Example:
      tracker backup ../backup
    """
    from tracker.api import operate

    done = operate.back_up(settings, folder)
    click.echo(f"{done.folder}: {done.files:,} files, {done.bytes / 1e6:,.1f} MB, {done.copied:,} of them copied now")


@click.command()
@folder_argument
@folder_options
def restore(settings: Settings, folder: Path) -> None:
    """Put a backup into a new data folder and publish it.

    Every file is checked against the checksum it was written with.

    \b
    Examples:
      tracker backup ../backup
      tracker restore ../backup --data-dir ./data-restored
    """
    from tracker.api import operate

    done, published = operate.restore(settings, folder)
    click.echo(f"{done.files:,} files, {done.bytes / 1e6:,.1f} MB restored; published {published}")


@click.command()
@click.argument("file", default="-")
@output_options
@settings_options
def verify(settings: Settings, output: Output, file: str) -> None:
    """Ask a saved answer again and compare.

    FILE is an answer saved with `-o FILE.json`, or stdin, or the manifest of a frozen version of the site. The
    question is put to the copy that the answer was made from, if that is kept, else to the newest. Exit code 1 if
    rows differ.

    \b
    Examples:
      tracker share Qwen -o share.json
      tracker verify share.json
    """
    from tracker.api import Copy
    from tracker.cli.output import emit

    if file == "-" and sys.stdin.isatty():
        raise SettingsError(
            "no answer given; save one with `tracker share -o share.json`, then `tracker verify share.json`"
        )
    content = given(file)
    if b"tracker permalink" in content and _verify_frozen(settings, output, content):
        return
    with Copy(settings) as copy:
        found = copy.verify(content)
    emit(found, output)
    if not found.equal:
        click.get_current_context().exit(1)


def _verify_frozen(settings: Settings, output: Output, content: bytes) -> bool:
    """Draw the figures of a frozen version again where the file is its manifest, and say so."""
    from tracker.api import site
    from tracker.cli.output import emit

    if not site.is_frozen(content):
        return False
    figures = site.verify(settings, content)
    emit(figures, output)
    if set(figures.table["verdict"]) - {"same"}:
        click.get_current_context().exit(1)
    return True


@click.command()
@click.option("--date", "day", type=Day(), required=True, help="The night's day.")
@click.option(
    "--source", default="hub_models", show_default=True, help="Source of the night, if several cover the day."
)
@click.option("--dry-run", is_flag=True, help="Say which published figures would change, and change nothing.")
@click.option(
    "--purge", is_flag=True, help="Also remove its rows from earlier generations, and delete its landed pages."
)
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@reason_option
@output_options
@folder_options
def forget(
    settings: Settings, output: Output, day: date, source: str, dry_run: bool, purge: bool, yes: bool,
    reason: str | None,
) -> None:  # fmt: skip
    """Take a night out of the record.

    Everything after it is computed again, as if the night had never been. Earlier generations keep what they said,
    unless --purge removes its rows there too. The published figures that change are printed; `tracker restatements`
    lists them later. It takes about as long as loading every night again. Exit code 75: another run holds the lock.

    \b
    Example:
      tracker forget --date 2026-11-21 --dry-run
    """
    from tracker.api import Rows, operate
    from tracker.cli.output import emit

    if not dry_run and not yes:
        _ask(settings, day, source)
    done = operate.forget_night(settings, day, source, dry_run=dry_run, purge=purge, reason=reason)
    emit(Rows.of(done.restated), output)
    if not output.quiet:
        click.echo(_line(done, dry_run), err=True)


def _ask(settings: Settings, day: date, source: str) -> None:
    """Go on where a person says so; without a terminal nobody can be asked."""
    from tracker.api import operate

    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise SettingsError(f"this takes the night of {day} out of the record; if that is meant, say --yes")
    found = operate.find_night(settings, day, source)
    what = ", ".join(f"{run.models:,} models of scope {run.scope}" for run in found)
    if not click.confirm(f"Take the night of {source} on {day} out of the record ({what})?", err=True):
        raise TrackerError("it was not confirmed; nothing was done")


def _line(done: Forgotten, dry_run: bool) -> str:
    """Return one countable line about what was done."""
    first = done.runs[0]
    models = sum(run.models for run in done.runs)
    what = f"{first.source} {first.snapshot_date} ({models:,} models)"
    changed = f"{done.restated.height:,} published figures change"
    if dry_run:
        return f"{what} would go; {changed}; nothing was done"
    shown = f"published {done.published.name}" if done.published else "no night is left, so nothing is published"
    return f"{what} is forgotten; {changed}; {shown}"
