"""What a reader sees: every label legible, nothing outside the figure, gaps open, colours apart."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.text import Text

from tests import planted
from tracker import charts, measures
from tracker.charts import Caption
from tracker.charts.look import colors, labels, style
from tracker.charts.look.files import save
from tracker.errors import SettingsError, UnknownName
from tracker.pages import drawing
from tracker.registry.definitions import find

FAMILIES = {
    "Qwen": "CN", "DeepSeek": "CN", "GLM": "CN", "Llama": "US", "Gemma": "US", "Phi": "US", "BERT": "US",
    "Mistral": "FR", "FLUX": "DE", "SmolLM": "FR", "Falcon": "AE", "EXAONE": "KR", "SOLAR": "KR", "rinna": "JP",
    "Stable Diffusion": "GB", "Whisper": "US", "OLMo": "US",
}  # fmt: skip


def caption(theme: str = "light", synthetic: bool = True) -> Caption:
    return Caption(
        snapshot_date=date(2026, 11, 21),
        synthetic=synthetic,
        denominator="64,112 derivatives",
        traced=0.86,
        registry_version="0123456789ab",
        theme=theme,
        origin_of=FAMILIES,
        europe=frozenset({"FR", "DE", "GB"}),
    )


def shares(months: int) -> pl.DataFrame:
    random.seed(months)
    rows = []
    for i in range(months):
        month = date(2026 - (months - 1 - i + 1) // 12, 11, 1) if months == 1 else _month(i, months)
        weights = {name: random.uniform(0.1, 3) for name in [*FAMILIES, "unknown", "unreviewed"]}
        weights["Qwen"] += 3
        total = sum(weights.values())
        rows += [
            {
                "month": f"{month:%Y-%m}", "family": name, "derivatives": 1000 * weight, "share": weight / total,
                "low": weight / total, "high": (weight + weights["unknown"] + weights["unreviewed"]) / total,
                "n": int(1000 * total),
            }
            for name, weight in weights.items()
        ]  # fmt: skip
    return pl.DataFrame(rows)


def _month(i: int, months: int) -> date:
    back = months - 1 - i
    index = 2026 * 12 + 10 - back
    return date(index // 12, index % 12 + 1, 1)


def downloads(nights: int, missing: range = range(0)) -> pl.DataFrame:
    last = date(2026, 11, 21)
    rows = [
        {
            "snapshot_date": last - timedelta(days=nights - 1 - i),
            "origin_country": country,
            "value": base * (1 + i / 900),
        }
        for i in range(nights)
        if i not in missing
        for country, base in {"CN": 4e8, "US": 3.9e8, "FR": 4e7, "KR": 3e7, "unreviewed": 2e8}.items()
    ]
    return pl.DataFrame(rows)


def visible_texts(figure: Figure) -> list[Text]:
    texts = [*figure.texts]
    for axes in figure.axes:
        texts += [*axes.texts, *_drawn_ticks(axes)]
    return [text for text in texts if text.get_text().strip() and text.get_visible()]


def _drawn_ticks(axes: Axes) -> list[Text]:
    """Tick labels within the view; matplotlib keeps others that it never draws."""
    x, y = axes.get_xlim(), axes.get_ylim()
    inside = [text for text in axes.get_xticklabels() if x[0] <= text.get_position()[0] <= x[1]]
    return inside + [text for text in axes.get_yticklabels() if y[0] <= text.get_position()[1] <= y[1]]


def assert_legible(figure: Figure) -> None:
    figure.draw_without_rendering()
    measuring = style.renderer(figure)
    boxes = [(text.get_text(), text.get_window_extent(measuring)) for text in visible_texts(figure)]
    assert len(boxes) > 6
    for text, box in boxes:
        assert box.x0 >= 0 and box.x1 <= figure.bbox.width, f"{text!r} leaves the figure"
        assert box.y0 >= 0 and box.y1 <= figure.bbox.height, f"{text!r} leaves the figure"
    for (one, a), (other, b) in combinations(boxes, 2):
        wide, high = min(a.x1, b.x1) - max(a.x0, b.x0), min(a.y1, b.y1) - max(a.y0, b.y0)
        # line boxes are taller than their letters: two pixels are no overlap to the eye
        assert wide <= 1 or high <= 4, f"{one!r} and {other!r} overlap by {wide:.0f} x {high:.0f} pixels"


def test_charts_are_found_by_their_folder() -> None:
    assert {"share_by_family", "downloads_by_origin"} <= set(charts.names())
    with pytest.raises(UnknownName, match="did you mean share_by_family"):
        charts.find("share_by_familly")


@pytest.mark.parametrize("name", charts.names())
def test_every_chart_declares_what_it_draws(name: str) -> None:
    module = charts.find(name)
    assert module.TITLE and module.QUESTION["measure"] in measures.names() and callable(module.draw)


@pytest.mark.parametrize("theme", colors.THEMES)
@pytest.mark.parametrize("about", [{}, {"synthetic": True, "scope": "top:1000"}], ids=["five nights", "one night"])
@pytest.mark.parametrize("name", charts.names())
def test_every_chart_answers_its_question_and_is_legible(name: str, about: dict[str, Any], theme: str) -> None:
    """Whatever the folder holds is drawn, so that a new chart is tested without being named here."""
    with planted.published(**about) as published:
        drawn = drawing.draw(published, charts.find(name), find(published.definitions(), "default"), theme=theme)
    assert not drawn.answer.frame.is_empty()
    assert_legible(drawn.figure)
    texts = [text.get_text() for text in drawn.figure.texts]
    assert any("SYNTHETIC DEMO DATA" in text for text in texts) == bool(about)
    assert any("2026-10-05" in text and f"scope {about.get('scope', 'full')}" in text for text in texts)
    assert colors.to_hex(drawn.figure.get_facecolor()).upper() == colors.THEMES[theme].background


QUESTIONS = [
    {"measure": "share", "by": "origin_country", "months": 3, "only": ["CN", "US"]},
    {"measure": "trend", "of": "models", "by": "likes", "every": "month", "rows": 3},
    {"measure": "trend", "of": "countries", "by": "downloads", "country": "publisher", "flow": True},
    {"measure": "top", "of": "families", "by": "derivatives", "rows": 2},
    {"measure": "concentration", "largest": 0.5},
]


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question["measure"])
def test_any_measure_may_be_the_question_of_a_chart(question: dict[str, Any]) -> None:
    def draw(frame: pl.DataFrame, caption: Caption) -> Figure:
        figure = style.new_figure(style.theme_of(caption))
        style.write_footer(figure, style.theme_of(caption), f"{frame.height} rows", caption)
        return figure

    chart = SimpleNamespace(TITLE="any", QUESTION=question, draw=draw)
    with planted.published() as published:
        drawn = drawing.draw(published, chart, find(published.definitions(), "default"))
        assert published.query(drawn.answer.sql).equals(drawn.answer.frame)
    text = drawn.figure.texts[0].get_text()
    assert f"{drawn.answer.frame.height} rows" in text
    assert ("definition default" in text) == (question["measure"] in ("share", "trend", "top"))


def test_all_charts_are_written_in_both_themes_with_their_rows(tmp_path: Path) -> None:
    with planted.published() as published:
        written = drawing.draw_all(published, find(published.definitions(), "default"), tmp_path)
    assert sorted(written) == sorted(tmp_path.iterdir())
    endings = (".svg", ".png", "-dark.svg", "-dark.png", ".csv")
    assert {path.name for path in written} == {f"{name}{end}" for name in charts.names() for end in endings}
    rows = pl.read_csv(tmp_path / "share_by_family.csv")
    assert rows.columns == ["month", "family", "derivatives", "share", "low", "high", "n"]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("months", [1, 2, 11, 24, 35])
def test_family_shares_are_legible(months: int, theme: str) -> None:
    assert_legible(charts.find("share_by_family").draw(shares(months), caption(theme)))


@pytest.mark.parametrize("nights", [1, 2, 31, 205])
def test_downloads_are_legible(nights: int) -> None:
    assert_legible(charts.find("downloads_by_origin").draw(downloads(nights), caption()))


def test_columns_are_whole_and_in_order() -> None:
    figure = charts.find("share_by_family").draw(shares(12), caption())
    bars = [bar for bar in figure.axes[0].patches if bar.get_hatch() is None]
    heights: dict[float, float] = {}
    for bar in bars:
        heights[bar.get_x()] = heights.get(bar.get_x(), 0) + bar.get_height()
    assert len(heights) == 12
    assert all(height == pytest.approx(1) for height in heights.values())
    assert sum(bar.get_hatch() is not None for bar in figure.axes[0].patches) == 1  # the running month


def test_what_is_unknown_is_drawn_and_small_families_are_pooled() -> None:
    texts = {text.get_text() for text in charts.find("share_by_family").draw(shares(12), caption()).texts}
    assert {"Unreviewed", "No family", "Other families", "Qwen"} <= texts


def planted_months(months: dict[str, dict[str, float]], n: dict[str, int]) -> pl.DataFrame:
    """Return rows of months with the shares of families, of so many models each; nothing is untraced."""
    rows = [
        {"month": month, "family": name, "derivatives": part * n[month], "share": part, "low": part, "high": part}
        | {"n": n[month]}
        for month, parts in months.items()
        for name, part in parts.items()
    ]
    return pl.DataFrame(rows)


def drawn(frame: pl.DataFrame, **about: Any) -> tuple[str, list[str], int]:
    """Return the title, all texts, and how many columns stand in the chart of shares."""
    figure = charts.find("share_by_family").draw(frame, replace(caption(synthetic=False), **about))
    texts = [text.get_text() for axes in figure.axes for text in axes.texts] + [
        text.get_text() for text in figure.texts
    ]
    columns = {bar.get_x() for bar in figure.axes[0].patches if bar.get_height() > 0}
    return figure.texts[0].get_text().replace("\n", " "), texts, len(columns)


def test_a_thin_month_is_left_out_and_named() -> None:
    months = {f"2026-{month:02d}": {"Qwen": 0.6, "Llama": 0.4} for month in (7, 8, 9, 10)}
    sizes = {"2026-07": 5_000, "2026-08": 9, "2026-09": 99, "2026-10": 5_000}
    title, texts, columns = drawn(planted_months(months, sizes))
    assert columns == 2 and title.startswith("Qwen leads with 60%")
    assert any("fewer than 100 models: 2 from 2026-08 to 2026-09" in text.replace("\n", " ") for text in texts)
    assert any("column = October 2026, n = 5,000" in text.replace("\n", " ") for text in texts)


def test_a_tie_of_two_models_is_no_headline() -> None:
    frame = planted_months({"2026-10": {"Gemma": 0.5, "FLUX": 0.5}}, {"2026-10": 2})
    title, texts, columns = drawn(frame, denominator="all new derivatives of the month")
    assert (title, columns) == ("Share of new derivatives by family", 0)
    assert any("No month counts 100 models or more" in text for text in texts)
    many = frame.with_columns(n=pl.lit(5_000))
    assert drawn(many, denominator="")[::2] == ("Share of new derivatives by family, October 2026", 1)


def test_a_legend_follows_weight_and_not_the_mean_of_shares() -> None:
    """Whisper has all of an early month of 200 models, Phi a twentieth of a late one of a million: Phi weighs more."""
    early = {"Whisper": 1.0}
    late = {"Qwen": 0.95, "Phi": 0.05}
    _, texts, _ = drawn(planted_months({"2026-09": early, "2026-10": late}, {"2026-09": 200, "2026-10": 1_000_000}))
    assert "Phi" in texts and "Whisper" not in texts and "Other families" in texts


def test_a_part_of_the_hub_has_a_title_without_a_finding() -> None:
    part = "the new derivatives among the 1,000 most downloaded"
    frame = planted_months({"2026-10": {"Qwen": 0.9, "Llama": 0.1}}, {"2026-10": 5_000})
    frame = frame.with_columns(low=pl.lit(None, pl.Float64), high=pl.lit(None, pl.Float64))
    title, texts, _ = drawn(frame, scope="top:1000", denominator=part)
    assert title == f"Share of {part} by family, October 2026"
    assert any("of these traced to a root" in text.replace("\n", " ") for text in texts)
    assert not any("on the Hugging Face Hub that declare" in text for text in texts)


@pytest.mark.parametrize(
    ("about", "title"),
    [
        ({"models": 5_000}, "Models from China lead: 2.0 times the downloads of the United States"),
        ({"models": 50}, "Downloads over the trailing 30 days by origin country"),
        (
            {"models": 5_000, "scope": "top:12", "denominator": "the models among the 12 most downloaded"},
            "Downloads over the trailing 30 days by origin country, of the models among the 12 most downloaded",
        ),
    ],
)
def test_downloads_have_a_leader_where_all_of_the_unknown_would_not_change_it(
    about: dict[str, Any], title: str
) -> None:
    level = downloads(31).with_columns(value=pl.col("origin_country").replace_strict(LEVELS, return_dtype=pl.Float64))
    figure = charts.find("downloads_by_origin").draw(level, replace(caption(), **about))
    assert figure.texts[0].get_text().replace("\n", " ") == title
    open_part = pl.col("origin_country") == "unreviewed"
    unsure = level.with_columns(value=pl.when(open_part).then(3e8).otherwise(pl.col("value")))
    assert (
        "lead" not in charts.find("downloads_by_origin").draw(unsure, replace(caption(), **about)).texts[0].get_text()
    )


LEVELS = {"CN": 4e8, "US": 2e8, "FR": 1e7, "KR": 1e7, "unreviewed": 1e7}


def test_missed_nights_stay_open() -> None:
    """Five missed nights: no solid line crosses them, a dotted bridge and a note say so."""
    figure = charts.find("downloads_by_origin").draw(downloads(60, range(20, 25)), caption())
    axes = figure.axes[0]
    gap = (date(2026, 11, 21) - timedelta(days=59 - 20)).toordinal()
    solid = [line for line in axes.lines if line.get_linestyle() == "-" and len(line.get_xdata()) > 1]
    assert len(solid) == 2 * 5  # two runs for each group
    epoch = date(1970, 1, 1).toordinal()
    for line in solid:
        days = [x + epoch for x in line.get_xdata()]
        assert max(days) < gap or min(days) > gap
    assert any("5 nights" in text.get_text() for text in axes.texts)


def test_demo_data_is_called_synthetic_in_the_figure() -> None:
    for name, frame in (("share_by_family", shares(3)), ("downloads_by_origin", downloads(31))):
        draw = charts.find(name).draw
        assert any("SYNTHETIC DEMO DATA" in text.get_text() for text in draw(frame, caption()).texts)
        assert not any("SYNTHETIC" in text.get_text() for text in draw(frame, caption(synthetic=False)).texts)


@pytest.mark.parametrize("suffix", [".svg", ".png", ".pdf"])
def test_the_same_data_gives_the_same_bytes(suffix: str, tmp_path: Path) -> None:
    written = [
        save(charts.find("share_by_family").draw(shares(5), caption()), tmp_path / f"{i}{suffix}", "t", colors.LIGHT)
        for i in range(2)
    ]
    assert written[0].read_bytes() == written[1].read_bytes()


def test_text_in_svg_stays_text(tmp_path: Path) -> None:
    path = save(
        charts.find("share_by_family").draw(shares(5), caption()), tmp_path / "x.svg", "Shares & more", colors.LIGHT
    )
    svg = path.read_text()
    assert ">Qwen<" in svg and "Shares &amp; more" in svg


def test_other_suffixes_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"\.svg, \.png or \.pdf"):
        save(Figure(), tmp_path / "x.gif", "t", colors.LIGHT)


def test_a_family_name_is_never_markup(tmp_path: Path) -> None:
    frame = shares(3).with_columns(pl.col("family").replace({"Qwen": "$x_1$<script>&"}))
    path = save(charts.find("share_by_family").draw(frame, caption()), tmp_path / "x.svg", "t", colors.LIGHT)
    assert "<script>" not in path.read_text()
    assert "$x_1$&lt;script&gt;&amp;" in path.read_text()


def test_labels_never_overlap_and_move_little() -> None:
    placed = labels.spread([0.5, 0.51, 0.9], [0.1, 0.1, 0.1], 0, 1)
    assert placed == pytest.approx([0.455, 0.555, 0.9])
    crowded = labels.spread([1.0] * 20, [0.1] * 20, 0, 1)
    assert min(crowded) > 0 and max(crowded) < 1 and crowded == sorted(crowded)
    assert labels.spread([], [], 0, 1) == []


def luminance(color: str) -> float:
    parts = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in to_rgb(color)]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


@pytest.mark.parametrize("theme", colors.THEMES.values(), ids=lambda theme: theme.name)
def test_label_inks_reach_the_contrast_of_text(theme: colors.Theme) -> None:
    """WCAG 2: 4.5 to 1 for text."""
    ground = luminance(theme.background)
    for ink in [*theme.ink.values(), theme.text, theme.muted]:
        lighter, darker = max(luminance(ink), ground), min(luminance(ink), ground)
        assert (lighter + 0.05) / (darker + 0.05) >= 4.5, ink


# Machado, Oliveira and Fernandes 2009, severity 1, linear RGB
DEFICIENCIES = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}


def lab(color: str, matrix: tuple[tuple[float, ...], ...]) -> tuple[float, float, float]:
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in to_rgb(color)]
    seen = [min(1.0, max(0.0, sum(m * c for m, c in zip(row, linear, strict=True)))) for row in matrix]
    to_lms = (
        (0.4122214708, 0.5363325363, 0.0514459929),
        (0.2119034982, 0.6806995451, 0.1073969566),
        (0.0883024619, 0.2817188376, 0.6299787005),
    )
    l, m, s = (sum(w * c for w, c in zip(row, seen, strict=True)) ** (1 / 3) for row in to_lms)  # noqa: E741
    return (
        0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
        1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
        0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s,
    )


@pytest.mark.parametrize("theme", colors.THEMES.values(), ids=lambda theme: theme.name)
@pytest.mark.parametrize("vision", DEFICIENCIES)
def test_country_groups_stay_apart_for_every_eye(theme: colors.Theme, vision: str) -> None:
    """Distance in OKLab; a naive red-blue-green set falls below 0.05 for protan eyes, ours stay above 0.085."""
    points = [lab(color, DEFICIENCIES[vision]) for color in theme.base.values()]
    for a, b in combinations(points, 2):
        assert sum((x - y) ** 2 for x, y in zip(a, b, strict=True)) ** 0.5 > 0.085
