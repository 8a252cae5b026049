"""Monthly share of new derivatives by family: one stacked column a month, hue = origin country, shade = family."""

from __future__ import annotations

from calendar import month_abbr, month_name, monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from tracker.charts import Caption
from tracker.charts.look import style
from tracker.charts.look.colors import GROUPS, Theme, group_of, shades
from tracker.charts.look.labels import spread

TITLE = "Monthly share of new derivatives by family"

MAX_FAMILIES = 13  # more shades than this cannot be told apart; the rest is drawn as other families
MIN_SHARE = 0.01  # of the last whole month, or of the mean of all
MAX_MONTHS = 36

QUESTION = {"measure": "share", "by": "family", "months": MAX_MONTHS}
NO_FAMILY = {"unknown": "No family", "unreviewed": "Unreviewed"}
OTHER = "Other families"


@dataclass(frozen=True)
class Layer:
    """One family's column parts: its share in each month, bottom to top order decided elsewhere."""

    name: str
    label: str
    group: str
    shares: tuple[float, ...]
    color: str = ""


def draw(frame: pl.DataFrame, caption: Caption) -> Figure:
    """Draw rows of `month` (YYYY-MM), `family`, `share` (0 to 1); one row per month and family.

    The running month is hatched and the values beside the labels are the last whole month's.
    """
    theme = style.theme_of(caption)
    months = frame.filter(pl.col("derivatives") > 0)["month"].unique().sort().to_list()[-MAX_MONTHS:]
    last_whole = _last_whole(months, caption.snapshot_date)
    layers = _coloured(_ordered(_layers(frame, months, last_whole, caption)), theme)
    with style.styled(theme):
        figure = style.new_figure(theme)
        top = style.write_heading(
            figure, theme, caption.title or _headline(layers, months, last_whole), _subtitle(months[last_whole])
        )
        bottom = style.write_footer(figure, theme, _notes(months, last_whole, caption), caption)
        axes = figure.add_axes((0.055, bottom, 0.745, top - bottom))
        _columns(axes, theme, months, last_whole, layers)
        _label(figure, axes, theme, layers, last_whole, len(months))
    return figure


def _layers(frame: pl.DataFrame, months: Sequence[str], last_whole: int, caption: Caption) -> list[Layer]:
    """Return the families to draw, small ones pooled; what has no family is never pooled with them."""
    shares = {str(key[0]): _series(part, months) for key, part in frame.group_by("family", maintain_order=True)}
    named = [name for name in shares if name not in NO_FAMILY]
    # rank by the whole picture, so that a family that has faded keeps its layer
    weight = {name: max(shares[name][last_whole], sum(shares[name]) / len(months)) for name in named}
    ranked = sorted(named, key=lambda name: (-weight[name], name))
    kept = [name for name in ranked[:MAX_FAMILIES] if weight[name] >= MIN_SHARE] or ranked[:1]
    pooled = [name for name in ranked if name not in kept]
    layers = [Layer(name, name, group_of(caption.origin_of.get(name), caption.europe), shares[name]) for name in kept]
    if pooled:
        total = tuple(sum(shares[name][i] for name in pooled) for i in range(len(months)))
        layers.append(Layer(OTHER, OTHER, "Unknown", total))
    return layers + [Layer(key, label, "Unknown", shares[key]) for key, label in NO_FAMILY.items() if key in shares]


def _series(part: pl.DataFrame, months: Sequence[str]) -> tuple[float, ...]:
    by_month = dict(zip(part["month"], part["share"], strict=True))
    return tuple(float(by_month.get(month) or 0.0) for month in months)


def _ordered(layers: Sequence[Layer]) -> list[Layer]:
    """Return layers top to bottom: by country group, then by size; what has no family comes last."""
    tail = [*NO_FAMILY, OTHER]

    def position(layer: Layer) -> tuple[int, int, float, str]:
        last = 1 + [OTHER, *NO_FAMILY].index(layer.name) if layer.name in tail else 0
        return (GROUPS.index(layer.group), last, -sum(layer.shares), layer.name)

    return sorted(layers, key=position)


def _coloured(layers: Sequence[Layer], theme: Theme) -> list[Layer]:
    result = []
    for group in GROUPS:
        members = [layer for layer in layers if layer.group == group]
        tones = shades(group, len(members), theme) if members else []
        result += [
            Layer(each.name, each.label, each.group, each.shares, tone)
            for each, tone in zip(members, tones, strict=True)
        ]
    return result


