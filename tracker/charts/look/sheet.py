"""A sheet: a figure as a file for print, slides and posts: question, title, subtitle, plot, note and source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from tracker.charts.look import backend, svg
from tracker.charts.look import type as letters
from tracker.charts.look.figure import Figure
from tracker.charts.look.scene import Scene
from tracker.errors import SettingsError

Size = Literal["web", "print", "slide", "square"]


@dataclass(frozen=True)
class Format:
    """The width of a sheet in pixels, its height where that is fixed, and how many pixels of a PNG one of them is."""

    width: float
    height: float | None
    scale: float


SIZES: dict[str, Format] = {
    "web": Format(888, None, 2),  # 1,776 pixels wide
    "print": Format(888, None, 3),  # 300 dots an inch at 22.5 cm
    "slide": Format(960, 540, 2),  # 1,920 x 1,080
    "square": Format(540, 540, 2),  # 1,080 x 1,080
}
MARGIN = 24.0
KINDS = (".svg", ".png", ".pdf", ".csv")


def render(figure: Figure, suffix: str, theme: str, size: str) -> bytes:
    """Return the bytes of a file of the figure, of the kind that `suffix` names; raise SettingsError for another."""
    if suffix not in KINDS:
        raise SettingsError(f"a chart is written as {', '.join(KINDS)}, not as {suffix or 'a file without a suffix'}")
    if suffix == ".csv":
        return figure.csv().encode()
    form = SIZES[size]
    scene = compose(figure, form)
    if suffix == ".svg":
        return svg.document(scene, figure.title, figure.alt, theme, form.scale if form.height else 1).encode()
    backend.load()
    from tracker.charts.look import press

    scene = _spelt(figure, scene, form)
    if suffix == ".png":
        return press.png(scene, theme, figure.title, figure.alt, form.scale)
    return press.pdf(scene, theme, figure.title, figure.alt)


def compose(figure: Figure, form: Format, more: str = "") -> Scene:
    """Return the sheet as a scene; `more` is added to the note."""
    room = form.width - 2 * MARGIN
    top = _heading(figure, room)
    foot = _footing(f"{figure.note} {more}".strip(), figure.source, room)
    free = None if form.height is None else form.height - top.height - foot.height - 2 * MARGIN
    plot = figure.plot(room, free)
    scale = 1.0 if free is None else min(1.0, free / plot.height)
    height = form.height or top.height + plot.height + foot.height + 2 * MARGIN
    sheet = Scene(form.width, height)
    sheet.place(top, MARGIN, MARGIN)
    sheet.place(plot, MARGIN + room * (1 - scale) / 2, MARGIN + top.height, scale)
    sheet.place(foot, MARGIN, height - MARGIN - foot.height)
    return sheet


def _spelt(figure: Figure, scene: Scene, form: Format) -> Scene:
    """Return the sheet for press: where ids stand for words in letters that no font at hand has, the note says so."""
    from tracker.charts.look import press

    words = dict.fromkeys(word for text in scene.texts() for word in text.text.split())
    strange = [word for word in words if press.drawable(word) != word]
    if not strange:
        return scene
    told = [f"{press.stands_for(word)} for {' '.join(f'U+{ord(char):04X}' for char in word[:8])}" for word in strange]
    with letters.spelling(press.drawable):
        return compose(
            figure, form, f"An id stands for a name in letters that no font here has: {', '.join(told[:6])}."
        )


def _heading(figure: Figure, room: float) -> Scene:
    y, block = 0.0, Scene(room, 0)
    lines = [
        (letters.wrap(figure.question, 13, room), 13.0, "muted", letters.SANS, 8.0),
        (letters.balance(figure.title, 24, room), 24.0, "ink", letters.SERIF, 7.0),
        (letters.wrap(figure.subtitle, 14, room), 14.0, "muted", letters.SANS, 16.0),
    ]
    for texts, size, fill, face, below in lines:
        y = _write(block, texts, y, size, fill, face) + (below if texts else 0)
    block.height = y
    return block


def _footing(note: str, source: str, room: float) -> Scene:
    block = Scene(room, 0)
    y = 14.0
    for text in (note, source):
        y = _write(block, letters.wrap(text, 12, room), y, 12, "muted", letters.SANS) + 3
    block.height = y
    return block


def _write(block: Scene, lines: Sequence[str], y: float, size: float, fill: str, face: str) -> float:
    for line in lines:
        block.text(0, y + letters.ASCENT * size, line, size, fill, face=face)
        y += letters.LINE * size
    return y
