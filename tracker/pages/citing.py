"""How a figure is cited: a sentence, BibTeX, CSL-JSON, and a snippet that shows it elsewhere without a script.

The version is the newest night in the figure's rows and the id of what they say; nothing here knows the day of reading.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from tracker.charts.look.numbers import day
from tracker.charts.look.svg import clean
from tracker.pages.drawing import Drawing

AUTHOR = "Adoption Tracker"
_TEX = re.compile(r"[\\{}$&#%_~^]")
_TEX_NAMES = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}


@dataclass(frozen=True)
class Citation:
    """One figure as it is cited. `night` is the newest in its rows, `address` empty where none is known."""

    slug: str
    title: str
    night: date
    rows_id: str
    definition: str
    registry: str
    synthetic: bool
    address: str = ""
    embed: Markup | None = None

    @property
    def text(self) -> str:
        """A sentence for a list of references."""
        address = f" {self.address}" if self.address else ""
        what = " Synthetic demo data, not a finding." if self.synthetic else ""
        return f"{AUTHOR} ({self.night.year}). {_one_line(self.title)}. {self._version}.{what}{address}"

    @property
    def bibtex(self) -> str:
        """An entry of BibTeX; the author is an organization, which doubled braces keep whole."""
        lines = {
            "author": f"{{{AUTHOR}}}",
            "title": f"{{{in_tex(self.title)}}}",
            "year": str(self.night.year),
            "month": str(self.night.month),
            "version": f"{self.night}, rows {self.rows_id[:12]}",
            "note": in_tex(self._version + (". Synthetic demo data, not a finding" if self.synthetic else "")),
            "url": self.address,
        }
        fields = ",\n".join(f"  {name} = {{{value}}}" for name, value in lines.items() if value)
        return f"@misc{{adoption-tracker-{self.slug}-{self.night},\n{fields}\n}}"

    @property
    def csl(self) -> str:
        """An item of CSL-JSON; who uses it adds the day of reading as `accessed`."""
        item = {
            "id": f"adoption-tracker-{self.slug}-{self.night}",
            "type": "dataset",
            "title": _one_line(self.title),
            "author": [{"literal": AUTHOR}],
            "issued": {"date-parts": [[self.night.year, self.night.month, self.night.day]]},
            "version": f"{self.night}, rows {self.rows_id[:12]}",
            "note": self._version + (". Synthetic demo data, not a finding" if self.synthetic else ""),
            "URL": self.address,
        }
        return json.dumps([{name: value for name, value in item.items() if value}], ensure_ascii=False, indent=1)

    @property
    def newest(self) -> str:
        """The newest night in the rows, as people write it."""
        return day(self.night)

    @property
    def _version(self) -> str:
        rule = f", definition {self.definition}" if self.definition else ""
        return f"Snapshot {self.night}{rule}, registry {self.registry}, rows {self.rows_id}"


def cited(slug: str, drawing: Drawing, address: str = "", embed: Markup | None = None) -> Citation:
    """Return how a drawing is cited."""
    facts = drawing.facts
    version = f" v{facts.version}" if facts.version and facts.definition else ""
    return Citation(
        slug,
        drawing.title,
        facts.snapshot_date,
        drawing.answer.about["rows_id"],
        facts.definition + version,
        facts.registry_version,
        facts.synthetic,
        address,
        embed,
    )


def _one_line(text: str) -> str:
    return " ".join(clean(text).split())


def in_tex(text: str) -> str:
    """Return a text on one line that LaTeX prints as it is."""
    return _TEX.sub(lambda found: _TEX_NAMES.get(found[0], f"\\{found[0]}"), _one_line(text))
