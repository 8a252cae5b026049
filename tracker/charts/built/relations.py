"""How the families are built on: the share of fine-tunes, adapters, quantizations and merges, quarter by quarter."""

from __future__ import annotations

from collections.abc import Mapping

from tracker.charts.look.facts import Asked, Facts
from tracker.charts.look.figure import Figure
from tracker.charts.plots.kinds import Kinds

TITLE = "Share of each relation among a family's new derivatives, by quarter"
QUESTION = "How are the families built on?"
ASKS = {"share": {"measure": "share", "by": "family,relation", "months": 39}}
KEEPS = ("by",)
KINDS = Kinds(
    QUESTION,
    "relation",
    {"finetune": "Fine-tunes", "adapter": "Adapters", "quantized": "Quantizations", "merge": "Merges"},
    each="relation",
    rest="The relation is what the Hub declares; the rest to 100% are copies and what declares none.",
    found=lambda kind, led: f"{kind} are the commonest kind of new derivative {led}",
    title=lambda of: f"Kinds of {of} of each family",
)


def draw(asked: Mapping[str, Asked], facts: Facts) -> Figure:
    """Draw rows of `month`, `family`, `relation`, `derivatives`, `low`, `high`, `n`: whole quarters of the largest."""
    return KINDS.draw(asked["share"], facts)
