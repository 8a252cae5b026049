"""What makes a figure legible: no text over another, none outside the scene."""

from __future__ import annotations

from itertools import combinations

from tracker.charts import Figure
from tracker.charts.look.scene import Scene
from tracker.charts.look.sheet import SIZES, compose

WIDTHS = (840.0, 520.0, 519.0, 368.0, 320.0)


def assert_legible(figure: Figure) -> None:
    """Hold a figure to legibility as pages show it, at every width, and on every sheet."""
    for width in WIDTHS:
        assert_clear(figure.plot(width), f"{width:.0f} px")
    for size, form in SIZES.items():
        assert_clear(compose(figure, form), size)


def assert_clear(scene: Scene, where: str) -> None:
    """Hold a scene's texts apart and inside, by the widths of the package's fonts."""
    boxes = [(text.text, text.box()) for text in scene.texts()]
    for text, (left, top, right, bottom) in boxes:
        assert left >= -0.5 and right <= scene.width + 0.5, f"{where}: {text!r} leaves: {left:.0f}..{right:.0f}"
        assert top >= -2 and bottom <= scene.height + 2, f"{where}: {text!r} leaves: {top:.0f}..{bottom:.0f}"
    for (one, a), (other, b) in combinations(boxes, 2):
        wide, high = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
        # line boxes are taller than their letters: two pixels are no overlap to the eye
        assert wide <= 0.5 or high <= 2, f"{where}: {one!r} and {other!r} overlap by {wide:.0f} x {high:.0f} pixels"
