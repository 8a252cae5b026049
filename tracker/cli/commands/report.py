"""`tracker report`: what changed in a week, with its charts, as one file to read, to mail and to cite."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracker.cli.options import settings_options
from tracker.errors import SettingsError

if TYPE_CHECKING:
    from tracker.settings import Settings


@click.command()
@click.option("--week", metavar="YYYY-Www", help="The week of ISO 8601 [default: the snapshot's].")
@click.option("-o", "--output", "path", type=click.Path(path_type=Path),
              help="This file, .html or .md [default: <data-dir>/reports/YYYY-Www/, and the feed].")  # fmt: skip
@click.option("--charts", is_flag=True, help="Every chart beside it, as SVG and PNG with its rows as CSV.")
@click.option("--definition", default="default", show_default=True, help="The rule that the numbers follow.")
@settings_options
def report(settings: Settings, week: str | None, path: Path | None, charts: bool, definition: str) -> None:
    """Write the weekly report: what changed, in sentences that bounds and chance allow, and the charts.

    One HTML file that needs nothing else, the same as Markdown, the sentences as JSON, and an Atom feed of all weeks.

    \b
    Examples:
      tracker report
      tracker report --week 2026-W47 -o week.html
      tracker report -o week.md
    """
    from tracker.api import Copy, draw, report

    if charts and path:
        raise SettingsError("--charts go beside a report in its folder; leave --output out")
    with Copy(settings) as copy:
        made = report.of_week(copy, week, definition=definition)
        written = [report.save(made, path)] if path else report.write(copy, made)
        if charts:
            written += draw.every_chart(copy, written[0].parent, definition=definition)
    for each in written:
        click.echo(each)
