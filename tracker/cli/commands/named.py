"""What has a name of its own: `tracker measure`, and `tracker claims`, published figures beside ours."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracker.cli.options import Output, asking_options, cite_option, output_options
from tracker.errors import SettingsError

if TYPE_CHECKING:
    from tracker.cli.options import Asked


@click.command()
@click.argument("name", required=False)
@click.option("-p", "--param", "given", multiple=True, metavar="NAME=VALUE", help="Set a parameter; repeatable.")
@click.option("--describe", is_flag=True, help="List the measure's parameters: kind, default and meaning.")
@output_options
@asking_options
@cite_option
def measure(asked: Asked, output: Output, name: str | None, given: tuple[str, ...], describe: bool) -> None:
    """Ask a measure by its name; without a name, list them.

    A measure that a definition shapes has a command of its own, which the list names.

    \b
    Examples:
      tracker measure
      tracker measure concentration -p largest=0.01
      tracker measure derivatives_rank --describe
    """
    from tracker.api import Copy
    from tracker.cli.output import emit

    if name is None or describe:
        emit(Copy.measures(name), output)
        return
    with asked.open() as copy:
        emit(copy.measure(name, **dict(map(_pair, given))), output)


def _pair(text: str) -> tuple[str, str]:
    name, separator, value = text.partition("=")
    if not separator:
        raise SettingsError(f"-p {text}: write NAME=VALUE")
    return name.strip(), value.strip()


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
