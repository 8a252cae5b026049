"""Under what licences each family is built on: the share of each class of its new derivatives, quarter by quarter."""

from __future__ import annotations

from collections.abc import Mapping

from tracker.charts.look.facts import Asked, Facts
from tracker.charts.look.figure import Figure
from tracker.charts.plots.kinds import Kinds

TITLE = "Share of each class of licence among a family's new derivatives, by quarter"
QUESTION = "Under what licences are the families built on?"
ASKS = {"share": {"measure": "share", "by": "family,license_class", "months": 39}}
KEEPS = ("by",)
SHORT, WHOLE = "Non-comm.", "Non-commercial"  # the whole word has no room above a column on a phone
KINDS = Kinds(
    QUESTION,
    "license_class",
    {
        "open-source": "Open source",
        "permissive-weights": "Permissive",
        "restricted": "Restricted",
        "non-commercial": SHORT,
    },
    each="class of licence",
    rest=f"{SHORT}: {WHOLE.lower()}. The class is of the derivative's own licence; the rest to 100% tell none.",
    found=lambda kind, led: f"{kind.replace(SHORT, WHOLE)} is the commonest licence of new derivatives {led}",
    title=lambda of: f"Licences of {of} of each family",
    loose=("unknown", "unreviewed"),
)


def draw(asked: Mapping[str, Asked], facts: Facts) -> Figure:
    """Draw rows of `month`, `family`, `license_class`, `derivatives`, `low`, `high`, `n`: quarters of the largest."""
    return KINDS.draw(asked["share"], facts)
