"""`tracker lineage MODEL`: where a model comes from, with the evidence of every step."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tracker.cli.options import Output, output_options, rows_option, settings_options
from tracker.words import VARIANTS

if TYPE_CHECKING:
    from tracker.settings import Settings


@click.command()
@click.argument("model", metavar="MODEL")
@click.option("--down", is_flag=True, help="Show descendants instead of ancestors.")
@rows_option("--limit", default=20, help="At most N derivatives of each model.")
@click.option(
    "--variant",
    type=click.Choice(VARIANTS),
    default="default",
    show_default=True,
    help="Mirrors as uploaded, distills by their teacher, or with inferred parents.",
)
@output_options
@settings_options
def lineage(settings: Settings, output: Output, model: str, down: bool, limit: int, variant: str) -> None:
    """Draw the way from a model to its roots, and say why.

    Every step has its relation and its evidence.

    \b
    Examples:
      tracker lineage meta-llama/Llama-3.1-8B-Instruct
      tracker lineage Qwen/Qwen2.5-7B --down
      tracker lineage unsloth/KURE-v1 --json
    """
    from tracker.api import Copy
    from tracker.cli.output import emit_json, emit_text

    with Copy(settings) as copy:
        answer = copy.descendants(model, limit=limit) if down else copy.lineage(model, variant=variant)
    if output.show_sql:
        emit_text(answer.sql + "\n", output)
    elif output.format in ("json", "jsonl"):
        emit_json(answer.as_json(), output)
    else:
        emit_text(answer.as_text(), output)
