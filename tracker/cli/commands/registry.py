"""`tracker registry`: check, measure and look up the curated facts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from tracker.cli.options import Output, output_options, settings_options

if TYPE_CHECKING:
    from tracker.settings import Settings


@click.group()
def registry() -> None:
    """Check, measure and look up the curated facts.

    They say who made what, where, and how we know.

    \b
    Examples:
      tracker registry check
      tracker registry coverage --next organizations
      tracker registry show Qwen
    """


@registry.command()
@click.option("--stale", is_flag=True, help="Also name what the Hub says itself by now, as of the newest full night.")
@settings_options
def check(settings: Settings, stale: bool) -> None:
    """List every problem of the registry's files.

    Each is `path:line: message`; exit code 1 where there is one.

    \b
    Example:
      tracker registry check
    """
    from tracker.api import curate

    problems = curate.check(settings, stale=stale)
    for problem in problems:
        click.echo(problem)
    if problems:
        click.get_current_context().exit(1)
    click.echo(f"{curate.summary(settings)}, no problem", err=True)


@registry.command()
@click.option(
    "--sample", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE",
    help="Measure on a recorded sample (CSV or Parquet with ids, downloads, tags) instead of the published copy.",
)  # fmt: skip
@click.option("--next", "following", type=click.Choice(["organizations", "roots"]), help="Rows to fill in, by weight.")
@click.option("--by", type=click.Choice(["downloads", "derivatives"]), default="downloads", show_default=True,
              help="What is weighed: downloads of 30 days, or derivatives.")  # fmt: skip
@click.option("--limit", type=click.IntRange(min=1), default=25, show_default=True, metavar="N", help="At most N rows.")
@output_options
@settings_options
def coverage(
    settings: Settings,
    output: Output,
    sample: Path | None,
    following: Literal["organizations", "roots"] | None,
    by: Literal["downloads", "derivatives"],
    limit: int,
) -> None:
    """Say how much of the Hub is reviewed.

    With --next, what is not and matters most, as rows ready to fill in.

    \b
    Examples:
      tracker registry coverage
      tracker registry coverage --next roots --by derivatives --format csv
      tracker sql "select model_id, downloads_30d from models" -o models.parquet
      tracker registry coverage --sample models.parquet
    """
    from tracker.api import curate
    from tracker.cli.output import emit

    emit(curate.coverage(settings, sample=sample, following=following, by=by, limit=limit), output)


@registry.command()
@click.argument("name")
@output_options
@settings_options
def show(settings: Settings, output: Output, name: str) -> None:
    """Print all that is known of one name, with sources.

    A family, an organization, a namespace or a model.

    \b
    Examples:
      tracker registry show Qwen
      tracker registry show deepseek-ai/DeepSeek-R1-Distill-Llama-8B --json
    """
    from tracker.api import curate
    from tracker.cli.output import emit

    emit(curate.show(settings, name), output)
