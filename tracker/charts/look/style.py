"""The look of every figure: fonts, title block, footer, and text wrapped by its measured width."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.figure import Figure

from tracker.charts.look.caption import Caption
from tracker.charts.look.colors import THEMES, Theme

WIDTH, HEIGHT, DPI = 12.0, 7.8, 100  # inches, inches, dots an inch
LEFT, RIGHT = 0.012, 0.988  # where text starts and ends, as parts of the width
PREFERRED_FONTS = ("Inter", "Source Sans 3", "DejaVu Sans")  # the last ships with matplotlib

SYNTHETIC = "SYNTHETIC DEMO DATA, not a finding."


@contextmanager
def styled(theme: Theme) -> Iterator[None]:
    """Draw with the house style; text stays text in SVG, and the same data gives the same bytes."""
    # naming a font that is absent makes matplotlib complain once per glyph, so only found ones are listed
    installed = {entry.name for entry in font_manager.fontManager.ttflist}
    settings: Any = {
        "font.family": "sans-serif",
        "font.sans-serif": [name for name in PREFERRED_FONTS if name in installed],
        "svg.fonttype": "none",
        "svg.hashsalt": "hub-adoption-tracker",
        "axes.edgecolor": theme.grid,
        "axes.facecolor": theme.background,
        "figure.facecolor": theme.background,
        "text.color": theme.text,
        "text.parse_math": False,  # a dollar sign in a family's name is a dollar sign
        "axes.labelcolor": theme.muted,
        "xtick.color": theme.muted,
        "ytick.color": theme.muted,
        "hatch.linewidth": 1.4,
    }
    with mpl.rc_context(settings):
        yield


def new_figure(theme: Theme) -> Figure:
    """Return an empty figure with a renderer that can measure text."""
    figure = Figure(figsize=(WIDTH, HEIGHT), dpi=DPI, facecolor=theme.background)
    FigureCanvasAgg(figure)
    return figure


def theme_of(caption: Caption) -> Theme:
    """Return the caption's theme; light where it names none that exists."""
    return THEMES.get(caption.theme, THEMES["light"])


def write_heading(figure: Figure, theme: Theme, title: str, subtitle: str) -> float:
    """Write title and subtitle at the top; return the height (0 to 1) at which the plot may end."""
    y = 1 - 0.03
    for text, size, weight, color in ((title, 17, "bold", theme.text), (subtitle, 11.5, "normal", theme.muted)):
        lines = wrap_to(figure, text, size, weight, RIGHT - LEFT)
        figure.text(LEFT, y, "\n".join(lines), size=size, weight=weight, color=color, va="top", linespacing=1.35)
        y -= _height(size, len(lines)) + 0.012
    return y - 0.02


def write_footer(figure: Figure, theme: Theme, notes: str, caption: Caption) -> float:
    """Write notes and source line at the bottom; return the height at which the plot may begin."""
    size = 9.0
    lines = wrap_to(figure, notes, size, "normal", RIGHT - LEFT)
    lines += wrap_to(figure, source_line(caption), size, "normal", RIGHT - LEFT)
    figure.text(LEFT, 0.018, "\n".join(lines), size=size, color=theme.muted, va="bottom", linespacing=1.5)
    return 0.018 + _height(size, len(lines), 1.5) + 0.075


def source_line(caption: Caption) -> str:
    """Return where the data came from, when, under which rule, and how much of it is traced."""
    parts = [f"Source: Hugging Face Hub, snapshot {caption.snapshot_date.isoformat()}", f"scope {caption.scope}"]
    if caption.synthetic:
        parts[0] = f"Source: synthetic demo Hub, virtual night {caption.snapshot_date.isoformat()}"
    if caption.denominator:
        parts.append(caption.denominator)
    if caption.traced is not None:
        parts.append(f"{caption.traced:.0%}{'' if caption.scope == 'full' else ' of these'} traced to a root")
    if caption.definition:
        parts.append(f"definition {caption.definition}")
    if caption.registry_version:
        parts.append(f"registry {caption.registry_version}")
    return " · ".join(parts)


def wrap_to(figure: Figure, text: str, size: float, weight: str, width: float) -> list[str]:
    """Break text into lines no wider than `width` (a part of the figure's width), measured as drawn."""
    limit = width * figure.get_figwidth() * figure.dpi
    lines: list[str] = []
    current = ""
    for word in text.split():
        longer = f"{current} {word}".strip()
        if current and text_width(figure, longer, size, weight) > limit:
            lines.append(current)
            longer = word
        current = longer
    return [*lines, current] if current else lines


def text_width(figure: Figure, text: str, size: float, weight: str = "normal") -> float:
    """Return the width of one line of text in pixels, as this figure would draw it."""
    probe = figure.text(0, 0, text, size=size, weight=weight)
    try:
        return float(probe.get_window_extent(renderer(figure)).width)
    finally:
        probe.remove()


def renderer(figure: Figure) -> RendererAgg:
    """Return the renderer that measures this figure's text."""
    canvas: Any = figure.canvas
    measuring: RendererAgg = canvas.get_renderer()
    return measuring


def _height(size: float, lines: int, spacing: float = 1.35) -> float:
    return size * spacing * lines / 72 / HEIGHT