def _columns(axes: Axes, theme: Theme, months: Sequence[str], last_whole: int, layers: Sequence[Layer]) -> None:
    positions = list(range(len(months)))
    running = positions[last_whole + 1 :]
    floor = [1.0] * len(months)
    for layer in layers:
        floor = [at - part for at, part in zip(floor, layer.shares, strict=True)]
        axes.bar(
            positions,
            layer.shares,
            bottom=floor,
            width=1.0,
            color=layer.color,
            edgecolor=theme.background,
            linewidth=0.5,
        )
    for at in running:
        axes.bar([at], [1.0], width=1.0, color="none", edgecolor=theme.background, hatch="////", linewidth=0)
    axes.set_xlim(-0.5, len(months) - 0.5)
    axes.set_ylim(0, 1)
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0%", "25%", "50%", "75%", "100%"], size=11)
    axes.set_xticks(*_ticks(months), size=11)
    axes.tick_params(length=0, axis="y")
    axes.tick_params(length=4, axis="x", color=theme.grid)
    for side in axes.spines.values():
        side.set_visible(False)


def _ticks(months: Sequence[str]) -> tuple[list[int], list[str]]:
    """Return tick positions and texts: as many months as fit, the year under the first of each year."""
    step = 1 if len(months) <= 12 else 3 if len(months) <= 24 else 6
    ticks, texts, seen = [], [], None
    for at, month in enumerate(months):
        year, number = month.split("-")
        if (int(number) - 1) % step == 0 or len(months) <= 12:
            ticks.append(at)
            texts.append(month_abbr[int(number)] + (f"\n{year}" if year != seen else ""))
            seen = year
    return ticks, texts


def _label(figure: Figure, axes: Axes, theme: Theme, layers: Sequence[Layer], last_whole: int, columns: int) -> None:
    """Write each family's name and its share of the last whole month, with a line to its column."""
    box = axes.get_position()
    edge, text_at, value_at = box.x1, box.x1 + 0.025, 0.965
    centres, level = [], 1.0
    end = columns - 1
    for layer in layers:
        centres.append(level - layer.shares[end] / 2)
        level -= layer.shares[end]
    height = 11 * 1.45 / 72 / style.HEIGHT
    wanted = [box.y0 + centre * box.height for centre in centres]
    placed = spread(wanted, [height] * len(layers), box.y0 - 0.02, box.y1 + 0.01)
    biggest = max((layer for layer in layers if layer.name not in NO_FAMILY), key=lambda each: each.shares[last_whole])
    for layer, at, y in zip(layers, wanted, placed, strict=True):
        figure.add_artist(_leader((edge + 0.004, edge + 0.02), (at, y), theme))
        weight = "bold" if layer is biggest else "normal"
        ink = theme.ink[layer.group]
        figure.text(text_at, y, layer.label, size=11, weight=weight, color=ink, va="center")
        figure.text(
            value_at, y, _percent(layer.shares[last_whole]), size=11, color=theme.muted, va="center", ha="right"
        )


def _leader(x: tuple[float, float], y: tuple[float, float], theme: Theme) -> Line2D:
    return Line2D(x, y, color=theme.grid, linewidth=0.9)


def _last_whole(months: Sequence[str], snapshot_date: date) -> int:
    """Return the index of the newest month that was over on the snapshot's day."""
    running = f"{snapshot_date:%Y-%m}"
    if monthrange(snapshot_date.year, snapshot_date.month)[1] == snapshot_date.day:
        running = "9999-12"
    return max((i for i, month in enumerate(months) if month < running), default=len(months) - 1)


def _headline(layers: Sequence[Layer], months: Sequence[str], last_whole: int) -> str:
    biggest = max(
        (layer for layer in layers if layer.name not in {*NO_FAMILY, OTHER}), key=lambda each: each.shares[last_whole]
    )
    share, month = _percent(biggest.shares[last_whole]), _spelt(months[last_whole])
    return f"{biggest.label} leads with {share} of new derivatives in {month}"


def _subtitle(month: str) -> str:
    return (
        "Share of models created each month on the Hugging Face Hub that declare a base model, "
        f"by root family · column = {_spelt(month)}"
    )


def _notes(months: Sequence[str], last_whole: int, caption: Caption) -> str:
    parts = [style.SYNTHETIC] if caption.synthetic else []
    if last_whole + 1 < len(months):
        days = monthrange(caption.snapshot_date.year, caption.snapshot_date.month)[1]
        parts.append(f"Hatched: {_spelt(months[-1])} to date ({caption.snapshot_date.day} of {days} days).")
    parts.append(
        "Reds: families from China; blues: United States; ambers: Europe; purples: other countries; "
        "greys: small families, roots reviewed without a family, roots not yet reviewed."
    )
    return " ".join(parts)


def _spelt(month: str) -> str:
    year, number = month.split("-")
    return f"{month_name[int(number)]} {year}"


def _percent(share: float) -> str:
    return f"{share:.0%}" if share >= 0.005 or share == 0 else "<1%"
