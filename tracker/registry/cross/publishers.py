"""Who uploads: countries, organizations and former names agree."""

from __future__ import annotations

from collections.abc import Iterator

from tracker.registry.cross.told import Sheets, hint
from tracker.registry.files import UNKNOWN
from tracker.registry.read import Problem, Row


def countries_have_a_row(sheets: Sheets) -> Iterator[Problem]:
    """Every country of an organization is in countries.csv."""
    known = {row["country"] for row in sheets["countries.csv"]} | {UNKNOWN}
    for row in sheets["organizations.csv"]:
        if row["country"] not in known:
            yield row.says(
                f"country {row['country']} is not in countries.csv; correct the code or add the country there"
            )


def organizations_agree(sheets: Sheets) -> Iterator[Problem]:
    """One organization is of one kind and, at one time, in one country, whatever namespace it uses."""
    first: dict[tuple[str, str], Row] = {}
    for row in sheets["organizations.csv"]:
        other = first.setdefault((row["organization"], row["valid_from"]), row)
        for column in ("country", "kind"):
            if row[column] != other[column]:
                yield row.says(
                    f"{row['organization']} is {column} {row[column]} here and {other[column]} in line {other.line}; "
                    "one organization has one: correct one row, or give two organizations two names"
                )


def organizations_are_spelt_alike(sheets: Sheets) -> Iterator[Problem]:
    """Names that differ only in case, blanks or punctuation are one organization."""
    first: dict[str, Row] = {}
    for row in sheets["organizations.csv"]:
        bare = "".join(letter for letter in row["organization"].casefold() if letter.isalnum())
        other = first.setdefault(bare, row) if bare else row
        if other["organization"] != row["organization"]:
            yield row.says(
                f"organization {row['organization']!r} is written {other['organization']!r} in line {other.line}; "
                "use one spelling"
            )


def aliases_lead_to_a_reviewed_namespace(sheets: Sheets) -> Iterator[Problem]:
    """A former namespace points at a present one that has a row of its own; it has none itself."""
    reviewed = {row["namespace"] for row in sheets["organizations.csv"]}
    old = {row["old_namespace"]: row for row in sheets["aliases.csv"]}
    for row in sheets["aliases.csv"]:
        before, now = row["old_namespace"], row["namespace"]
        if before == now:
            yield row.says("old_namespace and namespace are the same; an alias needs two names")
        elif now in old:
            yield row.says(f"{now} was itself renamed to {old[now]['namespace']}; write the present name here")
        elif now not in reviewed:
            yield row.says(f"namespace {now} has no row in organizations.csv{hint(now, reviewed)}; add one")
        if before in reviewed:
            yield row.says(f"{before} also has a row in organizations.csv, which an alias replaces; delete that row")
