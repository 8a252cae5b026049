"""What one question to the Hub has found, and the sample that all questions look at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from tracker.settings import Settings
from tracker.sources.hub_models.sample import Sample

Verdict = Literal["good", "differs", "cannot tell"]
Effect = Literal["", "slows", "falsifies", "stops"]
HARMFUL: tuple[Effect, ...] = ("falsifies", "stops")  # effects that leave no night to be trusted

NO_PAGE = "no page came to look at"


@dataclass(frozen=True)
class Finding:
    """One line: what was asked, how it stands, what a night would suffer from it, and what to do."""

    check: str
    verdict: Verdict
    finding: str
    effect: Effect = ""
    what_to_do: str = ""


@dataclass(frozen=True)
class Seen:
    """The sample, the settings that a night would have, and how many models it may bring (None: nobody knows)."""

    sample: Sample
    settings: Settings
    expected: int | None

    @property
    def items(self) -> list[dict[str, Any]]:
        """The items of the first page that are objects."""
        return [item for item in self.sample.first.items if isinstance(item, dict)]

    @property
    def popular(self) -> list[dict[str, Any]]:
        """Items of the most downloaded models, where these were asked for: older, with all that a model can have."""
        reply = self.sample.popular
        return [item for item in reply.items if isinstance(item, dict)] if reply else []


def shown(number: int, total: int) -> str:
    """Return how many of how many."""
    return f"all {total:,}" if number == total else f"{number:,} of {total:,}"
