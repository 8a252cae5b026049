"""Type: the fonts that figures are drawn with, and text measured, cut and broken by the widths of these fonts.

Fonts come with the package, so nothing depends on what is installed. System fonts that a reader may fall back to are
narrower. What the fonts have no glyph for (CJK, right to left, emoji) is measured as wide as it can be.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "fonts"
SANS, BOLD, SERIF = "inter-400", "inter-600", "serif-600"
FACES = (SANS, BOLD, SERIF)
ASCENT, DESCENT = 0.76, 0.22  # of a line's box above and below its baseline, parts of the size
LINE = 1.3  # line height, parts of the size
Spell = Callable[[str], str]
_WIDE, _STRANGE = 1.05, 0.75  # widths of glyphs that the fonts lack, parts of the size


_as_it_is: Spell = lambda text: text  # noqa: E731
_spell: ContextVar[Spell] = ContextVar("spell", default=_as_it_is)


@contextmanager
def spelling(spell: Spell) -> Iterator[None]:
    """Measure, cut and place every text as `spell` writes it: a file may lack letters that a page has."""
    token = _spell.set(spell)
    try:
        yield
    finally:
        _spell.reset(token)


def spelt(text: str) -> str:
    """Return a text as it is written here."""
    return _spell.get()(text)


def width(text: str, size: float, face: str = SANS) -> float:
    """Return the width of one line in pixels."""
    return size * _width(spelt(text), face)


@lru_cache(maxsize=1 << 16)
def _width(text: str, face: str) -> float:
    """Return the width in parts of the size: a sheet is composed for two widths, and lines are tried many times."""
    widths = _widths(face)
    return sum(widths[char] if char in widths else _fallback(char, face) for char in text)


def lacks(text: str) -> bool:
    """Say whether a text has letters that none of the fonts has."""
    return any(not _is_mark(char) and all(char not in _widths(face) for face in FACES) for char in text)


def cut(text: str, size: float, room: float, face: str = SANS) -> str:
    """Return the text, its end replaced by an ellipsis where it is wider than `room` pixels."""
    text = spelt(text)
    if width(text, size, face) <= room:
        return text
    while text and width(text + "…", size, face) > room:
        text = text[:-1]
    return text.rstrip() + "…"


def wrap(text: str, size: float, room: float, face: str = SANS) -> list[str]:
    """Break a text into lines no wider than `room` pixels; a word that is wider is broken too."""
    lines: list[str] = []
    current = ""
    for word in text.split():
        for piece in _pieces(word, size, room, face):
            longer = f"{current} {piece}".strip()
            if current and width(longer, size, face) > room:
                lines.append(current)
                longer = piece
            current = longer
    return [*lines, current] if current else lines


def balance(text: str, size: float, room: float, face: str = SERIF) -> list[str]:
    """Break a title into as few lines as it needs, all about as long as each other."""
    lines = wrap(text, size, room, face)
    low, high = room / 2, room
    while len(lines) > 1 and high - low > 2:
        middle = (low + high) / 2
        if len(wrap(text, size, middle, face)) == len(lines):
            high = middle
        else:
            low = middle
    return wrap(text, size, high, face)


def _pieces(word: str, size: float, room: float, face: str) -> Sequence[str]:
    if width(word, size, face) <= room:
        return [word]
    pieces, current = [], ""
    for char in word:
        if current and width(current + char, size, face) > room:
            pieces.append(current)
            current = ""
        current += char
    return [*pieces, current]


def _fallback(char: str, face: str) -> float:
    for other in FACES:
        if other != face and char in _widths(other):
            return _widths(other)[char]
    if _is_mark(char):
        return 0.0
    return _WIDE if unicodedata.east_asian_width(char) in "WF" or ord(char) > 0xFFFF else _STRANGE


def _is_mark(char: str) -> bool:
    return unicodedata.category(char) in ("Mn", "Me", "Cf", "Cc", "Zl", "Zp")


@cache
def _widths(face: str) -> Mapping[str, float]:
    """Return the advance width of each letter of a face, parts of the size."""
    from fontTools.ttLib import TTFont

    with TTFont(FOLDER / f"{face}.ttf", lazy=True) as opened:
        font: Any = opened
        unit, advances = font["head"].unitsPerEm, font["hmtx"].metrics
        return {chr(code): advances[glyph][0] / unit for code, glyph in font.getBestCmap().items()}
