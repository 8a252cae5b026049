"""What a title says of downloads over nights: bounds and jitter first."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tracker.findings.nights.nightly import headline

NIGHTS = [date(2026, 10, 1) + timedelta(days=at) for at in range(20)]


def steady(value: float) -> list[float]:
    return [value] * 20


@pytest.mark.parametrize(
    ("ours", "theirs", "loose", "says"),
    [
        (steady(400), steady(200), 0, "Models from China lead: 2.0 times the downloads of the United States"),
        (steady(400), steady(0), 0, "Models from China lead in downloads"),
        (steady(400), steady(390), 0, ""),
        (steady(400), steady(300), 100, ""),  # what is unknown may be theirs
        (
            [*[200.0] * 10, *[400.0] * 10], steady(300), 0,
            "Models from China lead: 1.3 times the downloads of the United States, ahead since 11 October 2026, "
            "up 100% since 1 October 2026",
        ),
        (
            [*[200.0] * 17, *[400.0] * 3], steady(300), 0,  # three nights are no week
            "Models from China lead: 1.3 times the downloads of the United States, up 100% since 1 October 2026",
        ),
        (
            [*[100.0] * 10, *[300.0] * 10], steady(300), 10,
            "Downloads of models from China up 200% since 1 October 2026",
        ),
    ],
)  # fmt: skip
def test_what_is_planted_is_named_and_nothing_else(
    ours: list[float], theirs: list[float], loose: float, says: str
) -> None:
    assert headline(NIGHTS, {"China": ours, "United States": theirs}, steady(loose)) == says


def test_one_group_leads_nobody() -> None:
    assert headline(NIGHTS, {"China": steady(400)}, steady(0)) == ""
