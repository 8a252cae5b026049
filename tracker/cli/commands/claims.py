"""`tracker claims`: published figures beside ours."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracker.cli.options import Output, asking_options, cite_option, output_options

if TYPE_CHECKING:
    from tracker.cli.options import Asked


@click.command()
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option("--fit", metavar="ID", help="Rank the rules that come closest to one claim.")
@click.option(
    "--list",
    "list_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The list of models that an author counts: one id a line, or a CSV with a column modelId or model_id.",
)
@output_options
@asking_options
@cite_option
def claims(asked: Asked, output: Output, ids: tuple[str, ...], fit: str | None, list_file: Path | None) -> None:
    """Judge published figures beside ours, and say why.

    Where its rule is published, a figure is reproduced, within band, or differs. Where it is not, every reading of
    the rule is tried: the figure is possible where one falls within the tolerance, else impossible, and the range of
    all readings is shown. Or it cannot be computed. --show-sql gives the SQL of every figure, of a rule that is not
    published for the closest, the lowest and the highest reading.

    \b
    Examples:
      tracker claims
      tracker claims F50 F52 --json
      tracker claims F20 --show-sql
      tracker claims --fit F20
      tracker sql "select model_id from latest order by downloads_30d desc limit 500" -o models.csv
      tracker claims F14 F17 --list models.csv
    """
    from tracker.cli.output import emit

    with asked.open() as copy:
        answer = copy.claims(ids, fit=fit, list=list_file)
    emit(answer, output)
