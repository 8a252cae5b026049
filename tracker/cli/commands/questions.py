"""`tracker share | trend | top | diff`: questions to the published copy, each answered with its definition."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

import click

from tracker.cli.definition import definition_options
from tracker.cli.options import (
    Day,
    Month,
    Output,
    cite_option,
    output_options,
    ranking_options,
    rows_option,
    series_options,
    settings_options,
)
from tracker.errors import SettingsError
from tracker.words import COUNTERS, COUNTRIES, GROUPS, LISTS, STEPS

if TYPE_CHECKING:
    from tracker.settings import Settings

Command = TypeVar("Command", bound=Callable[..., Any])


@click.command()
@click.argument("names", nargs=-1)
@click.option("--by", type=click.Choice(GROUPS), metavar="GROUP", help=f"What the rows are: {', '.join(GROUPS)}.")
@click.option("--month", type=Month(), help="This month only.")
@click.option("--from", "first", type=Month(), help="First month [default: the last whole one].")
@click.option("--to", "to", type=Month(), help="Last month [default: the snapshot's].")
@click.option("--compare", type=click.Choice(["definitions"]), help="One month under every definition, side by side.")
@definition_options
@output_options
@settings_options
@cite_option
def share(
    settings: Settings, output: Output, names: tuple[str, ...], by: str | None, month: date | None,
    first: date | None, to: date | None, compare: str | None, **choices: Any,
) -> None:  # fmt: skip
    """Monthly share of new derivatives by what they are built on.

    Each share comes with its bounds. NAMES limit the rows.

    \b
    Examples:
      tracker share --by family
      tracker share Qwen Llama --from 2025-01 --json
      tracker share --by origin_country --month 2026-10 --set denominator=traced
      tracker share --month 2026-10 --compare definitions
    """
    from tracker.api import Copy
    from tracker.cli.output import emit

    with Copy(settings) as copy:
        if compare:
            _check_compared(to, choices)
            answer = copy.compare(names, by=by or "family", month=month or first, of_all=choices["of_all"])
        else:
            answer = copy.share(names, by=by, month=month, first=first, to=to, **choices)
    emit(answer, output)


def _check_compared(to: date | None, choices: dict[str, Any]) -> None:
    taken = {name for name, value in choices.items() if value and name not in ("definition", "of_all")}
    if to or taken or choices["definition"] != "default":
        raise SettingsError("--compare definitions asks one month under each of them; name no rule, choice or --to")


def axes_options(command: Command) -> Command:
    """Add `--by`, `--of` and `--country`."""
    added: Any = click.option(
        "--country", type=click.Choice(COUNTRIES), default="origin", show_default=True,
        help="With --of countries: where the base comes from, or who uploaded.",
    )(command)  # fmt: skip
    of, by = click.Choice(list(LISTS)), click.Choice(list(COUNTERS))
    added = click.option("--of", type=of, default="families", show_default=True, help="What the rows are.")(added)
    return click.option("--by", type=by, default="downloads", show_default=True, help="What is counted.")(added)  # type: ignore[no-any-return]


@click.command()
@click.argument("names", nargs=-1)
@axes_options
@click.option("--from", "first", type=Day(), help="First night [default: a year before the snapshot].")
@click.option("--to", "to", type=Day(), help="Last night [default: the snapshot].")
@click.option("--every", type=click.Choice(STEPS), default="night", show_default=True,
              help="Every night, or the last one of each month.")  # fmt: skip
@click.option("--flow", is_flag=True, help="Downloads between nights, from the all-time counters; falls are flagged.")
@rows_option("--rows", default=10, help="At most N models or publishers.")
@definition_options
@series_options
@settings_options
@cite_option
def trend(
    settings: Settings, output: Output, names: tuple[str, ...], of: str, by: str, country: str,
    first: date | None, to: date | None, every: str, flow: bool, rows: int, **choices: Any,
) -> None:  # fmt: skip
    """Downloads, likes or derivatives over the nights.

    A night that is missing has no row. NAMES limit the rows.

    \b
    Examples:
      tracker trend Qwen Llama --by downloads --every month
      tracker trend --of countries --country publisher
      tracker trend Qwen/Qwen2.5-7B --of models --flow --from 2026-11-01
    """
    from tracker.api import Copy
    from tracker.cli.output import emit

    with Copy(settings) as copy:
        answer = copy.trend(
            names, by=by, of=of, country=country, first=first, to=to, every=every, flow=flow, rows=rows, **choices
        )
    emit(answer, output)


@click.command()
@click.argument("names", nargs=-1)
@axes_options
@rows_option("-n", "--rows", default=20, help="At most N rows.")
@definition_options
@ranking_options
@settings_options
@cite_option
def top(
    settings: Settings, output: Output, names: tuple[str, ...], of: str, by: str, country: str, rows: int,
    **choices: Any,
) -> None:  # fmt: skip
    """The largest of the latest night, and their change in 30 days.

    With the new derivatives on them. NAMES limit the rows.

    \b
    Examples:
      tracker top
      tracker top --of models --by likes -n 50
      tracker sql "select model_id from latest order by downloads_30d desc limit 500" -o models.csv
      tracker top --of countries --country publisher --definition atom-downloads --list models.csv
    """
    from tracker.api import Copy
    from tracker.cli.output import emit

    with Copy(settings) as copy:
        answer = copy.top(names, by=by, of=of, country=country, rows=rows, **choices)
    emit(answer, output)


@click.command()
@click.argument("first", type=Day(), metavar="[DATE", required=False)
@click.argument("to", type=Day(), metavar="DATE]", required=False)
@click.option("--week", is_flag=True, help="The week to the newest night.")
@rows_option("-n", "--rows", default=10, help="At most N of each kind.")
@ranking_options
@settings_options
@cite_option
def diff(
    settings: Settings, output: Output, first: date | None, to: date | None, week: bool, rows: int
) -> None:  # fmt: skip
    """What changed between two nights.

    Models created, gone, renamed and re-parented; families and models that moved, with difference, growth and rank.

    \b
    Examples:
      tracker diff --week
      tracker diff 2026-11-20 2026-11-21
    """
    from tracker.api import Copy
    from tracker.cli.output import emit

    with Copy(settings) as copy:
        answer = copy.diff(first, to, week=week, rows=rows)
    emit(answer, output)
