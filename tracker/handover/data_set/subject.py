"""What a data set is about: the exported copy that is open, its configs, its charts, and what it is called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from tracker import charts
from tracker.answers.reach import cover
from tracker.charts.look.figure import Figure
from tracker.errors import SettingsError
from tracker.handover.data_set.configs import Config
from tracker.pages.drawing import NothingToDraw, Studio

if TYPE_CHECKING:
    from tracker.answers import Answer
    from tracker.store import Published, SnapshotFacts

NAME = "Open model adoption"
CHARTS = ("families", "origins", "downloads", "licenses", "coverage")
LARGEST = 10  # families of the card's table
LICENCE_URLS = {
    "cc by 4.0": "https://creativecommons.org/licenses/by/4.0/",
    "odbl-1.0": "https://opendatacommons.org/licenses/odbl/1-0/",
    "apache-2.0": "https://www.apache.org/licenses/LICENSE-2.0",
    "mit": "https://opensource.org/license/mit",
    "cc by-sa 4.0": "https://creativecommons.org/licenses/by-sa/4.0/",
    "cc-by-sa-4.0": "https://creativecommons.org/licenses/by-sa/4.0/",
    "cc0-1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
}


@dataclass(frozen=True)
class Chart:
    """A chart of the card: its file relative to the folder, what it shows, and its bytes."""

    path: str
    figure: Figure
    content: bytes


@dataclass(frozen=True)
class Subject:
    """One exported copy, open, as a data set.

    `registry` has the ledger of claims; `repository` is where it will stand on the Hub, empty where nobody said.
    """

    published: Published
    configs: Sequence[Config]
    registry: Path | None = None
    repository: str = ""

    @property
    def facts(self) -> SnapshotFacts:
        """What it says of itself."""
        return self.published.facts()

    @property
    def day(self) -> date:
        """Its newest night."""
        return self.facts.snapshot_date

    @cached_property
    def part(self) -> str:
        """Which models it knows, as words after a plural; empty where it is the whole Hub."""
        return cover.of_nights(self.published).of_models

    @property
    def name(self) -> str:
        """What it is called, whatever the night."""
        of = f" {self.part}" if self.part else " on the Hugging Face Hub"
        return f"{NAME}{of}{' (synthetic demo data)' if self.facts.synthetic else ''}"

    @property
    def summary(self) -> str:
        """What it holds, in one or two sentences."""
        facts = self.facts
        made_up = "Synthetic demo data, which say nothing about the real Hub. " if facts.synthetic else ""
        of = f"open models {self.part}" if self.part else "open models"
        return (
            f"{made_up}Which base models the {of} of the Hugging Face Hub are built on, where those come from, and how "
            f"that changes: {facts.models:,} models with their lineage, and {facts.nights:,} nights of counters until "
            f"{self.day}."
        )

    @property
    def address(self) -> str:
        """Where it stands on the Hub, empty where nobody said."""
        return f"https://huggingface.co/datasets/{self.repository}" if self.repository else ""

    @property
    def rows(self) -> int:
        """The rows of all configs."""
        return sum(each.rows for each in self.configs)

    @cached_property
    def _studio(self) -> Studio | None:
        """What asks and draws under the default definition; None for a copy of a registry that names none."""
        named = self.published.table("select name from definitions where name = 'default'").rows
        return Studio(self.published, self.published.definitions()["default"], self.registry) if named else None

    @cached_property
    def shares(self) -> Answer | None:
        """The largest families of the last whole month under the default definition; None where there is no month."""
        asked = {"measure": "share", "by": "family", "rows": LARGEST}
        until = self.day.replace(day=1) - timedelta(days=1)
        if self._studio is None:
            return None
        answer = self._studio.ask({**asked, "first": until.replace(day=1), "until": until})
        return None if answer.frame.is_empty() else answer

    @cached_property
    def charts(self) -> list[Chart]:
        """The charts that have something to show."""
        found: list[Chart] = []
        if self._studio is None:
            return found
        for name in CHARTS:
            try:
                drawing = self._studio.draw(charts.find(name))
            except (NothingToDraw, SettingsError):  # it has no rows, or asks for what this copy was published before
                continue
            found.append(Chart(f"charts/{name}.png", drawing.figure, drawing.content(".png")))
        return found


def licence_url(licence: str) -> str:
    """Return the address of a licence; empty for what is none, or one that nobody here knows."""
    return LICENCE_URLS.get(licence.lower(), "")
