"""`tracker lineage MODEL`: where a model comes from, with the evidence of every step."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from tracker.cli.options import LINEAGE_FORMATS, Output, asking_options, asks, cite_option, rows_option, tree_options
from tracker.errors import SettingsError
from tracker.words import VARIANTS

if TYPE_CHECKING:
    from tracker.api import Answer, Copy
    from tracker.cli.options import Asked


def _found(
    copy: Copy, *, model: str | None, publisher: str | None, down: bool, limit: int, variant: str
) -> Answer:  # fmt: skip
    _require_one(model, publisher, down)
    if publisher is not None:
        return copy.publisher(publisher, variant=variant, limit=limit)
    assert model is not None
    return copy.lineage(model, down=down, variant=variant, limit=limit)


@click.command()
@click.argument("model", metavar="[MODEL]", required=False)
@click.option(
    "--publisher", metavar="NAME", help="All models of this publisher, and what is built on them, by whom and where."
)
@click.option("--down", is_flag=True, help="Show what is built on MODEL, instead of where it comes from.")
@rows_option(
    "--limit", default=20, help="At most N derivatives of each model in a tree, N rows of each kind of a publisher."
)
@click.option(
    "--variant",
    type=click.Choice(VARIANTS),
    default="default",
    show_default=True,
    help="Mirrors as uploaded, distills by their teacher, or with inferred parents.",
)
@tree_options
@asking_options
@cite_option
@asks(_found)
def lineage(
    asked: Asked, output: Output, model: str | None, publisher: str | None, down: bool, limit: int, variant: str
) -> None:  # fmt: skip
    """Say where a model comes from, or what is built on it.

    On a terminal it draws a tree. Other formats have rows, one per root or descendant; `path` has the names from
    MODEL to it, with " > " between them. MODEL may be any present or former name of a model, or a name that models
    give as their parent. Of several paths the heaviest is shown, with its weakest evidence; `weight` is the part of
    the credit along all paths.

    \b
    Examples:
      tracker lineage meta-llama/Llama-3.1-8B-Instruct --format tree
      tracker lineage Qwen/Qwen2.5-7B --down
      tracker lineage Qwen/Qwen2.5-7B --down --variant teacher --format csv
      tracker lineage HuggingFaceH4/zephyr-7b-beta --json
      tracker lineage HuggingFaceH4/zephyr-7b-beta --format cyclonedx -o zephyr.cdx.json
      tracker lineage Qwen/Qwen2.5-7B --down --format dot -o qwen.dot
      tracker lineage --publisher Qwen --limit 5
    """
    from tracker.api import Ancestors, Descendants
    from tracker.cli.output import emit, emit_json, emit_text

    _require_one(model, publisher, down)
    _require_fitting(output, publisher, down)
    with asked.open() as copy:
        if output.format == "cyclonedx":
            assert model is not None
            emit_json(copy.bill(model, variant=variant), output)
            return
        answer = _found(copy, model=model, publisher=publisher, down=down, limit=limit, variant=variant)
    if publisher is not None:
        output = replace(output, format="table" if output.format == "tree" else output.format)
    if output.format in LINEAGE_FORMATS and not (output.show_sql or output.cite):
        assert isinstance(answer, Ancestors | Descendants)
        emit_text(answer.as_dot() if output.format == "dot" else answer.as_tree(), output)
    else:
        emit(answer, output)


def _require_one(model: str | None, publisher: str | None, down: bool) -> None:
    if (model is None) == (publisher is None) or (publisher is not None and down):
        raise SettingsError("name a MODEL, with --down for what is built on it, or a publisher with --publisher NAME")


def _require_fitting(output: Output, publisher: str | None, down: bool) -> None:
    """Refuse the formats of other tools where they have no place for what is asked."""
    if output.format in ("dot", "cyclonedx") and publisher is not None:
        raise SettingsError(f"--format {output.format} is about one MODEL; leave --publisher out")
    if output.format == "cyclonedx" and down:
        raise SettingsError("--format cyclonedx tells where a model comes from; leave --down out, or use --format dot")
    if output.format == "cyclonedx" and (output.show_sql or output.cite):
        raise SettingsError("--show-sql and --cite are of the rows; leave --format cyclonedx out")
