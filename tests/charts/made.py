"""Answers made up for charts: shares of months, downloads of nights, and what a chart is told of its copy."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import polars as pl

from tracker import charts
from tracker.charts import Facts, Figure

FAMILIES = {
    "Qwen": "CN", "DeepSeek": "CN", "GLM": "CN", "Llama": "US", "Gemma": "US", "Phi": "US", "BERT": "US",
    "Mistral": "FR", "FLUX": "DE", "SmolLM": "FR", "Falcon": "AE", "EXAONE": "KR", "SOLAR": "KR", "rinna": "JP",
    "Stable Diffusion": "GB", "Whisper": "US", "OLMo": "US",
}  # fmt: skip
DAY = date(2026, 11, 21)
# what strangers and registries write, each a kind of trouble
STRANGE = (
    "_zq", "A|B", "通义千问", "שלום עולם", "🦙🦙🦙", "<script>alert(1)</script>", "$x_1$ & \"quotes\"", "x" * 96,
    "zq\x0bcontrol\ufffe", "=HYPERLINK(\"x\")", "two\nlines", "Ștefan Łódź ğı",
)  # fmt: skip


@dataclass(frozen=True)
class Made:
    """An answer that was never asked."""

    frame: pl.DataFrame
    denominator: str = "all new derivatives of the month"
    coverage: Mapping[str, float | None] = field(default_factory=lambda: {"traced": 0.93, "unreviewed": 0.05})
    parameters: Mapping[str, Any] = field(default_factory=lambda: {"scope": "full"})


def facts(**about: Any) -> Facts:
    """Return facts of a synthetic copy of the demo's last night, changed as named."""
    usual = Facts(
        DAY, synthetic=True, version=1, models=5_000, registry_version="0123456789ab", origin_of=FAMILIES,
        europe=frozenset({"FR", "DE", "GB"}),
    )  # fmt: skip
    return replace(usual, **about)


def draw(name: str, *frames: pl.DataFrame, about: Facts | None = None, **answer: Any) -> Figure:
    """Return a chart of made-up answers to its questions, in their order."""
    chart = charts.find(name)
    asked = {each: Made(frame, **answer) for each, frame in zip(chart.ASKS, frames, strict=True)}
    return replace(chart.draw(asked, about or facts()), source="Source: made up")


def month(back: int, last: tuple[int, int] = (2026, 11)) -> str:
    """Return the month so many before the last."""
    at = last[0] * 12 + last[1] - 1 - back
    return f"{at // 12}-{at % 12 + 1:02d}"


def shares(months: int, names: Iterable[str] = FAMILIES, group: str = "family") -> pl.DataFrame:
    """Return random shares of months up to the running one, the same for the same number of months."""
    chance, names = random.Random(months), [*names, "unknown", "unreviewed"]
    rows = []
    for back in reversed(range(months)):
        weights = {name: chance.uniform(0.1, 3) for name in names}
        weights[names[0]] += 3
        total = sum(weights.values())
        loose = (weights["unknown"] + weights["unreviewed"]) / total
        rows += [
            {"month": month(back), group: name, "derivatives": 1000 * weight, "share": weight / total}
            | {"low": weight / total, "high": weight / total + loose, "n": int(1000 * total)}
            for name, weight in weights.items()
        ]
    return pl.DataFrame(rows)


def planted(
    months: Mapping[str, Mapping[str, float]], n: Mapping[str, int] | int, group: str = "family"
) -> pl.DataFrame:
    """Return months with the given shares of so many models each; nothing is untraced."""
    rows = []
    for each, parts in months.items():
        size = n if isinstance(n, int) else n[each]
        for name, part in parts.items():
            bounds = {"low": part, "high": part, "n": size}
            rows.append({"month": each, group: name, "derivatives": part * size, "share": part, **bounds})
    return pl.DataFrame(rows)


def downloads(nights: int, missing: Iterable[int] = (), levels: Mapping[str, float] | None = None) -> pl.DataFrame:
    """Return downloads of countries in nights up to the last, without the `missing` ones, counted from the first."""
    levels = levels or {"CN": 4e8, "US": 3.9e8, "FR": 4e7, "KR": 3e7, "unreviewed": 2e8}
    held = [at for at in range(nights) if at not in set(missing)]
    return pl.DataFrame(
        {
            "snapshot_date": [DAY - timedelta(days=nights - 1 - at) for at in held for _ in levels],
            "origin_country": list(levels) * len(held),
            "value": [base * (1 + at / 900) for at in held for base in levels.values()],
        }
    )


def remarks(*doubtful: date) -> pl.DataFrame:
    """Return nights with a remark each."""
    rows = [{"snapshot_date": night, "scope": "full", "models": 5, "gate": "x", "remark": "y"} for night in doubtful]
    texts = {"gate": pl.String, "remark": pl.String}
    return pl.DataFrame(rows, {"snapshot_date": pl.Date, "scope": pl.String, "models": pl.Int64, **texts})
