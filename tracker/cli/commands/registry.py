"""`tracker registry`: check, measure and look up the curated facts."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracker.cli.options import Output, output_options, settings_options
from tracker.errors import TrackerError

if TYPE_CHECKING:
    import polars as pl

    from tracker.curation.coverage import Queryable
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
@click.option("--stale", is_flag=True, help="Also compare with the newest snapshot: what the Hub says itself by now.")
@settings_options
def check(settings: Settings, stale: bool) -> None:
    """List every problem of the registry's files.

    Each is `path:line: message`; exit code 1 where there is one.

    \b
    Examples:
      tracker registry check
      tracker registry check --stale
    """
    from tracker import claims, curation, store
    from tracker import registry as curated

    folder = settings.registry or curated.default_directory()
    problems = [*curated.check(folder), *claims.check(folder)]
    if stale and not problems:
        with store.open_published(settings.data_dir) as published:
            if published.facts().synthetic:
                raise TrackerError("the newest snapshot is synthetic demo data and cannot say what is stale")
            whole = published.facts().scope == "full"
            problems = curation.stale(published, curated.load(settings.registry), whole)
    for problem in problems:
        click.echo(problem)
    if problems:
        click.get_current_context().exit(1)
    book = curated.load(settings.registry)
    counts = f"{len(book.organizations):,} organizations, {len(book.families):,} families, {len(book.roots):,} rules"
    click.echo(f"registry {book.version}: {counts}, no problem", err=True)


@registry.command()
@click.option(
    "--sample", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE",
    help="Measure on a recorded sample (CSV or Parquet with ids, downloads, tags) instead of the published copy.",
)  # fmt: skip
@click.option("--next", "following", type=click.Choice(["organizations", "roots"]), help="Rows to fill in, by weight.")
@click.option("--by", type=click.Choice(["downloads", "derivatives"]), default="downloads", show_default=True)
@click.option("--limit", type=click.IntRange(min=1), default=25, show_default=True)
@output_options
@settings_options
def coverage(
    settings: Settings, output: Output, sample: Path | None, following: str | None, by: str, limit: int
) -> None:
    """Say how much of the Hub is reviewed.

    With --next, what is not and matters most, as rows ready to fill in.

    \b
    Examples:
      tracker registry coverage
      tracker registry coverage --next roots --by derivatives --format csv
      tracker registry coverage --sample models.parquet
    """
    from tracker import curation, store
    from tracker import registry as curated
    from tracker.cli.output import emit_rows

    if sample is not None:
        tables = curation.sample_tables(curation.read_sample(sample), curated.load(settings.registry))
        emit_rows(_covered(tables, following, by, limit), output)
        return
    with store.open_published(settings.data_dir) as published:
        facts = published.facts()
        footer = [f"snapshot {facts.snapshot_date} · scope {facts.scope} · registry {facts.registry_version}"]
        footer += ["synthetic demo data"] if facts.synthetic else []
        emit_rows(_covered(published, following, by, limit), output, footer=footer)


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
    import polars as pl

    from tracker import curation
    from tracker import registry as curated
    from tracker.cli.output import emit_rows

    facts = curation.show(name, curated.load(settings.registry))
    emit_rows(pl.DataFrame([asdict(fact) for fact in facts]), output)


def _covered(tables: Queryable, following: str | None, by: str, limit: int) -> pl.DataFrame:
    import polars as pl

    from tracker import curation

    order = {"downloads": "downloads_30d", "derivatives": "derivatives"}[by]
    if following == "organizations":
        return curation.next_organizations(tables, limit, order)
    if following == "roots":
        return curation.next_roots(tables, limit, order)
    return pl.DataFrame(
        [asdict(each) | {"share": each.share if each.total else None} for each in curation.coverage(tables)]
    )
