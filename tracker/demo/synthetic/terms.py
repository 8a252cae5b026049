"""What the registry says of licences, as far as the ecosystem uses it: read and judged by obvious rules of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property

from tracker.demo.synthetic.facts import Facts, Row
from tracker.words import UNNAMED_LICENSES

UNKNOWN, UNREVIEWED = "unknown", "unreviewed"


class Terms:
    """The rows of licenses.csv and license_tags.csv; a folder without them says nothing of any model."""

    def __init__(self, facts: Facts) -> None:
        """Read both files of the folder that the facts are from."""
        self._facts = facts
        self._rows = facts.rows("licenses.csv")
        self._tags = {row["tag"].lower(): row for row in facts.rows("license_tags.csv")}
        self._known: dict[str, Sequence[Row]] = {}

    def of(self, model_id: str) -> Sequence[Row]:
        """Return the rows that speak of a name, the earliest first: of its best pattern, else of its line."""
        if model_id not in self._known:
            self._known[model_id] = self._of_name(model_id) or self._of_line(model_id)
        return self._known[model_id]

    def holding(self, model_id: str, on: date) -> Row | None:
        """Return the row that holds on a day; what came before the first is taken for the same."""
        rows = self.of(model_id)
        begun = [row for row in rows if row["valid_from"] <= on.isoformat()]
        return begun[-1] if begun else next(iter(rows), None)

    def tag_for(self, model_id: str, on: date) -> str | None:
        """Return the tag under which a developer shows the terms of a day; None where no row speaks."""
        row = self.holding(model_id, on)
        if row is None:
            return None
        if row["exception"]:
            return "apache-2.0"  # the licence of the code, say, which is not that of the weights
        named = (tag for tag, each in self._tags.items() if each["spdx"] == row["license"])
        return next(named, "other")

    def class_of(self, model_id: str, tag: str, on: date) -> str:
        """Return the class of a model of some tag ('' for none) by the terms of a day."""
        row, known = self.holding(model_id, on), self._tags.get(tag.lower())
        if row and row["exception"]:
            return row["license_class"]
        if known and known["license_class"] != UNKNOWN:
            return known["license_class"]
        if row:
            return row["license_class"]
        return UNKNOWN if known and tag.lower() not in UNNAMED_LICENSES else UNREVIEWED

    def class_created(self, model_id: str, tag: str, created: date, today: date) -> str:
        """Return the class when a model was created: by the row of that day where it has ended, else today's."""
        then, now = self.holding(model_id, created), self.holding(model_id, today)
        return then["license_class"] if then and then is not now else self.class_of(model_id, tag, today)

    def _of_name(self, model_id: str) -> Sequence[Row]:
        named = self._by_namespace.get(model_id.partition("/")[0].lower(), ())
        fitting = [pattern for pattern in named if self._facts.fits(model_id, pattern)]
        # an exact name, then the longest text, then the longest before the first star
        best = max(fitting, key=lambda each: ("*" not in each, len(each.replace("*", "")), each.find("*")), default="")
        return self._of_pattern(best)

    def _of_line(self, model_id: str) -> Sequence[Row]:
        lines = self._facts.lines
        line = lines.get(self._facts.line_of(model_id).line)
        while line and line.line not in self._of_lines:
            line = lines.get(self._facts.part_of[line.line])
        is_own = line and self._facts.organization(model_id) == line.developer
        return self._of_pattern(line.line) if line and is_own else ()

    @cached_property
    def _by_namespace(self) -> Mapping[str, set[str]]:
        """Patterns of repositories by their namespace's present name, in lower case."""
        found: dict[str, set[str]] = {}
        for row in self._rows:
            if "/" in row["pattern"]:
                namespace = row["pattern"].partition("/")[0]
                found.setdefault(self._facts.present_name(namespace).lower(), set()).add(row["pattern"])
        return found

    @cached_property
    def _of_lines(self) -> set[str]:
        return {row["pattern"] for row in self._rows if "/" not in row["pattern"]}

    def _of_pattern(self, pattern: str) -> Sequence[Row]:
        return sorted((row for row in self._rows if row["pattern"] == pattern), key=lambda row: row["valid_from"])
