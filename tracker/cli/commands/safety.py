"""Back up the record and the database, and restore them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracker.cli.options import settings_options

if TYPE_CHECKING:
    from tracker.settings import Settings

folder_argument = click.argument("folder", type=click.Path(file_okay=False, path_type=Path))


@click.command()
@folder_argument
@settings_options
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
@settings_options
def restore(settings: Settings, folder: Path) -> None:
    """Put a backup into a new data folder and publish it.

    Every file is checked against the checksum it was written with.

    \b
    Example:
      tracker restore ../backup --data-dir ./data-restored
    """
    from tracker.api import operate

    done, published = operate.restore(settings, folder)
    click.echo(f"{done.files:,} files, {done.bytes / 1e6:,.1f} MB restored; published {published}")
