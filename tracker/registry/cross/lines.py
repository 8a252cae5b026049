"""Families and their lines: parents, developers, whose weights, release, a rule that leads to them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tracker.registry import weights
from tracker.registry.cross.told import Sheets, hint, parents, runs_in_a_circle
from tracker.registry.files import SCRATCH, UNKNOWN
from tracker.registry.patterns import Patterns
from tracker.registry.read import Problem

UNREACHED = "no row of roots.csv leads to this family or a line of it; add one, or delete the family"


def lines_have_parents_and_developers(sheets: Sheets) -> Iterator[Problem]:
    """The parent of a line is a line, its developer an organization, and parents do not run in a circle."""
    part_of = parents(sheets)
    developers = {row["organization"] for row in sheets["organizations.csv"]} | {UNKNOWN}
    for row in sheets["families.csv"]:
        if row["parent"] and row["parent"] not in part_of:
            yield row.says(f"parent {row['parent']!r} is no line{hint(row['parent'], part_of)}; add it or correct it")
        elif runs_in_a_circle(row["line"], part_of):
            yield row.says("the parents of this line lead back to it; leave parent empty at the top")
        if row["developer"] not in developers:
            yield row.says(
                f"developer {row['developer']!r} is no organization in organizations.csv"
                f"{hint(row['developer'], developers)}; add it or correct it"
            )


def families_say_whose_weights(sheets: Sheets) -> Iterator[Problem]:
    """A family was trained from scratch or continues other weights; where one says it, all do."""
    for row in sheets["families.csv"] if _speaks_of_weights(sheets) else ():
        if not row["parent"] and not row["weights"]:
            yield row.says(
                f"weights is empty; write {SCRATCH}, or the line or model whose weights this family continues"
            )


def weights_lead_to_a_line(sheets: Sheets) -> Iterator[Problem]:
    """Weights name a line, or a model that a row of roots.csv gives a line; and they do not run in a circle."""
    lines = {row["line"]: row.cells for row in sheets["families.csv"]}
    if any(
        cells["parent"] not in {"", *lines} or runs_in_a_circle(line, parents(sheets)) for line, cells in lines.items()
    ):
        return  # said by the check of parents
    line_of = _line_of_model(sheets)
    for row in sheets["families.csv"]:
        whose = row["weights"]
        if whose in ("", SCRATCH):
            continue
        if whose not in lines and line_of(whose) is None:
            if not sheets["roots.csv"]:
                continue  # a file that could not be read is said once
            yield row.says(
                f"weights {whose!r} is no line{hint(whose, set(lines))} and no model that roots.csv gives one; "
                "add a row, or name the line"
            )
        elif _weights_return(row["line"], lines, line_of):
            yield row.says("the weights of this line lead back to it; only one of the two came first")


def families_are_reached(sheets: Sheets) -> Iterator[Problem]:
    """Some row of roots.csv leads to a family or to a line of it; in folders that speak of weights."""
    part_of = parents(sheets)
    reached: set[str] = set()
    for row in sheets["roots.csv"]:
        line = row["line"]
        while line in part_of and line not in reached:
            reached.add(line)
            line = part_of[line]
    told = sheets["roots.csv"] and _speaks_of_weights(sheets)  # a file that could not be read is said once
    for row in sheets["families.csv"] if told else ():
        if not row["parent"] and row["line"] not in reached:
            yield row.says(UNREACHED)


def lines_are_no_older_than_what_they_come_from(sheets: Sheets) -> Iterator[Problem]:
    """A line is not released before the family that it is a part of, nor before the line whose weights it continues."""
    released = {row["line"]: row["first_release"] for row in sheets["families.csv"]}
    for row in sheets["families.csv"] if _speaks_of_weights(sheets) else ():
        for column in ("parent", "weights"):
            before = released.get(row[column], "")
            length = min(len(before), len(row["first_release"]))
            if row["first_release"][:length] < before[:length]:
                yield row.says(
                    f"first_release {row['first_release']} is before that of its {column}, {row[column]} ({before}); "
                    "correct one of the two"
                )


def _speaks_of_weights(sheets: Sheets) -> bool:
    """Whether this folder says whose weights families have: folders of earlier versions do not."""
    return any(row["weights"] for row in sheets["families.csv"])


def _weights_return(line: str, lines: weights.Lines, line_of: Callable[[str], str | None]) -> bool:
    """Return whether following weights from a line comes back to where it was."""
    seen: set[str] = set()
    at: str | None = line
    while at is not None and at not in seen:
        seen.add(at)
        whose = weights.said(at, lines)
        at = None if whose in ("", SCRATCH) else whose if whose in lines else line_of(whose)
    return at is not None


def _line_of_model(sheets: Sheets) -> Callable[[str], str | None]:
    """Return what gives the line of a model by the rows of roots.csv."""
    roots = sheets["roots.csv"]
    present = {row["old_namespace"].lower(): row["namespace"] for row in sheets["aliases.csv"]}
    rules = Patterns([row["pattern"] for row in roots], present)
    lines = {row["line"] for row in sheets["families.csv"]}

    def line(model_id: str) -> str | None:
        number = rules.match(model_id)
        return roots[number]["line"] if number >= 0 and roots[number]["line"] in lines else None

    return line
