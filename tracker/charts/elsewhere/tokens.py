"""Whose models are run: tokens of each week by origin of the maker and openness of the weights."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from tracker.charts.forms.axes import Sizes, Ticks, day_ticks
from tracker.charts.forms.sentence import Sentence
from tracker.charts.forms.stack import Part, Stack
from tracker.charts.look import colors
from tracker.charts.look.facts import SYNTHETIC, Asked, Facts
from tracker.charts.look.figure import Figure, Plot
from tracker.charts.look.numbers import day, percent, short
from tracker.charts.look.sums import ordered_sum
from tracker.findings.elsewhere.leads import Tokens, of_tokens

TITLE = "Tokens by origin of the maker and openness of the weights, week by week"
QUESTION = "Whose models do tokens run on, and are their weights open?"
ASKS = {"tokens": {"measure": "tokens_by_origin"}}
WEEKS = 60  # the newest
WEEK = 7  # days
NAMED = 3  # weeks of fewer days that a note names, the newest
TOLD = 0.1  # of the tokens of a week: hidden makers that have more are told
UNATTRIBUTED, REST = "unattributed", "other"  # of no known maker, and those that a day does not name
OPEN, CLOSED = "open", "closed"
# the shades of each origin: of open weights, of closed ones
_ROLES = {
    colors.CHINA: ("cn1", "cn3"), colors.US: ("us1", "us3"), colors.EUROPE: ("eu1", "eu3"),
    colors.OTHERS: ("ot1", "ot1.3"),
}  # fmt: skip
_SHORT = {colors.US: "US", colors.OTHERS: "Others"}
_HIDDEN, _REST = "Hidden maker", "Not attributed"


def draw(asked: Mapping[str, Asked], facts: Facts) -> Figure:
    """Draw rows of `week`, `days`, `origin_country`, `openness`, `tokens`, `share`, `hidden`, `unattributed`.

    A week that is not over is hatched; shares are of all its tokens, those of no known maker among them.
    """
    frame = asked["tokens"].frame
    held = _weeks(frame)
    drawn = frame.filter(pl.col("week").is_in([each.monday for each in held]))
    parts = _parts(drawn, held, facts)
    last = next((each for each in reversed(held) if each.is_whole), None)
    found = of_tokens(_told(parts, held, last)) if last and last.has_all else ""
    return Figure(
        question=QUESTION,
        title=facts.title or found or TITLE,
        subtitle=_subtitle(last, facts),
        note=" ".join(_notes(held, last, facts)),
        alt=_alt(parts, held, last),
        plot=_plot(parts, held, last),
        data=drawn,
        units=dict.fromkeys(("share", "share_attributed", "hidden", "unattributed"), "part of 1"),
        source=facts.credited(),
        has_finding=bool(found),
    )


@dataclass(frozen=True)
class Week:
    """One column: its Monday, how many days of it are known, its tokens and which parts have no known maker."""

    monday: date
    days: int = 0
    tokens: int = 0
    hidden: float = 0.0
    unattributed: float = 0.0
    has_all: bool = True  # whether the source tells what is left beside the models that it names

    @property
    def is_whole(self) -> bool:
        """Whether all its days are known."""
        return self.days == WEEK

    @property
    def name(self) -> str:
        """What it is called."""
        return f"week of {day(self.monday)}"


def _weeks(frame: pl.DataFrame) -> list[Week]:
    """Return the newest weeks, those without rows between them too: a gap is drawn as a gap."""
    rows = frame.group_by("week", maintain_order=True).agg(
        pl.col("days").first(),
        ordered_sum("tokens"),
        pl.col("hidden").first(),
        pl.col("unattributed").first(),
        (pl.col("openness") == REST).any().alias("has_all"),
    )
    known = {row[0]: Week(*row) for row in rows.iter_rows()}
    first, last = min(known), max(known)
    every = [first + timedelta(days=WEEK * at) for at in range((last - first).days // WEEK + 1)][-WEEKS:]
    return [known.get(monday) or Week(monday) for monday in every]


def _parts(frame: pl.DataFrame, held: Sequence[Week], facts: Facts) -> list[Part]:
    """Return the parts of each column: an origin's open weights over its closed ones, what is not attributed below."""
    summed: dict[tuple[date, str, str], float] = {}
    for week, country, openness, share in frame.select("week", "origin_country", "openness", "share").iter_rows():
        group = country if country == UNATTRIBUTED else colors.group_of(country, facts.europe)
        key = week, group, openness
        summed[key] = summed.get(key, 0.0) + share
    parts = []
    for group, roles in _ROLES.items():
        for openness, role in zip((OPEN, CLOSED), roles, strict=True):
            name = f"{_SHORT.get(group, group)}, {openness}"
            values = [summed.get((each.monday, group, openness), 0.0) if each.days else None for each in held]
            parts.append(Part(name, role, colors.ink(group), values, group, openness == OPEN))
    hidden = [each.hidden if each.days else None for each in held]
    rest = [each.unattributed - each.hidden if each.days else None for each in held]
    parts += [Part(_HIDDEN, "un1", "uni", hidden), Part(_REST, "un2", "uni", rest)]
    return [part for part in parts if any(part.shares)]


