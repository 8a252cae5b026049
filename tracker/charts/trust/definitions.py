"""How much depends on the definition: one month under every named rule, a row each, by the leader's share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from tracker.charts.forms.hues import NAMELESS, hues
from tracker.charts.forms.sentence import Sentence
from tracker.charts.look.facts import SYNTHETIC, Asked, Facts
from tracker.charts.look.figure import Figure, Plot
from tracker.charts.look.numbers import percent, small
from tracker.charts.plots.rules import Rule, Rules
from tracker.findings.chance import THIN
from tracker.findings.monthly import percent as whole_percent
from tracker.findings.monthly import spelt

TITLE = "One month's shares under every definition"
QUESTION = "How much depends on the definition?"
ASKS = {
    "compare": {"measure": "compare", "by": "family"},
    "rules": {"measure": "rules"},
    "share": {"measure": "share", "by": "family", "months": 2},
}
KEEPS = ("by", "first", "until", "only", "where")
MOST = 5  # families
OURS = "default"


def draw(asked: Mapping[str, Asked], facts: Facts) -> Figure:
    """Draw rows of `family` with a share a definition, what the definitions choose, and n of the month under ours."""
    frame, month = asked["compare"].frame, str(asked["compare"].parameters.get("month", ""))
    names = [name for name in frame.columns[1:] if name != "spread"]
    families = _families(frame, names)
    rules = _rules(frame, names, families, {row["name"]: row for row in asked["rules"].frame.iter_rows(named=True)})
    n = max(asked["share"].frame.filter(pl.col("month") == month)["n"].to_list(), default=0)
    found = _finding(rules, families, n) if facts.is_whole else ""
    when = f" in {spelt(month)}" if month else ""
    of = "new derivatives" if facts.is_whole else f"new derivatives among {facts.scope}"
    return Figure(
        question=QUESTION,
        title=facts.title or found or f"Share of {of} under each definition",
        subtitle=f"Share of {of}{when} under each definition, {small(len(families))} families"
        + (f". n = {n:,} under ours" if n else ""),
        note=" ".join(
            [
                *[SYNTHETIC] * facts.synthetic,
                "Each rule is computed on the same snapshot, with its own denominator.",
                "A missing dot: the rule gives no figure.",
                *_left_out(names, rules),
            ]
        ),
        alt=_alt(rules, families, when),
        plot=_plot(rules, families, facts),
        data=_data(frame, names),
        units={"share": "part of 1"},
        has_finding=bool(found),
    )


def _families(frame: pl.DataFrame, names: Sequence[str]) -> list[str]:
    """Return the largest families under our rule, the leader first."""
    first = OURS if OURS in names else names[0] if names else ""
    if not first:
        return []
    held = frame.filter(~pl.col("family").is_in(list(NAMELESS)) & (pl.col(first) > 0)).select("family", first).rows()
    return [family for family, _ in sorted(held, key=lambda each: (-each[1], each[0]))[:MOST]]


def _rules(
    frame: pl.DataFrame, names: Sequence[str], families: Sequence[str], chosen: Mapping[str, Mapping[str, Any]]
) -> list[Rule]:
    """Return the rules that give the leader a share, the largest share first."""
    rules = []
    for name in names:
        held = dict(frame.select("family", name).iter_rows())
        shares = {family: held[family] for family in families if held.get(family) is not None}
        if families and families[0] in shares:
            shown = f"{name}, ours" if name == OURS else name
            told = [shown, *(f"{family}\t{percent(share)}" for family, share in shares.items())]
            rules.append(Rule(shown, gist(chosen.get(name, {})), shares, name == OURS, told))
    return sorted(rules, key=lambda rule: (-rule.shares[families[0]], rule.name))


_EDGES = {
    "root": "root", "nearest": "nearest family", "direct": "direct parent", "name": "family in the model's name",
    "itself": "the model itself",
}  # fmt: skip
_CREDITS = {"fractional": "merges shared", "full": "merges to each", "first": "first parent"}
_KINDS = {"llm": "language models", "gguf": "GGUF files"}


def gist(choices: Mapping[str, Any]) -> str:
    """Return what a definition chooses in a few words, empty for one that nothing is known of."""
    if not choices:
        return ""
    kind, _, named = str(choices["universe"]).partition(":")
    downloads = int(float(choices["min_downloads"] or 0))
    relations = str(choices["relations"])
    parts = [
        _EDGES.get(choices["edge"], str(choices["edge"])),
        _KINDS.get(kind, named),
        "" if relations == "all" else f"{' and '.join(relations.split())} only",
        f"{downloads}+ downloads" if downloads else "",
        _CREDITS.get(choices["credit"], str(choices["credit"])),
    ]
    return ", ".join(filter(None, parts))


def _plot(rules: Sequence[Rule], families: Sequence[str], facts: Facts) -> Plot:
    if not rules:
        return Sentence("No definition gives a share of this month, so nothing is compared.")
    roles = hues(families, "family", facts)
    return Rules(rules, [(family, *hue) for family, hue in zip(families, roles, strict=True)])


def _finding(rules: Sequence[Rule], families: Sequence[str], n: int) -> str:
    """Return how far the leader's shares lie apart: computed, not sampled, but nothing is said of a thin month."""
    if len(rules) < 2 or n < THIN:
        return ""
    shares = [whole_percent(rule.shares[families[0]]) for rule in rules]
    if shares[0] == shares[-1]:
        return f"One month, {small(len(rules))} rules: {families[0]}'s share is {shares[0]} under each"
    return f"One month, {small(len(rules))} rules: {families[0]}'s share is anything from {shares[-1]} to {shares[0]}"


def _left_out(names: Sequence[str], rules: Sequence[Rule]) -> list[str]:
    shown = {rule.name.removesuffix(", ours") for rule in rules}
    missing = [name for name in names if name not in shown]
    return [f"Without a figure for the leader: {', '.join(missing)}."] if missing and rules else []


def _data(frame: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    held = frame.select("family", *names)
    return held.unpivot(index="family", variable_name="definition", value_name="share").select(
        "definition", "family", "share"
    )


def _alt(rules: Sequence[Rule], families: Sequence[str], when: str) -> str:
    if not rules:
        return "No definition gives a share of this month."
    told = ", ".join(f"{rule.name} {percent(rule.shares[families[0]])}" for rule in rules)
    return f"Rows of dots{when}, one row a definition. {families[0]}: {told}."
