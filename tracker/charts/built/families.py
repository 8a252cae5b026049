"""Which families new derivatives are built on: a stack of monthly columns, hue = origin country, shade = family."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from tracker.charts.forms import months as monthly
from tracker.charts.forms.axes import month_ticks
from tracker.charts.forms.months import Months
from tracker.charts.forms.sentence import Sentence
from tracker.charts.forms.stack import Part, Stack
from tracker.charts.look import colors
from tracker.charts.look.facts import SYNTHETIC, Asked, Facts, things
from tracker.charts.look.figure import Figure, Plot
from tracker.charts.look.numbers import percent
from tracker.charts.look.sums import ordered_sum
from tracker.findings.chance import THIN
from tracker.findings.monthly import headline, read, spelt

TITLE = "Monthly share of new derivatives by family"
QUESTION = "Which families are new derivatives built on?"
MAX_MONTHS = 36
ASKS = {"share": {"measure": "share", "by": "family", "months": MAX_MONTHS}}

NAMELESS = {"unknown": colors.UNKNOWN, "unreviewed": colors.UNREVIEWED}
_OTHERS = {
    colors.CHINA: "other Chinese", colors.US: "other US", colors.EUROPE: "other European", colors.OTHERS: colors.OTHERS,
}  # fmt: skip
_BOLD = 0.05  # of the last whole month: what is larger is set bold


def draw(asked: Mapping[str, Asked], facts: Facts) -> Figure:
    """Draw rows of `month` (YYYY-MM), a group, `derivatives`, `share` (0 to 1), `low`, `high`, `n`.

    Groups of an origin country (families) have their country's hue, those without a shade of their own are summed up
    in "other"; groups of anything else have shades by size. The running month is hatched, thin months are left out.
    """
    answer = asked["share"]
    frame, group = answer.frame, answer.frame.columns[1]
    held = monthly.read(frame.filter(pl.col("derivatives") > 0), facts, MAX_MONTHS)
    parts = _parts(frame, group, held, facts)
    plot: Plot = Stack(
        parts, month_ticks(held.every), held.heads(), held.every.index(held.last) if held.last else 0, held.running
    )
    if not held.drawn:
        plot = Sentence(f"No month counts {THIN} models or more, so no column is drawn.")
    of = things(answer)
    found = _finding(frame, group, held, of) if facts.is_whole else ""
    return Figure(
        question=QUESTION if group == "family" else f"What are new derivatives built on, by {_words(group)}?",
        title=facts.title
        or found
        or f"Share of {of} by {_words(group)}" + (f", {spelt(held.last)}" if held.last else ""),
        subtitle=_subtitle(answer, group, held),
        note=" ".join(_notes(facts, group, held)),
        alt=_alt(parts, group, held, of),
        plot=plot,
        data=_data(parts, held),
        units={"share": "part of 1", "n": "models"},
        has_finding=bool(found),
    )


def _parts(frame: pl.DataFrame, group: str, held: Months, facts: Facts) -> list[Part]:
    """Return the parts of the stack from its top: by origin, within one the families that have a shade, then others."""
    shares = {
        (str(month), str(name)): float(share or 0)
        for month, name, share in frame.select("month", group, "share").iter_rows()
    }
    names = sorted(set(frame[group]))
    weight = dict(frame.group_by(group, maintain_order=True).agg(ordered_sum("derivatives")).iter_rows())
    named = sorted((name for name in names if name not in NAMELESS), key=lambda name: (-weight[name], name))
    slots = _by_origin(named, facts) if group in ("family", "line") else _by_size(named)
    slots += [(NAMELESS[name], [name], _role(name), "uni", "") for name in NAMELESS if name in names]
    return [_part(slot, shares, held) for slot in slots]


Slot = tuple[str, Sequence[str], str, str, str]  # name, its groups, role, ink, block


def _role(nameless: str) -> str:
    return colors.area(NAMELESS[nameless])


def _by_origin(named: Sequence[str], facts: Facts) -> list[Slot]:
    slots: list[Slot] = []
    for origin in colors.NAMED:
        members = [name for name in named if facts.origin(name) == origin]
        own = [(name, role) for name in members if (role := colors.shade(name, origin))]
        slots += [
            (name, [name], role, colors.ink(origin), origin) for name, role in sorted(own, key=lambda each: each[1])
        ]
        others = [name for name in members if not colors.shade(name, origin)]
        if others:
            slots.append((_OTHERS[origin], others, colors.rest(origin), colors.ink(origin), origin))
    loose = [name for name in named if facts.origin(name) not in colors.NAMED]
    return slots + ([("No known origin", loose, "un1", "uni", "")] if loose else [])


_BY_SIZE = ("us1", "eu2", "ot1", "cn2", "us3", "eu1", "cn1")


def _by_size(named: Sequence[str]) -> list[Slot]:
    slots: list[Slot] = [(name, [name], role, "ink", "") for name, role in zip(named, _BY_SIZE, strict=False)]
    rest = list(named[len(_BY_SIZE) :])
    return slots + ([("others", rest, "un2", "uni", "")] if rest else [])


def _part(slot: Slot, shares: Mapping[tuple[str, str], float], held: Months) -> Part:
    name, groups, role, ink, block = slot
    values = [
        sum(shares.get((month, each), 0.0) for each in groups) if month in held.drawn else None for month in held.every
    ]
    last = values[held.every.index(held.last)] if held.last else None
    return Part(name, role, ink, values, block, (last or 0) >= _BOLD and len(groups) == 1 and block != "")


def _data(parts: Sequence[Part], held: Months) -> pl.DataFrame:
    """Return one row per month and part that is drawn, from the top of the stack."""
    rows = [
        (month, part.name, share, held.sizes[month])
        for at, month in enumerate(held.every)
        for part in parts
        if (share := part.shares[at]) is not None
    ]
    schema = {"month": pl.String, "part": pl.String, "share": pl.Float64, "n": pl.Int64}
    return pl.DataFrame(rows, schema, orient="row")


def _finding(frame: pl.DataFrame, group: str, held: Months, of: str) -> str:
    whole = read(frame, group, NAMELESS, held.whole)
    running = read(frame, group, NAMELESS, [month for month in held.drawn if month > held.last])
    return headline(whole, running[0] if running else None, of)


def _words(group: str) -> str:
    return {"origin_country": "origin country"}.get(group, group.replace("_", " "))


def _subtitle(answer: Asked, group: str, held: Months) -> str:
    what = (
        f"Share of {things(answer)}, by month of creation and {'root family' if group == 'family' else _words(group)}"
    )
    return what + (f". Values: {spelt(held.last)}, n = {held.sizes[held.last]:,}" if held.last else "")


def _notes(facts: Facts, group: str, held: Months) -> list[str]:
    parts = [SYNTHETIC] * facts.synthetic + held.notes("Hatched")
    if group in ("family", "line"):
        parts.append("Hue is the origin country of the family's developer, shade the family.")
        parts.append("Unknown: reviewed, no family. Unreviewed: the registry has no row for the root yet.")
    return parts


def _alt(parts: Sequence[Part], group: str, held: Months, of: str) -> str:
    if not held.last:
        return f"No month of {of} counts {THIN} models or more."
    at = held.every.index(held.last)
    values = ", ".join(f"{part.name} {percent(part.shares[at] or 0)}" for part in parts if part.shares[at])
    period = f"{spelt(held.every[0])} to {spelt(held.every[-1])}"
    return f"Stacked columns, {period}: share of {of} by {_words(group)}. {spelt(held.last)}: {values}."