def _told(parts: Sequence[Part], held: Sequence[Week], last: Week | None) -> Tokens:
    """Return the shares of the last whole week, each origin's open and closed weights by themselves."""
    at = held.index(last) if last else 0
    named = [part for part in parts if part.block]
    shares = {(part.block, OPEN if part.is_bold else CLOSED): part.shares[at] or 0.0 for part in named}
    return Tokens(shares, last.unattributed if last else 1.0)


def _plot(parts: Sequence[Part], held: Sequence[Week], last: Week | None) -> Plot:
    if last is None:
        return Sentence("No week has all its days yet, so no column is drawn.")
    heads = [f"{each.name}\t{short(each.tokens)} tokens" if each.days else each.name for each in held]
    is_running = not held[-1].is_whole
    return Stack(parts, _ticks(held), heads, held.index(last), is_running)


def _ticks(held: Sequence[Week]) -> Ticks:
    """Return the ticks of an axis of weeks: months or years stand at their first day."""
    of_days = day_ticks(held[0].monday, held[-1].monday + timedelta(days=WEEK - 1))

    def marks(room: float, look: Sizes) -> list[tuple[float, str]]:
        return [(at / WEEK - 0.5, text) for at, text in of_days(room, look)]

    return marks


def _subtitle(last: Week | None, facts: Facts) -> str:
    value = f". Values: {last.name}, n = {short(last.tokens)} tokens" if last else ""
    return f"Share of all tokens of a week on OpenRouter, by the country of who made the model{value}"


def _notes(held: Sequence[Week], last: Week | None, facts: Facts) -> list[str]:
    parts = [SYNTHETIC] * facts.synthetic
    if last and not held[-1].is_whole:
        parts.append(f"Hatched: {held[-1].name} to date ({held[-1].days} of {WEEK} days).")
    parts += _of_missing(held)
    if last:
        parts.append(
            f"Of the {last.name} {percent(1 - last.unattributed)} of the tokens have a known maker and openness; the "
            f"grey part, {percent(last.unattributed)}, could be anyone's."
        )
    parts += _of_hidden(held)
    parts.append("Tokens of two models are not the same amount of text; traffic of private accounts is not in them.")
    return parts


def _of_missing(held: Sequence[Week]) -> Iterator[str]:
    """Yield which weeks lack days, and of which the source tells of its named models alone."""
    lacking = [each for each in held[:-1] if 0 < each.days < WEEK]
    if lacking:
        weeks = ", ".join(f"{day(each.monday)} ({each.days})" for each in lacking[-NAMED:])
        more = f" and {len(lacking) - NAMED} earlier" if len(lacking) > NAMED else ""
        yield f"Weeks of fewer than {WEEK} days: {weeks}{more}."
    named = [each for each in held if each.days and not each.has_all]
    if named:
        weeks = "one week" if len(named) == 1 else f"{len(named)} weeks"
        yield f"Of {weeks} up to that of {day(named[-1].monday)} only the models are known that the source names."


def _of_hidden(held: Sequence[Week]) -> list[str]:
    """Return in which weeks hidden makers had so much that the rest says little."""
    found = [each for each in held if each.hidden > TOLD]
    if not found:
        return []
    most = max(found, key=lambda each: (each.hidden, each.monday))
    weeks = "one week" if len(found) == 1 else f"{len(found)} weeks"
    return [
        f"Models whose maker the source hides had more than {TOLD:.0%} of all tokens in {weeks}, most in the "
        f"{most.name} ({percent(most.hidden)})."
    ]


def _alt(parts: Sequence[Part], held: Sequence[Week], last: Week | None) -> str:
    if last is None:
        return "No week has all its days yet."
    at = held.index(last)
    values = ", ".join(f"{part.name} {percent(share)}" for part in parts if (share := part.shares[at]))
    return (
        f"Stacked columns, {held[0].name} to {held[-1].name}: share of all tokens by origin and openness. "
        f"{last.name.capitalize()}: {values}."
    )
