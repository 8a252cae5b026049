"""`tracker measure`: every named query, by its name and parameters."""

from __future__ import annotations

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
