"""Output at a prompt: its width, tables that fit, and text without characters that could command a terminal.

Strangers write the Hub's names and texts: characters that could command a terminal are removed.

May import: nothing.
"""

from __future__ import annotations

import os
import sys

USUAL_WIDTH = 80  # of a terminal that does not say
ROWS_SHOWN = 50  # of a long table, where people read


def is_there() -> bool:
    """Return whether stdout is a terminal; it may be closed."""
    return sys.stdout is not None and sys.stdout.isatty()


def width() -> int | None:
    """Return how many columns a line of stdout may take: COLUMNS, else the terminal's; None where nothing limits it.

    What is no number above zero says nothing.
    """
    said = os.environ.get("COLUMNS", "")
    if said.isdecimal() and int(said):
        return int(said)
    return _of_terminal() or (USUAL_WIDTH if is_there() else None)


def _of_terminal() -> int:
    try:
        return os.get_terminal_size(sys.__stdout__.fileno()).columns if sys.__stdout__ else 0
    except (ValueError, OSError):  # it is closed, or no terminal
        return 0


def clean(text: str) -> str:
    """Return text of one line without characters that a terminal would obey."""
    return text if text.isprintable() else "".join(each if each.isprintable() else "�" for each in text)


def clean_lines(text: str) -> str:
    """Return text of many lines in the same way: line ends and tabs stay."""
    return "".join(each if each.isprintable() or each in "\n\t" else "�" for each in text)
