"""Nothing is lost and nothing changes unseen: backups of the folder, and saved answers asked again."""

from __future__ import annotations

from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from tracker.cli.options import Output, folder_options, output_options, settings_options
from tracker.errors import SettingsError

if TYPE_CHECKING:
    from tracker.settings import Settings

folder_argument = click.argument("folder", type=click.Path(file_okay=False, path_type=Path))


@click.command()
@folder_argument
@folder_options
def backup(settings: Settings, folder: Path) -> None:
    """Copy the record and the database to another disk.

    Only what is new since the last backup there is copied, but for the database; until it is whole, the last
    one stays. Landed pages are not in it.

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
@click.argument("file", type=click.File("rb"), default="-")
@output_options
@settings_options
def verify(settings: Settings, output: Output, file: IO[bytes]) -> None:
    """Ask a saved answer again and compare.

    FILE is an answer that was saved with `-o FILE.json`, or stdin. The copy that it was made from is asked where it
    is kept, else the newest. Exit code 1 where rows differ.

    \b
    Examples:
      tracker share Qwen -o share.json
      tracker verify share.json
    """
    from tracker.api import Copy
    from tracker.cli.output import emit

    if file.isatty():
        raise SettingsError(
            "no answer given; save one with `tracker share -o share.json`, then `tracker verify share.json`"
        )
    with Copy(settings) as copy:
        found = copy.verify(file.read())
    emit(found, output)
    if not found.equal:
        click.get_current_context().exit(1)
