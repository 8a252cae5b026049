"""`tracker registry`: check, measure and look up the curated facts."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from tracker.cli.options import Output, output_options, settings_options
from tracker.words import SIGNAL_SOURCES

if TYPE_CHECKING:
    from tracker.curation.pages import Visit
    from tracker.settings import Settings


sample_option = click.option(
    "--sample", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE",
    help="Ask a recorded sample (CSV, JSON lines or Parquet with ids, downloads, tags) instead of the published copy.",
)  # fmt: skip


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
@click.option(
    "--stale", is_flag=True, help="Also list corrections that the Hub has made itself, by the newest full night."
)
@click.option("--sources", is_flag=True, help="Also open every page that a row names, one a second and host.")
@click.option("--only", metavar="FILE.csv", help="With --sources: only the pages of this file.")
@settings_options
def check(settings: Settings, stale: bool, sources: bool, only: str | None) -> None:
    """List every problem of the registry's files.

    Each is `path:line: message`; exit code 1 if there is one. --sources opens the pages that rows name, and reports
    those that are gone (exit code 1), moved for good, or cannot be judged.

    \b
    Example:
      tracker registry check
    """
    from tracker.api import curate

    if only and not sources:
        raise click.UsageError("--only says whose pages are opened; give --sources with it")
    problems = curate.check(settings, stale=stale)
    for problem in problems:
        click.echo(problem)
    if problems:
        click.get_current_context().exit(1)
    click.echo(f"{curate.summary(settings)}, no problem", err=True)
    if sources and _are_gone(curate.sources(settings, only=only)):
        click.get_current_context().exit(1)


def _are_gone(visits: list[Visit]) -> bool:
    """Print what is wrong with the pages that were opened, and say whether one is gone."""
    for visit in visits:
        for problem in visit.problems:
            click.echo(problem)
    states = Counter(visit.state for visit in visits)
    counts = ", ".join(f"{states[state]:,} {state.value}" for state in sorted(states))
    click.echo(f"{len(visits):,} pages: {counts or 'none named'}", err=True)
    return any(visit.is_gone for visit in visits)


@registry.command()
@sample_option
@click.option("--source", type=click.Choice(SIGNAL_SOURCES), help="Coverage of another source than the Hub.")
@click.option("--next", "following", type=click.Choice(["organizations", "roots", "names"]),
              help="Print rows to fill in, by weight; names: with --source, names without an owner.")  # fmt: skip
@click.option("--by", type=click.Choice(["downloads", "derivatives"]), default="downloads", show_default=True,
              help="Weigh by downloads of 30 days, or by derivatives.")  # fmt: skip
@click.option("--limit", type=click.IntRange(min=1), default=25, show_default=True, metavar="N", help="At most N rows.")
@output_options
@settings_options
def coverage(
    settings: Settings,
    output: Output,
    sample: Path | None,
    source: str | None,
    following: Literal["organizations", "roots", "names"] | None,
    by: Literal["downloads", "derivatives"],
    limit: int,
) -> None:
    """Say how much of the Hub is reviewed.

    With --next it lists the most important names without a row, as rows ready to fill in.

    \b
    Examples:
      tracker registry coverage
      tracker registry coverage --next roots --by derivatives --format csv
      tracker sql "select model_id, downloads_30d from models" -o models.parquet
      tracker registry coverage --sample models.parquet
      tracker registry coverage --source openrouter
    """
    from tracker.api import curate
    from tracker.cli.output import emit

    if source:
        if following not in (None, "names"):
            raise click.UsageError(f"--next {following} is asked of the Hub; with --source write --next names")
        emit(curate.coverage_of(settings, source, sample=sample, names=following == "names", limit=limit), output)
        return
    if following == "names":
        raise click.UsageError("--next names asks another source than the Hub; name one with --source")
    emit(curate.coverage(settings, sample=sample, following=following, by=by, limit=limit), output)


@registry.command()
@sample_option
@click.option("--unsupported", is_flag=True, help="Also list rules that no data support.")
@output_options
@settings_options
def audit(settings: Settings, output: Output, sample: Path | None, unsupported: bool) -> None:
    """Run every rule against what the data declare.

    Lists parents, architecture tags, sizes and licence tags that contradict a rule, those with the most downloads
    first.

    \b
    Examples:
      tracker registry audit
      tracker registry audit --unsupported --format csv
    """
    from tracker.api import curate
    from tracker.cli.output import emit

    emit(curate.audit(settings, sample=sample, unsupported=unsupported), output)


@registry.command()
@sample_option
@output_options
@settings_options
def renames(settings: Settings, output: Output, sample: Path | None) -> None:
    """Name namespaces that may be one under two names.

    Finds namespaces that share rare names of models, or whose models moved from one to the other, and prints rows for
    aliases.csv.

    \b
    Example:
      tracker registry renames
    """
    from tracker.api import curate
    from tracker.cli.output import emit

    emit(curate.renames(settings, sample=sample), output)


@registry.command()
@click.argument("old", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("new", type=click.Path(exists=True, file_okay=False, path_type=Path))
@sample_option
@click.option("--least", type=click.FloatRange(min=0), default=0.1, show_default=True, metavar="POINTS",
              help="Leave out what moves by less than this many percentage points.")  # fmt: skip
@output_options
@settings_options
def diff(settings: Settings, output: Output, old: Path, new: Path, sample: Path | None, least: float) -> None:
    """Say what a change of the registry moves.

    Compares shares of the new derivatives by family and by origin country, of each month and of all, under the
    registry folders OLD and NEW.

    \b
    Example:
      tracker registry diff data/registry data/registry
    """
    from tracker.api import curate
    from tracker.cli.output import emit

    emit(curate.diff(settings, old, new, sample=sample, least=least), output)


@registry.command()
@click.argument("kind", metavar="KIND")
@click.argument("cells", nargs=-1, required=True, metavar="COLUMN=TEXT...")
@settings_options
def add(settings: Settings, kind: str, cells: tuple[str, ...]) -> None:
    """Put a row where it belongs, and check it.

    KIND is organization, alias, family, root, mirror, override, country, license, license_tag, counting_rule, maker,
    openness, other_name, license_word or modelscope_namespace. A row with a problem is not written; reviewed_on
    defaults to today.

    \b
    Example:
      tracker registry add alias old_namespace=NAME namespace=Qwen source_url=https://huggingface.co/Qwen verified=page
    """
    from tracker.api import curate

    pairs = [cell.partition("=") for cell in cells]
    if wrong := next((column for column, equals, _ in pairs if not equals), None):
        raise click.UsageError(f"{wrong!r} has no '='; write each cell as COLUMN=TEXT, in quotes where it has blanks")
    added = curate.add(settings, kind, {column: text for column, _, text in pairs})
    click.echo(f"{added.place}: {added.row}")
    if added.needs:
        click.echo(f"next: {added.needs}", err=True)


@registry.command()
@settings_options
def sort(settings: Settings) -> None:
    """Sort the rows of every file by its key.

    \b
    Example:
      tracker registry sort
    """
    from tracker.api import curate

    changed = curate.sort(settings)
    click.echo(f"sorted {', '.join(changed)}" if changed else "every file is sorted", err=True)


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
