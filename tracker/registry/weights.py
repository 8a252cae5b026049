"""Whose weights a line continues, followed to the end: the line that was trained from nothing, or as far as rows say.

Brand and weights are two things: BGE-M3 is a line of its maker, its weights are XLM-RoBERTa's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tracker.registry.files import SCRATCH

Lines = Mapping[str, Mapping[str, str]]  # by name of a line, its cells `parent` and `weights`


def said(line: str, lines: Lines) -> str:
    """Return what the nearest line upwards says of whose weights these are; empty where none says it."""
    while not lines[line]["weights"] and lines[line]["parent"] in lines:
        line = lines[line]["parent"]
    return lines[line]["weights"]


def follow(line: str, lines: Lines, line_of_model: Callable[[str], str | None]) -> tuple[str, bool]:
    """Return the line at the end of the weights of `line`, and whether it is known to be from scratch.

    `line_of_model` gives the line of a model by its name, None where it has none: there the way ends as well.
    Parents must not run in circles; weights that do end where they came by before.
    """
    seen = set()
    while line not in seen:
        seen.add(line)
        whose = said(line, lines)
        if whose in ("", SCRATCH):
            return line, whose == SCRATCH
        onward = whose if whose in lines else line_of_model(whose)
        if onward is None:
            return line, False
        line = onward
    return line, False
