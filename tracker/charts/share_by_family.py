"""Monthly share of new derivatives by family: one stacked column a month, hue = origin country, shade = family."""

from __future__ import annotations

from calendar import month_abbr, monthrange
from collections.abc import Mapping, Sequence
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
from tracker.findings.chance import THIN
from tracker.findings.monthly import headline, percent, read, spelt

TITLE = "Monthly share of new derivatives by family"

MAX_FAMILIES = 13  # more shades than this cannot be told apart; the rest is drawn as other families
MIN_SHARE = 0.01  # of the derivatives of all months drawn
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
    """Draw rows of `month` (YYYY-MM), `family`, `derivatives`, `share` (0 to 1), `low`, `high`, `n`.

    One row per month and family. The running month is hatched and the values beside the labels are the last whole
    month's. Thin months are left out and named: a column of ten models would stand as tall as one of thousands.
    """
    theme = style.theme_of(caption)
    shown = _newest(frame.filter(pl.col("derivatives") > 0))
    sizes = dict(shown.group_by("month").agg(pl.col("n").max()).sort("month").iter_rows())
    drawn = [month for month, n in sizes.items() if n >= THIN]
    last = max((month for month in drawn if month < _running(caption.snapshot_date)), default=max(drawn, default=""))
    with style.styled(theme):
        figure = style.new_figure(theme)
        title = caption.title or _headline(shown, drawn, last, caption)
        top = style.write_heading(figure, theme, title, _subtitle(caption, last, sizes))
        bottom = style.write_footer(figure, theme, _notes(drawn, last, sizes, caption), caption)
        axes = figure.add_axes((0.055, bottom, 0.745, top - bottom))
        months = _between(drawn) or _between(list(sizes))
        layers = _coloured(_ordered(_layers(shown, drawn, months, last, caption)), theme) if drawn else []
        _columns(axes, theme, months, drawn, last, layers)
        if layers:
            _label(figure, axes, theme, layers, months.index(last))
        else:
            _say_nothing_is_drawn(axes, theme)
    return figure


