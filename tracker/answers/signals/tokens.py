"""Tokens by day, week or month and by group, with every denominator: all, attributed, of the largest models."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from tracker import measures
from tracker.answers.answer import Answer, answered
from tracker.answers.names import among, check, joined
from tracker.answers.signals import narrowed
from tracker.errors import SettingsError, UnknownName
from tracker.findings.chance import MUCH_HIDDEN, WHOLE_DAYS

if TYPE_CHECKING:
    from tracker.store import Published
    from tracker.table import Table

PERIODS = {
    "night": "t.day",
    "day": "t.day",
    "week": "date_trunc('week', t.day)::date",
    "month": "date_trunc('month', t.day)::date",
    "window": "$first::date",  # all days as one
}
LARGEST = 10  # models, of which the charts that others quote consist
_UNANSWERED = ", ".join(f"'{each}'" for each in narrowed.NO_ANSWER)


def tokens(
    published: Published,
    *,
    of: str | None = None,
    country: str = "origin",
    first: date | None = None,
    until: date | None = None,
    every: str = "day",
    only: Sequence[str] = (),
    where: Sequence[str] = (),
    rows: int = 10,
    largest: int = LARGEST,
) -> Answer:
    """Return one row per period and group: `period` (its first day), `days`, the group, `value` and its shares.

    `share` is of all tokens, with `low` and `high`: what the unattributed part allows. `share_attributed` is of those
    whose group is known, `share_largest` what of the group is among the `largest` models, of all tokens of these.
    Unattributed is a row of its own; `share_hidden` is what of the period hides its maker, `other` left aside. `where`
    narrows what is counted, not what shares are of. Raises SettingsError for a copy that has no table of them,
    UnknownName for a list, a step or a column that there is not.
    """
    if every not in PERIODS:
        raise UnknownName("step", every, PERIODS)
    column = narrowed.column_of(of, country, "countries")
    only = narrowed.spelt(published, column, only)
    conditions = narrowed.read(published, where)
    last = _newest(published)
    until = min(until, last) if until else last
    first = first or (until - timedelta(days=6) if every == "window" else date(until.year - 1, until.month, 1))
    group = "coalesce(n.model, t.slug)" if column == "model" else f"n.{column}"
    asked = [group, *(f"n.{each.column}" for each in conditions)]
    question = " or ".join(f"coalesce({each}, 'unreviewed') in ({_UNANSWERED}, 'other')" for each in asked)
    sql = measures.fill(
        measures.load("tokens").sql,
        {
            "period": PERIODS[every],
            "group": _named(column, group),
            "column": column,
            "is_open_question": f"({_question(column, question)})",
            "holds": " and ".join(each.condition() for each in conditions) or "true",
            "only": f"and ({among(f'c.{column}', only)} or c.{column} = 'unattributed')" if only else "",
        },
    )
    given = {"first": first, "until": until, "rows": rows, "largest": largest, "only": joined(only)}
    for each in conditions:
        given |= each.values
    values = measures.bound(sql, given)
    table = published.table(sql, values)
    check(published, column, only, table[column])
    parameters: dict[str, Any] = {"by": "tokens", "of": column, "from": first, "to": until, "every": every}
    parameters |= {"largest": largest, "unit": "tokens"}
    parameters |= {name: list(listed) for name, listed in (("only", only), ("where", where)) if listed}
    return answered(
        published,
        "tokens",
        sql,
        values,
        table=table,
        parameters=parameters,
        denominator=f"all tokens (share), tokens of a known {column} (share_attributed) and those of the {largest} "
        "largest models (share_largest)",
        coverage=_coverage(published, first, until),
        notes=_notes(table, every),
        shares=("share", "low", "high", "share_attributed", "share_largest", "share_hidden"),
    )


def _named(column: str, group: str) -> str:
    """Return what a group is called: closed models have no family, and stand under who makes them."""
    if column not in ("family", "line"):
        return group
    return f"case when n.openness = 'closed' and {group} in ({_UNANSWERED}) then n.maker || ', closed' else {group} end"


def _question(column: str, question: str) -> str:
    if column not in ("family", "line"):
        return question
    return f"not (coalesce(n.openness, '') = 'closed' and n.maker not in ({_UNANSWERED})) and ({question})"


def _newest(published: Published) -> date:
    if not published.has("token_days_current") or not published.has("signal_names"):
        raise SettingsError("this copy has no tokens: it is older than they are, or an export, which leaves them out")
    newest: date | None = published.table("select max(day) as newest from token_days_current")["newest"][0]
    return newest or published.facts().snapshot_date


_ATTRIBUTED = """
select
  sum(case when n.origin_country not in ('unknown', 'unreviewed') then t.tokens else 0 end)
    / nullif(sum(t.tokens), 0)::double as attributed,
  sum(case when n.rule = 'hidden' then t.tokens else 0 end) / nullif(sum(t.tokens), 0)::double as hidden
from token_days_current as t
left join signal_names as n on n.signal = 'token_days' and n.name = t.slug
where t.day between $first and $until
"""


def _coverage(published: Published, first: date, until: date) -> dict[str, float | None]:
    """Return which part of the tokens has a developer and a country, and of which the source hides who made them."""
    return dict(published.table(_ATTRIBUTED, {"first": first, "until": until}).dicts()[0])


def _notes(table: Table, every: str) -> tuple[str, ...]:
    short = WHOLE_DAYS.get(every, 0)
    thin = sorted({period for period, days in zip(table["period"], table["days"], strict=True) if days < short})
    if not table.rows:
        return ("no tokens of this period are here; run `tracker collect openrouter`, then `tracker publish`",)
    return (
        "tokens of two models are not the same amount of text, and traffic of private accounts is not in them",
        *((f"periods with fewer than {short} days: {', '.join(map(str, thin))}",) if thin else ()),
        *_hidden(table),
    )


def _hidden(table: Table) -> Iterator[str]:
    """Yield what is said where names that hide who made a model have more than a tenth of a period."""
    told = dict(zip(table["period"], table["share_hidden"], strict=True))
    much = sorted((share, period) for period, share in told.items() if share and share > MUCH_HIDDEN)
    if much:
        share, period = much[-1]
        yield (
            f"more than {MUCH_HIDDEN:.0%} of the tokens are of models that hide who made them in {len(much):,} of "
            f"{len(told):,} periods, most in that of {period} ({share:.1%}): they may be anybody's"
        )
