"""`tracker mcp`: the questions as tools of an assistant."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tracker.cli.options import settings_options
from tracker.errors import needs

if TYPE_CHECKING:
    from tracker.settings import Settings


@click.command()
@click.option("--timeout", type=click.FloatRange(min=0.1), default=30.0, show_default=True,
              help="Seconds that a question may take.")  # fmt: skip
@click.option(
    "--memory", default="4GB", show_default=True, metavar="SIZE", help="Memory that all questions together may take."
)
@settings_options
def mcp(settings: Settings, timeout: float, memory: str) -> None:
    """Answer assistants over MCP, on stdin and stdout.

    The assistant starts this command itself. It can ask shares, trends, lineage, claims, measures, tables and sealed
    SQL. Nothing is written. docs/asking.md shows how to configure an assistant.

    \b
    Example:
      tracker mcp --data-dir /srv/tracker/data
    """
    with needs("mcp", "mcp", "mcp_types"):
        from tracker.serve.assistants.server import serve
    import sys

    from tracker.cli import asked
    from tracker.serve.asked.bounds import Bounds, size
    from tracker.serve.asked.desk import Desk
    from tracker.settings import seconds

    bounds = Bounds(seconds=seconds("--timeout", timeout), memory=size(memory))
    if sys.stdin.isatty():
        click.echo("an assistant speaks to this on stdin; Ctrl-C ends it", err=True)
    with Desk(settings, bounds) as desk:
        serve(desk, asked)
