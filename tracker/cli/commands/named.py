"""What has a name of its own: `tracker measure`, and `tracker claims`, published figures beside ours."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tracker.cli.options import (
    Output,
    answer,
    asking_options,
    asks,
    cite_option,
    engine_options,
    output_options,
    question,
    then_option,
)
from tracker.errors import SettingsError

if TYPE_CHECKING:
    from tracker.api import Answer, Copy, Rows
    from tracker.cli.options import Asked


_NAMED = f"{__name__}.named"


class _Measures(click.Command):
    """A command whose help, where a measure is named, is about that one: what it counts and what it takes."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if set(args) & set(ctx.help_option_names):  # which is asked before the name is read
            named = self.make_parser(ctx).parse_args(args=list(args))[0].get("name")
            ctx.meta[_NAMED] = named if isinstance(named, str) else ""  # of this call: the command outlives it
        return super().parse_args(ctx, args)

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        if not (named := ctx.meta.get(_NAMED)):
            super().format_help(ctx, formatter)
            return
        from tracker.api import Copy

        about = Copy.about_measure(named)
        formatter.write_usage("tracker measure", f"{about.name} [-p NAME=VALUE]... [OPTIONS]")
        told = {"": f"{about.title}.", "Rows": about.grain, "Unit": about.unit}
        told |= {"Denominator": about.denominator, "Coverage": about.coverage}
        for head, text in told.items():
            if text:
                formatter.write_paragraph()
                with formatter.indentation():
                    formatter.write_text(f"{head}: {text}" if head else text)
        if about.parameters:
            with formatter.section("Parameters"):
                formatter.write_dl([(each.name, str(each).partition(" ")[2]) for each in about.parameters])
        with formatter.section("Example"):
            formatter.write_text(about.command)
        formatter.write_paragraph()
        formatter.write_text("The options are those of `tracker measure --help`.")


def _measured(copy: Copy, *, name: str | None, given: tuple[str, ...], describe: bool, then: date | None) -> Rows:
    """Return the rows of a measure, its parameters, or without a name all measures."""
    if name is None or describe:
        return copy.measures(name)
    return answer(copy, then, lambda each: each.measure(name, **dict(map(_pair, given))))


@click.command(cls=_Measures)
@click.argument("name", required=False)
@click.option("-p", "--param", "given", multiple=True, metavar="NAME=VALUE", help="Set a parameter; repeatable.")
@click.option("--describe", is_flag=True, help="List the measure's parameters: kind, default and meaning.")
@then_option
@output_options
@asking_options
@engine_options
@cite_option
@asks(_measured)
def measure(asked: Asked, output: Output, name: str | None, describe: bool, **given: Any) -> None:
    """Ask a measure by its name; without a name, list them.

    With a name, --help says what that measure counts, out of what, and which parameters it takes. A measure that
    depends on a definition has its own command, which the list names.

    \b
    Examples:
      tracker measure
      tracker measure concentration -p largest=0.01
      tracker measure launch -p names=Qwen,Llama -p mark=1e6
      tracker measure downloads_of_derivatives -p family=Qwen -p first=2026-01
      tracker measure family_signals -p family=Qwen
      tracker measure launch --help
      tracker measure concentration --then 2026-11-01
    """
    from tracker.api import Copy
    from tracker.cli.output import emit

    if name is None or describe:
        emit(Copy.measures(name), output)
        return
    with asked.open() as copy:
        emit(_measured(copy, name=name, describe=False, **given), output)


def _pair(text: str) -> tuple[str, str]:
    name, separator, value = text.partition("=")
    if not separator:
        raise SettingsError(f"-p {text}: write NAME=VALUE")
    return name.strip(), value.strip()


@click.command()
@click.argument("names", nargs=-1, metavar="[ID]...")
@click.option("--fit", metavar="ID", help="Rank the rules that come closest to one claim.")
@click.option(
    "--list",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The list of models that an author counts: one id a line, or a CSV with a column modelId or model_id.",
)
@output_options
@question(has_engines=True)
def claims(copy: Copy, names: tuple[str, ...], fit: str | None, list: Path | None) -> Answer:
    """Judge published figures beside ours, and say why.

    If the rule of a figure is published, the verdict is reproduced, within band or differs. If it is not, every
    reading of the rule is tried: the figure is possible if one falls within the tolerance, else impossible, and the
    range of all readings is shown. `cannot` means that this copy cannot compute it. --show-sql gives the SQL of every
    figure; of an unpublished rule, that of the closest, the lowest and the highest reading.

    \b
    Examples:
      tracker claims
      tracker claims F50 F52 --json
      tracker claims F20 --show-sql
      tracker claims --fit F20
      tracker sql "select model_id from latest order by downloads_30d desc limit 500" -o models.csv
      tracker claims F14 F17 --list models.csv
    """
    return copy.claims(names, fit=fit, list=list)
