"""Every chart of the demo's copy is legible, and claims are as the ledger has them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

import tracker
from tests.charts.legible import assert_legible
from tracker import charts, claims
from tracker.pages.drawing import Studio
from tracker.registry.definitions import find


@pytest.fixture(scope="module")
def studio(demo_folder: Path) -> Iterator[Studio]:
    with tracker.open(demo_folder) as copy:
        yield Studio(copy.published, find(copy.published.definitions(), "default"))


@pytest.mark.parametrize("name", charts.names())
def test_every_chart_is_legible(studio: Studio, name: str) -> None:
    assert_legible(studio.draw(charts.find(name)).figure)


def test_rows_of_claims_are_those_of_the_ledger(studio: Studio) -> None:
    rows = studio.ask({"measure": "claims"}).frame
    some = [claim for claim in claims.load() if claim.id in ("F03", "F69")]
    judged = claims.evaluate(studio.published, some, studio.published.definitions()).frame
    points = [(row["id"], point) for row in judged.iter_rows(named=True) for point in row["points"]]
    ours = {(claim, point["point"].split()[0]): point for claim, point in points}
    assert len(ours) == 2 and all(point["ours"] for point in ours.values())
    for (claim, period), point in ours.items():
        row = rows.filter((rows["id"] == claim) & (rows["from"].cast(pl.String).str.starts_with(period))).to_dicts()[0]
        assert row["ours"] == point["ours"] and row["lowest"] == (point["lowest"] and point["lowest"]["ours"])
        assert 0 <= row["agrees_from"] <= row["said"] <= row["said_to"] <= row["agrees_to"] <= 1
