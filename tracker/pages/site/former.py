"""Names of the registry that had pages and have none any more, and which names have what they stood for.

Told from the registries that are kept with earlier generations: a family is what its patterns and lines say, a
developer what its lines are. A name that is gone was renamed where all of it has one name now, else split.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

Groups = Mapping[str, str]  # what is grouped -> the name of its group


def families(now: Path | None, earlier: Iterable[Path]) -> dict[str, list[str]]:
    """Return former family -> the families that have its patterns and lines now, those with most of them first."""
    return _gone(_families(now), map(_families, earlier)) if now else {}


def developers(now: Path | None, earlier: Iterable[Path]) -> dict[str, list[str]]:
    """Return former developer -> the developers that have its lines now, those with most of them first."""
    return _gone(_developers(now), map(_developers, earlier)) if now else {}


def _gone(now: Groups, earlier: Iterable[Groups]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    there = set(now.values())
    for before in earlier:
        for name in sorted(set(before.values()) - there):
            parts = [each for each, group in before.items() if group == name]
            found[name] = _heirs(parts, now) or found.get(name, [])
    return found


def _heirs(parts: Sequence[str], now: Groups) -> list[str]:
    counted = Counter(now[part] for part in parts if part in now)
    if not counted:  # what was split is written in other patterns, of the same publishers
        of = {part.partition("/")[0] for part in parts if "/" in part}
        counted = Counter(group for part, group in now.items() if "/" in part and part.partition("/")[0] in of)
    return sorted(counted, key=lambda name: (-counted[name], name))


def _families(folder: Path) -> Groups:
    lines = _lines(folder)
    return _grouped(folder, {line: ([line, *_above(line, lines)])[-1] for line in lines})


def _developers(folder: Path) -> Groups:
    lines = _lines(folder)
    told = {line: [lines[each]["developer"] for each in (line, *_above(line, lines))] for line in lines}
    return _grouped(folder, {line: next(filter(None, names), "") for line, names in told.items()})


def _grouped(folder: Path, group_of: Groups) -> Groups:
    """Return the groups of lines, and of patterns by their lines."""
    patterns = {row["pattern"]: group_of.get(row["line"], "") for row in _rows(folder / "roots.csv")}
    groups = {**{f"\0{line}": group for line, group in group_of.items()}, **patterns}
    return {part: group for part, group in groups.items() if group}


def _lines(folder: Path) -> Mapping[str, Mapping[str, str]]:
    return {row["line"]: row for row in _rows(folder / "families.csv")}


def _above(line: str, lines: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Return the lines that a line is part of, the nearest first."""
    found: list[str] = []
    while (line := lines.get(line, {}).get("parent") or "") and line not in found:
        found.append(line)
    return found


def _rows(path: Path) -> list[dict[str, str]]:
    if not path.is_file():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
