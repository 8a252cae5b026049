"""What a title says of monthly shares: a planted leader, gain and overtaking, but no tie and no thin month."""

from __future__ import annotations

import polars as pl
import pytest

from tracker.findings.monthly import headline, read

NAMELESS = ("unknown", "unreviewed")
Planted = dict[str, tuple[float, ...]]


def frame(planted: Planted, n: int = 10_000) -> pl.DataFrame:
    """Return monthly shares from 2026-01 on; what is left of each month is unreviewed."""
    rows = []
    for at, parts in enumerate(zip(*planted.values(), strict=True)):
        loose = 1 - sum(parts)
        for name, part in zip(planted, parts, strict=True):
            rows.append((f"2026-{at + 1:02d}", name, part * n, part, part, part + loose, n))
        rows.append((f"2026-{at + 1:02d}", "unreviewed", loose * n, loose, 0.0, loose, n))
    columns = ["month", "family", "derivatives", "share", "low", "high", "n"]
    return pl.DataFrame(rows, schema=columns, orient="row")


def title(planted: Planted, n: int = 10_000, running: bool = False) -> str:
    rows = frame(planted, n)
    months = read(rows, "family", NAMELESS, rows["month"].unique().sort().to_list())
    return (
        headline(months[:-1], months[-1], "new derivatives") if running else headline(months, None, "new derivatives")
    )


LEADS = "Qwen leads with 50% of new derivatives in "


@pytest.mark.parametrize(
    ("planted", "says"),
    [
        ({"Qwen": (0.5, 0.5, 0.5), "Llama": (0.4, 0.4, 0.4), "Phi": (0.06,) * 3}, LEADS + "March 2026"),
        (
            {"Qwen": (0.2, 0.3, 0.5, 0.5), "Llama": (0.6, 0.5, 0.3, 0.3)},
            LEADS + "April 2026, ahead of Llama since March 2026, up 30 points since January 2026",
        ),
        (
            {"Qwen": (0.5, 0.5), "Llama": (0.35, 0.2), "Gemma": (0.1, 0.25)},
            LEADS + "February 2026, while Gemma gained 15 points since January 2026",
        ),
        (
            {"Qwen": (0.6, 0.4), "Llama": (0.2, 0.4), "Phi": (0.1, 0.1)},
            "Llama gains 20 points since January 2026: 40% of new derivatives in February 2026",
        ),
        (
            {
                "Qwen": (0.0, 0.0, 0.5, 0.5),
                "Llama": (0.95, 0.95, 0.4, 0.4),
                "Phi": (0.0, 0.0, 0.06, 0.06),
            },  # a newcomer
            LEADS + "April 2026, ahead of Llama since March 2026, up 50 points since January 2026",
        ),
    ],
)
def test_what_is_planted_is_named(planted: Planted, says: str) -> None:
    assert title(planted) == says


@pytest.mark.parametrize(
    ("planted", "n"),
    [
        ({"Gemma": (0.5,), "Qwen": (0.5,)}, 2),  # a tie of two models
        ({"Gemma": (0.5, 0.5), "Qwen": (0.5, 0.5)}, 100_000),
        ({"Qwen": (0.44,), "Llama": (0.30,)}, 10_000),  # untraced: 26 %
        ({"Qwen": (0.9,), "Llama": (0.1,)}, 99),
        ({"Qwen": (0.52,), "Llama": (0.48,)}, 400),
        ({}, 1_000),
    ],
)
def test_without_a_finding_nothing_is_said(planted: Planted, n: int) -> None:
    assert title(planted, n) == ""


def test_an_overtaking_must_last_through_the_running_month() -> None:
    over = {"Qwen": (0.2, 0.5, 0.5, 0.5), "Llama": (0.6, 0.3, 0.3, 0.3)}
    back = {"Qwen": (0.2, 0.5, 0.5, 0.3), "Llama": (0.6, 0.3, 0.3, 0.5)}
    assert "ahead of Llama since February 2026" in title(over, running=True)
    assert "ahead" not in title(back, running=True)


def test_a_part_of_the_hub_has_no_bounds_and_no_finding() -> None:
    rows = frame({"Qwen": (0.8, 0.8), "Llama": (0.2, 0.1)}).with_columns(
        low=pl.lit(None, float), high=pl.lit(None, float)
    )
    assert headline(read(rows, "family", NAMELESS, ["2026-01", "2026-02"]), None, "new derivatives") == ""
