"""`tracker claims`: published figures beside ours."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracker.cli.options import Output, output_options, settings_options

if TYPE_CHECKING:
    from tracker.answers import Answer
    from tracker.settings import Settings

ONLY_FOR_PROGRAMS = ("statement", "data", "points", "source_url")


@click.command()
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option("--fit", "fitted", metavar="ID", help="Rank the rules that come closest to one claim.")
@click.option(
    "--list",
    "list_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The list of models that an author counts: one id a line, or a CSV with a column modelId or model_id.",
)
@output_options
@settings_options
def claims(
    settings: Settings, output: Output, ids: tuple[str, ...], fitted: str | None, list_file: Path | None
) -> None:
    """Judge published figures beside ours, and say why.

    A figure is reproduced, within band, differs, or cannot be computed.

    \b
    Examples:
      tracker claims
      tracker claims F50 F52 --json
      tracker claims --fit F20
      tracker claims F14 F17 --list models.csv
    """
    from tracker import claims as ledger
    from tracker import registry, store
    from tracker.cli.output import emit
    from tracker.registry import definitions
    from tracker.registry.claims import find

    known = ledger.load(settings.registry or registry.default_directory())
    models = definitions.read_list(list_file) if list_file else []
    with store.open_published(settings.data_dir) as published:
        rules = published.definitions()
        if fitted:
            answer = ledger.fit(published, find(known, fitted), rules, models=models)
        else:
            chosen = [find(known, each) for each in ids] or known
            answer = ledger.evaluate(published, chosen, rules, models=models)
    emit(_narrow(answer) if output.format in ("table", "markdown", "tsv", "csv") else answer, output)


def _narrow(answer: Answer) -> Answer:
    """Return the answer without the columns that no one can read in a table."""
    columns = [name for name in ONLY_FOR_PROGRAMS if name in answer.frame.columns]
    return replace(answer, frame=answer.frame.drop(columns))