def _newest(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of the newest MAX_MONTHS months."""
    return frame.filter(pl.col("month").is_in(frame["month"].unique().sort().to_list()[-MAX_MONTHS:]))


def _between(months: Sequence[str]) -> list[str]:
    """Return every month from the first to the last, those without a column too: a gap is drawn as a gap."""
    if not months:
        return []
    first, last = (int(month[:4]) * 12 + int(month[5:]) - 1 for month in (min(months), max(months)))
    return [f"{at // 12}-{at % 12 + 1:02d}" for at in range(first, last + 1)]


def _layers(
    frame: pl.DataFrame, drawn: Sequence[str], months: Sequence[str], last: str, caption: Caption
) -> list[Layer]:
    """Return the families to draw, small ones pooled; what has no family is never pooled with them."""
    frame = frame.filter(pl.col("month").is_in(list(drawn)))
    shares = {str(key[0]): _series(part, months) for key, part in frame.group_by("family", maintain_order=True)}
    # rank by derivatives: a mean of shares would let a family of a few early models stand before one of thousands
    weight = dict(frame.group_by("family").agg(pl.col("derivatives").sum()).iter_rows())
    named = [name for name in shares if name not in NO_FAMILY]
    ranked = sorted(named, key=lambda name: (-weight[name], name))
    least = MIN_SHARE * sum(weight.values())
    first = max(named, key=lambda name: (shares[name][months.index(last)], name), default="")
    kept = [name for name in ranked[:MAX_FAMILIES] if weight[name] >= least or name == first]
    kept += [first] if first and first not in kept else []
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


def _columns(
    axes: Axes, theme: Theme, months: Sequence[str], drawn: Sequence[str], last: str, layers: Sequence[Layer]
) -> None:
    positions = [months.index(month) for month in drawn]
    running = [months.index(month) for month in drawn if month > last]
    floor = [1.0] * len(positions)
    for layer in layers:
        parts = [layer.shares[at] for at in positions]
        floor = [at - part for at, part in zip(floor, parts, strict=True)]
        axes.bar(
            positions,
            parts,
            bottom=floor,
            width=1.0,
            color=layer.color,
            edgecolor=theme.background,
            linewidth=0.5,
        )
    for at in running:
        axes.bar([at], [1.0], width=1.0, color="none", edgecolor=theme.background, hatch="////", linewidth=0)
    axes.set_xlim(-0.5, max(1, len(months)) - 0.5)
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


def _label(figure: Figure, axes: Axes, theme: Theme, layers: Sequence[Layer], last: int) -> None:
    """Write each family's name and its share of the last whole month, with a line to its column."""
    box = axes.get_position()
    edge, text_at, value_at = box.x1, box.x1 + 0.025, 0.965
    centres, level = [], 1.0
    for layer in layers:
        centres.append(level - layer.shares[-1] / 2)
        level -= layer.shares[-1]
    height = 11 * 1.45 / 72 / style.HEIGHT
    wanted = [box.y0 + centre * box.height for centre in centres]
    placed = spread(wanted, [height] * len(layers), box.y0 - 0.02, box.y1 + 0.01)
    for layer, at, y in zip(layers, wanted, placed, strict=True):
        figure.add_artist(_leader((edge + 0.004, edge + 0.02), (at, y), theme))
        figure.text(text_at, y, layer.label, size=11, color=theme.ink[layer.group], va="center")
        figure.text(value_at, y, percent(layer.shares[last]), size=11, color=theme.muted, va="center", ha="right")


def _leader(x: tuple[float, float], y: tuple[float, float], theme: Theme) -> Line2D:
    return Line2D(x, y, color=theme.grid, linewidth=0.9)


def _say_nothing_is_drawn(axes: Axes, theme: Theme) -> None:
    text = f"No month counts {THIN} models or more, so no column is drawn."
    axes.text(0.5, 0.5, text, transform=axes.transAxes, ha="center", va="center", size=12, color=theme.muted)


def _running(snapshot_date: date) -> str:
    """Return the month that was not over on the snapshot's day."""
    is_over = monthrange(snapshot_date.year, snapshot_date.month)[1] == snapshot_date.day
    return "9999-12" if is_over else f"{snapshot_date:%Y-%m}"


def _headline(frame: pl.DataFrame, drawn: Sequence[str], last: str, caption: Caption) -> str:
    """Return what bounds and chance allow to state, else what is shown."""
    whole = read(frame, "family", NO_FAMILY, [month for month in drawn if month <= last])
    running = read(frame, "family", NO_FAMILY, [month for month in drawn if month > last])
    found = headline(whole, running[0] if running else None, _of(caption)) if caption.scope == "full" else ""
    return found or f"Share of {_of(caption)} by family" + (f", {spelt(last)}" if last else "")


def _of(caption: Caption) -> str:
    return caption.denominator.removeprefix("all ").replace(" of the month", "") or "new derivatives"


def _subtitle(caption: Caption, last: str, sizes: Mapping[str, int]) -> str:
    what = "Share of models created each month on the Hugging Face Hub that declare a base model, by root family"
    if caption.scope != "full":
        what = f"Share of {_of(caption)}, by month of creation and root family"
    return what + (f" · column = {spelt(last)}, n = {sizes[last]:,}" if last else "")


def _notes(drawn: Sequence[str], last: str, sizes: Mapping[str, int], caption: Caption) -> str:
    parts = [style.SYNTHETIC] if caption.synthetic else []
    if drawn and drawn[-1] > last:
        days = monthrange(caption.snapshot_date.year, caption.snapshot_date.month)[1]
        parts.append(
            f"Hatched: {spelt(drawn[-1])} to date ({caption.snapshot_date.day} of {days} days, "
            f"n = {sizes[drawn[-1]]:,})."
        )
    thin = [month for month in sizes if month not in drawn]
    if thin:
        named = f"{thin[0]} (n = {sizes[thin[0]]:,})" if len(thin) == 1 else f"{len(thin)} from {thin[0]} to {thin[-1]}"
        parts.append(f"Left out as thin, with fewer than {THIN} models: {named}.")
    parts.append(
        "Reds: families from China; blues: United States; ambers: Europe; purples: other countries; "
        "greys: small families, roots reviewed without a family, roots not yet reviewed."
    )
    return " ".join(parts)
