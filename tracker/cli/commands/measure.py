"""`tracker measure`: every named query, by its name and parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tracker.cli.options import Output, asking_options, cite_option, output_options
from tracker.errors import SettingsError

if TYPE_CHECKING:
    from tracker.cli.options import Asked


class _Measures(click.Command):
    """A command whose help, where a measure is named, is about that one: what it counts and what it takes."""

    _named = ""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if set(args) & set(ctx.help_option_names):  # which is asked before the name is read
            named = self.make_parser(ctx).parse_args(args=list(args))[0].get("name")
            self._named = named if isinstance(named, str) else ""
        return super().parse_args(ctx, args)

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        if not self._named:
            super().format_help(ctx, formatter)
            return
        from tracker.api import Copy

        about = Copy.about_measure(self._named)
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


@click.command(cls=_Measures)
@click.argument("name", required=False)
@click.option("-p", "--param", "given", multiple=True, metavar="NAME=VALUE", help="Set a parameter; repeatable.")
@click.option("--describe", is_flag=True, help="List the measure's parameters: kind, default and meaning.")
@output_options
@asking_options
@cite_option
def measure(asked: Asked, output: Output, name: str | None, given: tuple[str, ...], describe: bool) -> None:
    """Ask a measure by its name; without a name, list them.

    With a name, --help says what that measure counts, of what, and what it takes. A measure that a definition shapes
    has a command of its own, which the list names.

    \b
    Examples:
      tracker measure
      tracker measure concentration -p largest=0.01
      tracker measure launch -p names=Qwen,Llama -p mark=1e6
      tracker measure downloads_of_derivatives -p family=Qwen -p first=2026-01
      tracker measure launch --help
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
