"""`tracker share | trend | top | diff | restatements`: questions to the published copy, with their definition."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

import click

from tracker.cli.definition import chosen, definition_options
from tracker.cli.options import (
    Day,
    Month,
    Words,
    answer,
    output_options,
    question,
    ranking_options,
    rows_option,
    series_options,
    then_option,
)
from tracker.errors import SettingsError
from tracker.words import (
    COUNTERS,
    COUNTRIES,
    GROUP_ALIASES,
    GROUPS,
    LISTS,
    RANKED,
    RATING,
    RESTATEMENT_CLASSES,
    SIGNAL_STEPS,
    STEPS,
    TOKENS,
)

if TYPE_CHECKING:
    from tracker.api import Answer, Copy

EVERY = tuple(dict.fromkeys((*STEPS, *SIGNAL_STEPS)))

Command = TypeVar("Command", bound=Callable[..., Any])


def where_options(publisher: str) -> Callable[[Command], Command]:
    """Return what adds `--where` and `--publisher`, which is told so."""

    def add(command: Command) -> Command:
        added: Any = click.option("--publisher", metavar="NAME", help=publisher)(command)
        text = "Count only what has this name, such as publisher_country=US or family=Qwen; repeatable."
        return click.option("--where", multiple=True, metavar="COLUMN=NAME", help=text)(added)  # type: ignore[no-any-return]

    return add


@click.command()
@click.argument("names", nargs=-1)
@click.option(
    "--by", type=Words(GROUPS, GROUP_ALIASES), help=f"What the rows are: {', '.join(GROUPS)}; or two of them."
)
@click.option("--month", type=Month(), help="This month only.")
@click.option("--from", "first", type=Month(), help="First month [default: the last whole one].")
@click.option("--to", "to", type=Month(), help="Last month [default: the snapshot's].")
@click.option(
    "-n",
    "--rows",
    type=click.IntRange(min=1),
    metavar="N",
    help="At most N rows with a name in each month, the largest.",
)
@where_options("Only what is built on this publisher's models.")
@click.option("--robust", is_flag=True, help="Leave out bulk uploads, and say how many models that is.")
@click.option("--crossings", is_flag=True, help="Who led since when, and who passed whom, over all whole months.")
@then_option
@click.option("--compare", type=click.Choice(["definitions"]), help="One month under every definition, side by side.")
@definition_options
@series_options
@question(has_engines=True)
def share(
    copy: Copy, names: tuple[str, ...], by: str | None, month: date | None,
    first: date | None, to: date | None, rows: int | None, where: tuple[str, ...], publisher: str | None,
    robust: bool, crossings: bool, then: date | None, compare: str | None, **choices: Any,
) -> Answer:  # fmt: skip
    """Monthly share of new derivatives by what they build on.

    Each share has its bounds. NAMES and --rows limit the rows; --where limits the models that are counted.

    \b
    Examples:
      tracker share --by family
      tracker share Qwen Llama --from 2025-01 --json
      tracker share --by origin_country --month 2026-10 --set denominator=traced
      tracker share --by publisher,publisher_country --where family=Qwen -n 10
      tracker share --by origin_country,publisher_country --from 2026-01 --set credit=full
      tracker share --publisher meta-llama --by publisher_country
      tracker share China US --by origin_country --crossings
      tracker share --month 2026-10 --compare definitions
      tracker share --month 2026-10 --then 2026-11-01
    """
    choices = chosen(**choices)
    if compare:
        _check_compared(
            choices
            | {"to": to, "rows": rows, "where": where, "publisher": publisher, "crossings": crossings}
            | {"robust": robust, "then": then}
        )
        return copy.compare(names, by=by or "family", month=month or first, of_all=choices["of_all"])
    if then and not (month or first):  # of both copies the same months: from the last whole one of then
        first = (then.replace(day=1) - timedelta(days=1)).replace(day=1)
    asked_of = {
        "by": by, "month": month, "first": first, "to": to, "rows": rows, "where": where,
        "publisher": publisher, "robust": robust, "crossings": crossings, **choices,
    }  # fmt: skip
    return answer(copy, then, lambda each: each.share(names, **asked_of))


def _check_compared(given: dict[str, Any]) -> None:
    taken = {name for name, value in given.items() if value and name not in ("definition", "of_all")}
    if taken or given["definition"] != "default":
        raise SettingsError("--compare definitions asks one month under each of them; name no rule, filter or --to")


def axes_options(*signals: str) -> Callable[[Command], Command]:
    """Return what adds `--by`, with these counters of other sources, `--of` and `--country`."""

    def add(command: Command) -> Command:
        return _axes(command, (*COUNTERS, *signals))

    return add


def _axes(command: Command, counters: tuple[str, ...]) -> Command:
    added: Any = click.option(
        "--country", type=click.Choice(COUNTRIES), default="origin", show_default=True,
        help="With --of countries: where the base comes from, or who uploaded.",
    )(command)  # fmt: skip
    by = click.Choice(counters)
    text = f"What the rows are: {', '.join(LISTS)}; or two of them [default: families]."
    added = click.option("--of", type=Words((*LISTS, "openness")), help=text)(added)
    added = where_options("Only this publisher's models; with --by derivatives, models built on them.")(added)
    return click.option("--by", type=by, default="downloads", show_default=True, help="What is counted.")(added)  # type: ignore[no-any-return]


@click.command()
@click.argument("names", nargs=-1)
@axes_options(TOKENS)
@click.option("--from", "first", type=Day("first"), help="First night or month [default: a year before the snapshot].")
@click.option("--to", "to", type=Day("last"), help="Last night or month [default: the snapshot].")
@click.option("--every", type=click.Choice(EVERY), default="night", show_default=True,
              help="Every night, or the last one of each month; tokens by day, week or month.")  # fmt: skip
@click.option("--crossings", is_flag=True, help="Who led since when, and who passed whom.")
@click.option("--since-release", is_flag=True, help="By days since the release of each family, line or model.")
@click.option("--flow", is_flag=True, help="Downloads between nights, from the all-time counters, each with a flag.")
@click.option(
    "--settled", is_flag=True, help="With --flow: spread stalls, falls and gaps over the days that they cover."
)
@click.option("--robust", is_flag=True, help="With --flow: without one-day bursts of single models.")
@then_option
@rows_option("--rows", default=10, help="At most N models or publishers; of crossings, among so many groups.")
@definition_options
@series_options
@question(has_engines=True)
def trend(
    copy: Copy, names: tuple[str, ...], of: str | None, by: str, country: str,
    where: tuple[str, ...], publisher: str | None, first: date | None, to: date | None, every: str, flow: bool,
    settled: bool, robust: bool, crossings: bool, since_release: bool, rows: int, then: date | None, **choices: Any,
) -> Answer:  # fmt: skip
    """Downloads, likes or derivatives over the nights.

    A night that is missing has no row. NAMES limit the rows.

    \b
    Examples:
      tracker trend Qwen Llama --by downloads --every month
      tracker trend --of countries --country publisher
      tracker trend --of sizes --every month --where task=text-generation
      tracker trend Qwen Llama --crossings
      tracker trend --of models --since-release --publisher Qwen
      tracker trend Qwen/Qwen2.5-7B --of models --flow --from 2026-11-01
      tracker trend Qwen --flow --settled --every month
      tracker trend --by tokens --of countries --every week --where openness=open
      tracker trend Qwen --flow --settled --from 2026-11 --then 2026-11-15
    """
    if then and first is None:
        first = date(then.year - 1, then.month, 1)
    asked_of = {
        "by": by, "of": of, "country": country, "where": where, "publisher": publisher, "first": first, "to": to,
        "every": every, "flow": flow, "settled": settled, "robust": robust, "crossings": crossings,
        "since_release": since_release, "rows": rows, **chosen(**choices),
    }  # fmt: skip
    return answer(copy, then, lambda each: each.trend(names, **asked_of))


@click.command()
@click.argument("names", nargs=-1)
@axes_options(TOKENS, RATING)
@rows_option("-n", "--rows", default=20, help="At most N rows; with --then, rows that are or were among the first N.")
@then_option
@definition_options
@ranking_options
@question(has_engines=True)
def top(
    copy: Copy, names: tuple[str, ...], of: str | None, by: str, country: str,
    where: tuple[str, ...], publisher: str | None, rows: int, then: date | None, **choices: Any,
) -> Answer:  # fmt: skip
    """The largest of the latest night, and 30 days of change.

    Also shows the new derivatives of each. NAMES limit the rows.

    \b
    Examples:
      tracker top
      tracker top --of models --by likes -n 50
      tracker top --of families,licenses --where publisher_country=US
      tracker top --publisher Qwen
      tracker top --of models -n 10 --then 2026-11-21
      tracker top --by rating --of countries --where openness=open
      tracker sql "select model_id from latest order by downloads_30d desc limit 500" -o models.csv
      tracker top --of countries --country publisher --definition atom-downloads --list models.csv
    """
    asked_of = {"by": by, "of": of, "country": country, "where": where, "publisher": publisher, **chosen(**choices)}
    if then:
        return copy.then(then, lambda each: each.top(names, rows=RANKED, **asked_of), first=rows)
    return copy.top(names, rows=rows, **asked_of)


@click.command()
@click.argument("first", type=Day(), metavar="[DATE", required=False)
@click.argument("to", type=Day(), metavar="DATE]", required=False)
@click.option("--week", is_flag=True, help="The week to the newest night.")
@rows_option("-n", "--rows", default=10, help="At most N of each kind.")
@ranking_options
@question(has_engines=True)
def diff(
    copy: Copy, first: date | None, to: date | None, week: bool, rows: int
) -> Answer:  # fmt: skip
    """What changed between two nights.

    Lists models that were created, removed, renamed or re-parented, and families and models that moved, with
    difference, growth and rank.

    \b
    Examples:
      tracker diff --week
      tracker diff 2026-11-20 2026-11-21
    """
    return copy.diff(first, to, week=week, rows=rows)


@click.command()
@click.option("--class", "restated_as", type=click.Choice(RESTATEMENT_CLASSES), help="Changes of this class.")
@click.option("--figure", metavar="NAME", help="Figures whose name is or begins with this, such as lineage.")
@click.option("--family", metavar="NAME", help="Figures of this family, or country.")
@click.option("--month", type=Month(), help="Figures of this month, or of days in it.")
@click.option("--since", type=Day(), help="Changes first published on this day or later.")
@output_options
@question()
def restatements(
    copy: Copy, restated_as: str | None, figure: str | None, family: str | None,
    month: date | None, since: date | None,
) -> Answer:  # fmt: skip
    """Published figures that changed later: how much, and why.

    The newest change comes first. `--as-of` the day before gives what was said until then. The changes of a figure
    sum to the whole difference. Classes: source (a night collected again), routine (what came late or settled),
    method (another rule, definition or method) and correction (the registry, a forgotten night, private
    repositories).

    \b
    Examples:
      tracker restatements --class correction
      tracker restatements --family Qwen --month 2026-10 --figure lineage
      tracker restatements --since 2026-11-01 --json
    """
    return copy.restatements(restated_as=restated_as, figure=figure, family=family, month=month, since=since)
