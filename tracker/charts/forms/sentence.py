"""A sentence in place of a plot, where there is nothing to draw."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.charts.look import type as letters
from tracker.charts.look.scene import Scene


@dataclass(frozen=True)
class Sentence:
    """A plot that only says why there is none: no empty axes."""

    text: str

    def __call__(self, width: float, height: float | None = None) -> Scene:
        """Return the scene of a width."""
        lines = letters.wrap(self.text, 15, width)
        scene = Scene(width, max(height or 0.0, 24.0 + 21 * len(lines)))
        for at, line in enumerate(lines):
            scene.text(0, 22 + 21 * at, line, 15, "muted")
        return scene
