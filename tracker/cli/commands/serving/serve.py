"""`tracker serve`: the questions over HTTP, for dashboards, spreadsheets and scripts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracker.cli.options import Place, settings_options
from tracker.errors import TrackerError, needs

if TYPE_CHECKING:
    from tracker.settings import Settings

_PACKAGES = ("fastapi", "uvicorn", "starlette", "pydantic", "anyio", "h11")


@click.command()
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Address to listen on; by default this machine only."
)
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="Port; 0: any free one.")
@click.option("--allow-host", "known", multiple=True, metavar="NAME",
              help="Host name to answer to, such as a proxy's; repeatable [also: serve_hosts].")  # fmt: skip
@click.option("--site", "root", type=Place(file_okay=False), metavar="DIR",
              help="Also serve the site in this folder [default: site_dir].")  # fmt: skip
@click.option(
    "--places", type=click.IntRange(1, 64), default=4, show_default=True, help="Questions answered at the same time."
)
@click.option(
    "--waiting",
    type=click.IntRange(0, 1000),
    default=8,
    show_default=True,
    help="Questions that may wait; further ones get 503.",
)
@click.option("--timeout", type=click.FloatRange(min=0.1), default=30.0, show_default=True,
              help="Seconds that a question may take.")  # fmt: skip
@click.option(
    "--memory", default="8GB", show_default=True, metavar="SIZE", help="Memory that all questions together may take."
)
@settings_options
def serve(
    settings: Settings, host: str, port: int, known: tuple[str, ...], root: Path | None, places: int, waiting: int,
    timeout: float, memory: str,
) -> None:  # fmt: skip
    """Answer over HTTP: read-only JSON, CSV and Arrow.

    /api/share, trend, top, lineage, measure/NAME, claims, schema, sources and sql take the long options of their
    commands, positional ones as `names`, `model` and `sql`; /openapi.json describes them. A copy that is published
    meanwhile is asked next. Nothing is written.

    \b
    Examples:
      tracker serve
      curl 'http://127.0.0.1:8000/api/share?by=family&names=Qwen'
      tracker serve --host 0.0.0.0 --allow-host tracker.example.org --site public
    """
    with needs("serve", *_PACKAGES):
        from tracker.serve.http import run
    from tracker.api import site
    from tracker.cli import asked
    from tracker.serve.asked.bounds import Bounds, size
    from tracker.serve.asked.desk import Desk
    from tracker.settings import seconds

    folder = root or settings.site_dir
    if root is not None and not site.stands(root):
        raise TrackerError(f"no site stands in {root}; write it with `tracker site {root}`")
    bounds = Bounds(places, waiting, seconds("--timeout", timeout), size(memory))

    def ready(address: str) -> None:
        click.echo(address)
        if click.get_current_context().meta["tracker.quiet"]:
            return
        click.echo(str(bounds), err=True)
        if not run.is_loopback(host):
            click.echo(
                f"whoever reaches {host} can ask all that is published, but rows that may not leave this machine; "
                "there is no password, so put a proxy before it where that is not meant",
                err=True,
            )

    with Desk(settings, bounds) as desk:
        desk.open()
        run.serve(
            desk, asked, ready, host=host, port=port, known=[*known, *map(str.strip, settings.serve_hosts.split(","))],
            root=folder if folder and site.stands(folder) else None,
        )  # fmt: skip
