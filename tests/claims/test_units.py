"""Each distance is told in its own unit: places, percentage points, per cent, models."""

from __future__ import annotations

import re

import pytest

from tests.claims.ledger import CLAIMS, claim, judged
from tracker.claims import tokens
from tracker.claims.figures import ASKS, unit_of
from tracker.claims.units import DOWNLOADS, FEW_MODELS, GROWTH, MODELS, PLACE, RATIO, SHARE, TOKENS, Unit
from tracker.registry import points
from tracker.registry.claims import OF_TOKENS


@pytest.mark.parametrize(
    ("unit", "text", "ours", "off", "distance", "counted_in"),
    [
        (PLACE, "2025-07-15 a/b = 1", 28, "27 places off", 27, "places"),
        (PLACE, "2025-07-15 a/b = 1", 2, "1 place off", 1, "places"),
        (PLACE, "2025-07-15 a/b = 1", 1, "agrees", 0, "places"),
        (SHARE, "2024-01 Qwen = 0.01", 0.285, "27.5 percentage points off", 27.5, "percentage points"),
        (SHARE, "2024-01 Qwen = 0.01", 0.0104, "0.04 percentage points off", 0.04, "percentage points"),
        (SHARE, "2024-01 Qwen = 0", 0.05, "5 percentage points off", 5, "percentage points"),
        (SHARE, "2024-01 Qwen = 0.49", 0.5, "1 percentage point off", 1, "percentage points"),
        (SHARE, "2024-01 CN = 0.1..0.3", 0.2, "agrees", 0, "percentage points"),
        (SHARE, "2024-01 CN = 0.1..0.3", 0.4, "10 percentage points off", 10, "percentage points"),
        (SHARE, "2024-01 CN > 0.5", 0.4, "10 percentage points off", 10, "percentage points"),
        (GROWTH, "2026-01-01..2026-07-31 diffusers = 0.02", -0.18, "20 percentage points off", 20, "percentage points"),
        (GROWTH, "2026-01-01..2026-07-31 gguf = 4.64", 0.16, "448 percentage points off", 448, "percentage points"),
        (MODELS, "2025-07-15 = 1000", 974, "2.6% off", 2.6, "per cent"),
        (MODELS, "2025-07-15 = 100", 2800, "28 times what is said", 2700, "per cent"),
        (MODELS, "2025-07-15 Baidu < 5", 119, "23.8 times what is said", 2280, "per cent"),
        (MODELS, "2025-07-15 Baidu = 0", 119, "119 models off", 119, "models"),
        (MODELS, "2025-07-15 Baidu = 0", 0, "agrees", 0, "per cent"),
        (DOWNLOADS, "2025-07-15 Baidu = 0", 1, "1 download off", 1, "downloads"),
        (FEW_MODELS, "2026-01-01..2026-07-31 shared = 1", 11, "10 models off", 10, "models"),
        (RATIO, "2026-07-31 Alibaba / Meta = 2.6", 2, "23.1% off", 23.076923, "per cent"),
    ],
)  # fmt: skip
def test_a_distance_is_told_in_its_own_unit(
    unit: Unit, text: str, ours: float, off: str, distance: float, counted_in: str
) -> None:
    point = points.parse(text)[0]
    assert unit.off(point, ours) == off
    assert unit.distance(point, ours) == pytest.approx(distance)
    assert unit.distance_unit(point, ours) == counted_in


@pytest.mark.parametrize("value", [0.0, 0.01, 1.0, 2.6, 5.0, 25.0, 1000.0, 2.04e9])
@pytest.mark.parametrize("ours", [0.0, 0.00001, 0.5, 1.0, 27.0, 2800.0, 3e9])
def test_nothing_is_more_than_a_hundred_per_cent_off(value: float, ours: float) -> None:
    point = points.parse(f"2026-02 x = {value:f}")[0]
    for name, ask in ASKS.items():
        for told in map(float, re.findall(r"([\d.]+)% off", ask.unit.off(point, ours))):
            assert told <= 100, name


def test_every_claim_has_the_unit_of_what_it_asks() -> None:
    expected = {"rank": PLACE, "share": SHARE, "growth": GROWTH}
    for each in CLAIMS:
        kind = next((kind for kind in expected if each.asks.endswith(kind)), None)
        if each.asks in OF_TOKENS:
            assert tokens.ASKS[each.asks].unit == expected.get(kind or "", TOKENS), each.id
            continue
        for point in each.points if kind else ():
            assert unit_of(each, point) == (RATIO if " / " in point.group else expected[kind]), each.id


def test_a_first_place_that_is_not_first_is_places_off(published) -> None:
    """As F70, whose model was 28th and was said to be 2700 % off."""
    row = judged(published, claim("derivatives_rank", "2026-10-05 carol/tune = 1", tolerance=0, band=0.15))
    assert (row["verdict"], row["why"]) == ("differs", "2 places off")
    assert (row["points"][0]["distance"], row["points"][0]["unit"]) == (2, "places")


def test_another_figure_than_zero_is_never_reproduced(published) -> None:
    """A tolerance is relative, so there is none around a zero."""
    row = judged(published, claim("attention", "2026-09-05..2026-10-05 2026 = 0", tolerance=0.5, band=0.9))
    assert (row["verdict"], row["why"]) == ("differs", "11 models off")
    share = judged(published, claim("share", "2026-09 Mistral = 0", "family", tolerance=0.2))
    assert (share["verdict"], share["why"]) == ("differs", "11.1 percentage points off")


def test_the_point_that_decides_is_named(published) -> None:
    row = judged(published, claim("share", "2026-09 Qwen = 0.3889; 2026-09 Llama = 0.25", "family"))
    assert row["why"] == "2.8 percentage points off at 2026-09 Llama"


def test_the_tolerance_includes_its_edge() -> None:
    """0.38 is 5 % from 0.4; as doubles it is 0.05000000000000004."""
    distance = points.parse("2026-02 x = 0.4")[0].distance(0.38)
    assert distance > 0.05
    assert points.verdict([distance], 0.05, 0.1) == "reproduced"
