"""Where the data come from: every source, how old it is, and what of it may leave this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tracker.cli.options import Output, folder_options, output_options

if TYPE_CHECKING:
    from tracker.settings import Settings


@click.command()
@output_options
@folder_options
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
