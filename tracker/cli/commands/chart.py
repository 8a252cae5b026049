"""`tracker chart`: a figure with its definition, coverage and date written on it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracker.cli.options import settings_options
from tracker.errors import SettingsError
from tracker.words import THEMES

if TYPE_CHECKING:
    from tracker.settings import Settings


@click.command()
@click.argument("name", required=False)
@click.option("--all", "every", is_flag=True, help="Draw every chart, each with its rows as CSV.")
@click.option(
    "-o", "--output", "path", type=click.Path(path_type=Path),
    help=".svg, .png or .pdf; with --all a folder [default: <data-dir>/reports/<year>-W<week>].",
)  # fmt: skip
@click.option("--theme", type=click.Choice(THEMES), default="light", show_default=True)
@click.option("--title", help="Say it in your own words.")
@click.option("--definition", default="default", show_default=True, help="The rule that the numbers follow.")
@settings_options
def chart(
    settings: Settings, name: str | None, every: bool, path: Path | None, theme: str, title: str | None, definition: str
) -> None:
    """Draw a chart; without a name, list the charts.

    \b
    Examples:
      tracker chart
      tracker chart share_by_family -o share.svg
      tracker chart downloads_by_origin -o downloads.png --theme dark
      tracker chart --all
    """
    from tracker.api import Copy, draw

    if every:
        if name or title:
            raise SettingsError("--all draws every chart under its own title; leave NAME and --title out")
        with Copy(settings) as copy:
            for written in draw.every_chart(copy, path or draw.week_folder(copy), definition=definition):
                click.echo(written)
        return
    if name is None:
        for each, text in draw.titles().items():
            click.echo(f"{each}\t{text}")
        return
    with Copy(settings) as copy:
        drawn = draw.chart(copy, name, definition=definition, theme=theme, title=title)
    click.echo(drawn.save(path or Path(f"{name}.svg")))
