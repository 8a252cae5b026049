"""How wide each column of a table is where a line has only so much room.

Numbers, days and ids stay whole; names are cut, sentences are folded; what still does not fit is left out and named.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from rich.cells import cell_len

MISSING = "–"

_CODE = re.compile(r"\d[\dTZ:.+-]*(-[\da-f]+)?|[\da-f]{8,}")  # days, months, runs, hashes
_SHORT_NAME, _SHORT_SENTENCE = 16, 24  # what a column of names or sentences keeps
_WORDS_OF_A_SENTENCE = 4


@dataclass(frozen=True)
class Column:
    """The cells of a column as people read them. `is_number`: on the right; `is_whole`: its cells are never cut."""

    name: str
    cells: Sequence[str]
    is_number: bool = False
    is_whole: bool = False
    width: int = 0

    @cached_property
    def longest(self) -> int:
        """The width of its widest cell."""
        return max(map(cell_len, self.cells), default=0)

    @cached_property
    def natural(self) -> int:
        """The width in which nothing is cut or folded."""
        return max(self.longest, cell_len(self.name))

    @cached_property
    def least(self) -> int:
        """The width below which it is better left out."""
        head = max(map(cell_len, words_of(self.name)), default=0)
        if self.is_whole or all(_CODE.fullmatch(cell) or cell == MISSING for cell in self.cells):
            return max(self.longest, head)
        return min(self.natural, max(head, _SHORT_SENTENCE if self.has_sentences else _SHORT_NAME))

    @cached_property
    def has_sentences(self) -> bool:
        """Whether its cells are folded between words rather than cut."""
        return any(cell.count(" ") >= _WORDS_OF_A_SENTENCE - 1 for cell in self.cells)

    @cached_property
    def is_constant(self) -> bool:
        """Whether all rows say the same; a line below the table can say it as well."""
        return len(set(self.cells)) == 1


@dataclass(frozen=True)
class Layout:
    """The columns that are shown, each with its width; those that say the same in every row; those without room."""

    columns: Sequence[Column]
    gap: int
    constant: Sequence[Column] = ()
    without_room: Sequence[str] = ()

    def told(self, elsewhere: str) -> list[str]:
        """Return the lines that say what is not in the table; `elsewhere` says where it is."""
        same = ", ".join(f"{each.name} {each.cells[0]}" for each in self.constant)
        told = [f"in every row shown: {same}"] if same else []
        names = ", ".join(self.without_room)
        return [*told, *([f"no room for {names}: {elsewhere}"] if names else [])]


def lay_out(columns: Sequence[Column], room: int | None) -> Layout:
    """Return which columns a line of `room` cells shows, and how wide; all of them where None limits it."""
    natural = [replace(each, width=each.natural) for each in columns]
    if room is None or _taken([each.natural for each in columns], 3) <= room:
        return Layout(natural, 3)
    shown = dict(enumerate(columns))
    while len(shown) > 1 and _taken([each.least for each in shown.values()], 2) > room:
        from_the_right = list(reversed(shown))
        del shown[next((at for at in from_the_right if columns[at].is_constant), from_the_right[0])]
    left_out = [each for at, each in enumerate(columns) if at not in shown]
    return Layout(
        _shared_out(list(shown.values()), room),
        2,
        constant=[each for each in left_out if each.is_constant],
        without_room=[each.name for each in left_out if not each.is_constant],
    )


def words_of(name: str) -> list[str]:
    """Return the parts of a column's name between which its head is folded: downloads_, all_, time."""
    return re.findall(r"[^_ ]*[_ ]+|[^_ ]+", name)


def _taken(widths: Sequence[int], gap: int) -> int:
    return 1 + sum(widths) + gap * (len(widths) - 1)


def _shared_out(columns: Sequence[Column], room: int) -> list[Column]:
    """Return the columns with what each keeps and its part of the room that is left: cells first, then heads."""
    widths = [each.least for each in columns]
    for wanted in ([max(each.least, each.longest) for each in columns], [each.natural for each in columns]):
        widths = _grown(widths, wanted, room - _taken(widths, 2))
    return [replace(each, width=width) for each, width in zip(columns, widths, strict=True)]


def _grown(widths: Sequence[int], wanted: Sequence[int], room: int) -> list[int]:
    """Return widths grown towards what is wanted by equal parts of the room; who needs little has all of that."""
    grown = list(widths)
    for at in sorted(range(len(grown)), key=lambda at: wanted[at] - widths[at]):
        others = sum(have < want for have, want in zip(grown, wanted, strict=True))
        given = min(wanted[at] - grown[at], max(0, room) // max(1, others))
        grown[at] += given
        room -= given
    return grown
