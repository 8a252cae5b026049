"""`tracker chart | report | site`: what is looked at and cited, each figure with its definition, coverage and date."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tracker.cli.options import Place, Words, asking_options, settings_options
from tracker.errors import SettingsError
from tracker.words import COUNTERS, GROUP_ALIASES, GROUPS, LISTS, SIZES, THEMES

if TYPE_CHECKING:
    from tracker.cli.options import Asked
    from tracker.settings import Settings


@click.command()
@click.argument("name", required=False)
@click.option("--all", "every", is_flag=True, help="Draw every chart, each with its rows as CSV.")
@click.option(
    "-o", "--output", "path", type=Place(),
    help=".svg, .png, .pdf or .csv; with --all a folder [default: <data-dir>/reports/<year>-W<week>].",
)  # fmt: skip
@click.option(
    "--by", type=Words([*GROUPS, *COUNTERS], GROUP_ALIASES), help="Group by this, or count this: see share and trend."
)
@click.option("--of", type=Words(LISTS), help="What the lines are, where a trend is drawn.")
@click.option("--from", "first", metavar="WHEN", help="First month or night.")
@click.option("--to", "to", metavar="WHEN", help="Last month or night.")
@click.option("--month", metavar="YYYY-MM", help="The month, where a chart is about one.")
@click.option("--only", multiple=True, metavar="NAME", help="Draw this one; repeatable.")
@click.option("--where", multiple=True, metavar="COLUMN=NAME", help="Count only what has this name; repeatable.")
@click.option("--since-release", is_flag=True, help="By days since release, where a trend is drawn.")
@click.option("--log", is_flag=True, help="A logarithmic axis, where the chart has one.")
@click.option("--size", type=click.Choice(SIZES), default="web", show_default=True, help="What the file is for.")
@click.option("--theme", type=click.Choice(THEMES), default="light", show_default=True)
@click.option("--title", help="Replace the title.")
@click.option("--definition", default="default", show_default=True, help="The rule that the numbers follow.")
@asking_options
def chart(
    asked: Asked, name: str | None, every: bool, path: Path | None, size: str, theme: str, definition: str,
    title: str | None, **options: Any,
) -> None:  # fmt: skip
    """Draw a chart; without a name, list the charts.

    \b
    Examples:
      tracker chart
      tracker chart families -o families.svg
      tracker chart origins --only China --only US --size slide -o slide.png
      tracker chart downloads -o downloads.png --theme dark --from 2026-11-01
      tracker chart families --where publisher_country=US -o us.pdf
      tracker chart vintages --month 2026-10 -o vintages.svg
      tracker chart --all
    """
    from tracker.api import draw

    if every:
        if name or title or any(options.values()):
            raise SettingsError(
                "--all draws every chart as it is; leave NAME, --title and the options of questions out"
            )
        with asked.open() as copy:
            for written in draw.every_chart(copy, path or draw.week_folder(copy), definition=definition):
                click.echo(written)
        return
    if name is None:
        for each, text in draw.titles().items():
            click.echo(f"{each}\t{text}")
        return
    with asked.open() as copy:
        drawn = draw.chart(copy, name, definition=definition, title=title or "", **options)
    click.echo(drawn.save(path or Path(f"{name}.svg"), theme, size))


@click.command()
@click.option("--week", metavar="YYYY-Www", help="The week of ISO 8601 [default: the snapshot's].")
@click.option("-o", "--output", "path", type=Place(),
              help="This file, .html or .md [default: <data-dir>/reports/YYYY-Www/, and the feed].")  # fmt: skip
@click.option("--charts", is_flag=True, help="Also write each chart as SVG and PNG with its rows as CSV.")
@click.option("--definition", default="default", show_default=True, help="The rule that the numbers follow.")
@settings_options
def report(settings: Settings, week: str | None, path: Path | None, charts: bool, definition: str) -> None:
    """Write the weekly report: what changed, and the charts.

    Each sentence is written only if bounds and chance allow it, with the command that gives its number. Writes one
    HTML file that needs nothing else, the same as Markdown, the sentences as JSON, and an Atom feed of all weeks.

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


@click.command()
@click.argument("root", metavar="[DIR]", type=Place(), required=False)
@click.option("--base-url", metavar="URL", help="Address of the site, for the feed, the sitemap and citations.")
@click.option("--models", type=click.IntRange(min=0), help="Number of models with a page [default: 5000].")
@click.option(
    "--pictures/--no-pictures", default=True, show_default=True, help="Also draw the main figures as PNG and PDF."
)
@click.option("--freeze", is_flag=True, help="Add a version of this copy below v/ that never changes.")
@click.option("--if-due", is_flag=True, help="Do nothing if the site shows this copy already, or no folder is set.")
@click.option("--serve", "is_served", is_flag=True,
              help="Show the site on this machine until Ctrl-C; write it first if there is none.")  # fmt: skip
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="Port of --serve; 0: any free one."
)
@settings_options
def site(
    settings: Settings, root: Path | None, base_url: str | None, models: int | None, pictures: bool, freeze: bool,
    if_due: bool, is_served: bool, port: int,
) -> None:  # fmt: skip
    """Write the site: pages of figures, families and claims.

    Writes plain files that any static host serves and that open from the disk. They replace the existing site in one
    step. Files with the same content stay as they are, and so do files that the site did not write. The settings
    site_dir, site_url, site_models and site_license give its folder, its address, the number of models with a page,
    and the licence of its figures.

    --serve with an option of writing writes the site first, then shows it. If another run writes the site meanwhile,
    the next page is of the new one.

    \b
    Examples:
      tracker site public --base-url https://example.org/tracker/ --models 100 --no-pictures --freeze
      tracker site public --models 100 --no-pictures --serve
    """
    from tracker.api import site as pages

    root = root or settings.site_dir
    if root is None:
        if if_due:
            click.echo("no site: site_dir names no folder")
            return
        raise SettingsError("name the folder of the site: `tracker site DIR`, or the setting site_dir")
    is_asked = base_url is not None or models is not None or freeze or if_due or not pictures
    if not is_served or is_asked or not pages.stands(root):
        _write(settings, root, base_url, models, pictures, freeze, if_due)
    if is_served:
        _serve(root, port)


def _write(
    settings: Settings, root: Path, base_url: str | None, models: int | None, pictures: bool, freeze: bool, if_due: bool
) -> None:
    from tracker.api import Copy
    from tracker.api import site as pages

    options = pages.Options(
        settings.site_url if base_url is None else base_url,
        settings.site_models if models is None else models,
        pictures,
        freeze,
        settings.site_license,
    )
    with Copy(settings, timeout=pages.TIMEOUT_SECONDS) as copy:
        if if_due and not pages.is_due(copy, root, freeze=freeze):
            click.echo(f"{root}: shows this copy already")
            return
        written = pages.write(copy, root, options)
    told = f"{written.files:,} files, {written.changed:,} new or changed, {written.gone:,} gone"
    click.echo(f"{written.root / 'index.html'}\t{told}")


def _serve(root: Path, port: int) -> None:
    from tracker.serve import folder

    def ready(address: str) -> None:
        click.echo(address)
        click.echo(f"shows {root} until Ctrl-C", err=True)

    with contextlib.suppress(KeyboardInterrupt):
        folder.serve(root, port, ready)
