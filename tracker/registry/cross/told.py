"""What several checks need: the sheets by file, the nearest name, circles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tracker.errors import nearest
from tracker.registry.read import Row

Sheets = Mapping[str, list[Row]]


def parents(sheets: Sheets) -> Mapping[str, str]:
    """Return by line the one that it is a part of."""
    return {row["line"]: row["parent"] for row in sheets["families.csv"]}


def runs_in_a_circle(line: str, parents: Mapping[str, str]) -> bool:
    """Return whether going upwards from a name comes back to one."""
    seen = set()
    while parents.get(line):
        if line in seen:
            return True
        seen.add(line)
        line = parents[line]
    return False


def hint(name: str, known: Iterable[str]) -> str:
    """Return the nearest known name as a question, or nothing."""
    names = nearest(name, known, count=1)
    return f" (did you mean {names[0]!r}?)" if names else ""
