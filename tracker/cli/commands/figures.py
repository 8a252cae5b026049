"""`tracker chart`: a figure with its definition, coverage and date written on it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracker.cli.options import settings_options
from tracker.words import THEMES

if TYPE_CHECKING:
    from tracker.settings import Settings


@click.command()
@click.argument("name", required=False)
@click.option("-o", "--output", "path", type=click.Path(dir_okay=False, path_type=Path), help=".svg, .png or .pdf")
@click.option("--theme", type=click.Choice(THEMES), default="light", show_default=True)
@click.option("--title", help="Say it in your own words.")
@click.option("--definition", default="default", show_default=True, help="The rule that the numbers follow.")
@settings_options
def chart(
    settings: Settings, name: str | None, path: Path | None, theme: str, title: str | None, definition: str
) -> None:
    """Draw a chart; without a name, list the charts.

    \b
    Examples:
      tracker chart
      tracker chart share_by_family -o share.svg
      tracker chart downloads_by_origin -o downloads.png --theme dark
    """
    from tracker import charts, store
    from tracker.pages import drawing
    from tracker.registry import definitions

    if name is None:
        for each in charts.names():
            click.echo(f"{each}\t{charts.find(each).TITLE}")
        return
    module = charts.find(name)
    with store.open_published(settings.data_dir) as published:
        rule = definitions.find(published.definitions(), definition)
        drawn = drawing.draw(published, module, rule, theme=theme, title=title)
    click.echo(drawn.save(path or Path(f"{name}.svg")))
