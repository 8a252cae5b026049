"""Every chart of the demo's copy: legible, within the size that pages can bear; claims as the ledger has them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

import tracker
from tests.charts.legible import assert_legible
from tracker import charts, claims
from tracker.charts.look import svg
from tracker.pages.drawing import Studio
from tracker.registry.definitions import find

MOST = 60 * 1024  # bytes of a chart at both widths


@pytest.fixture(scope="module")
def studio(demo_folder: Path) -> Iterator[Studio]:
    with tracker.open(demo_folder) as copy:
        yield Studio(copy.published, find(copy.published.definitions(), "default"))


@pytest.mark.parametrize("name", charts.names())
def test_every_chart_is_legible_and_small(studio: Studio, name: str) -> None:
    figure = studio.draw(charts.find(name)).figure
    assert_legible(figure)
    assert sum(len(svg.inline(figure.plot(width), figure.alt)) for width in (840.0, 368.0)) <= MOST


def test_rows_of_claims_are_those_of_the_ledger(studio: Studio) -> None:
    rows = studio.ask({"measure": "claims"}).frame
    some = [claim for claim in claims.load() if claim.id in ("F03", "F69")]
    judged = claims.evaluate(studio.published, some, studio.published.definitions()).frame
    ours = {
        (row["id"], each["point"].split()[0]): each for row in judged.iter_rows(named=True) for each in row["points"]
    }
    assert len(ours) == 3 and all(point["ours"] for point in ours.values())
    for (claim, period), point in ours.items():
        row = rows.filter((rows["id"] == claim) & (rows["from"].cast(pl.String).str.starts_with(period))).to_dicts()[0]
        assert row["ours"] == point["ours"] and row["lowest"] == (point["lowest"] and point["lowest"]["ours"])
        assert 0 <= row["agrees_from"] <= row["said"] <= row["said_to"] <= row["agrees_to"] <= 1
