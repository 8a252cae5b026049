"""Licences: each speaks of something, terms follow one another without a gap, one text has one class."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from tracker.registry.cross.told import Sheets, hint
from tracker.registry.patterns import split
from tracker.registry.read import Problem, Row
from tracker.registry.terms import FILE, TAGS, is_line


def licenses_of_lines_name_a_line(sheets: Sheets) -> Iterator[Problem]:
    """A pattern without a namespace is the name of a line."""
    lines = {row["line"] for row in sheets["families.csv"]}
    for row in sheets[FILE]:
        if is_line(row["pattern"]) and row["pattern"] not in lines:
            yield row.says(
                f"pattern {row['pattern']!r} is no line of families.csv{hint(row['pattern'], lines)}; "
                "correct it, or write namespace/name for repositories"
            )


def terms_follow_one_another(sheets: Sheets) -> Iterator[Problem]:
    """On every day one row of a pattern holds: each ends where the next begins, and the last has no end."""
    for rows in _by_pattern(sheets):
        for row, following in pairwise(rows):
            if row["valid_to"] != following["valid_from"]:
                yield row.says(
                    f"valid_to is {row['valid_to'] or 'empty'}, but the next row of {row['pattern']} (line "
                    f"{following.line}) is valid from {following['valid_from'] or 'always'}; write one day in both"
                )
        if rows[-1]["valid_to"]:
            yield rows[-1].says(
                f"valid_to is {rows[-1]['valid_to']}, and no row says what holds for {rows[-1]['pattern']} then; "
                "add one, with license_class unknown where nobody knows"
            )


def one_license_has_one_class(sheets: Sheets) -> Iterator[Problem]:
    """A licence has one class, wherever a row names it, that of its identifier on the Hub included."""
    first: dict[str, Row] = {row["spdx"]: row for row in sheets[TAGS] if row["spdx"]}
    for row in sheets[FILE]:
        other = first.setdefault(row["license"], row)
        if row["license_class"] != other["license_class"]:
            where = f"line {other.line}" if other.path == row.path else f"{TAGS}, line {other.line}"
            yield row.says(
                f"{row['license']} is {row['license_class']} here and {other['license_class']} in {where}; "
                "one text has one class: correct one row, or give two texts two names"
            )


def _by_pattern(sheets: Sheets) -> list[list[Row]]:
    """Return the rows of each pattern by their beginnings; former names of a namespace are the present one."""
    present = {row["old_namespace"].lower(): row["namespace"].lower() for row in sheets["aliases.csv"]}
    found: dict[tuple[str, str], list[Row]] = {}
    for row in sheets[FILE]:
        namespace, name = split(row["pattern"].lower())
        found.setdefault((present.get(namespace, namespace), name), []).append(row)
    return [sorted(rows, key=lambda row: (row["valid_from"], row.line)) for rows in found.values()]
