"""What is traced by what evidence: the ladder as the copy has it, columns that are whole, thin months left out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import polars as pl
import pytest

from tests import planted
from tests.charts import made
from tests.charts.legible import assert_legible
from tracker import answers
from tracker.charts import Figure
from tracker.charts.trust.coverage import LADDER, TRACED
from tracker.registry.definitions import find

SHARES = {"hub": 0.8, "tag": 0.05, "mirror": 0.04, "override": 0.01, "unreviewed": 0.05, "unknown": 0.02}
SHARES |= {"dangling": 0.02, "outside": 0.01}


def evidence(shares: Mapping[str, float], months: int = 6, n: int = 500) -> pl.DataFrame:
    """Return the same shares of so many derivatives in months up to the running one."""
    rows = [
        (made.month(back), name, n * share, share, n) for back in reversed(range(months))
        for name, share in shares.items()
    ]  # fmt: skip
    return pl.DataFrame(rows, ["month", "evidence", "derivatives", "share", "n"], orient="row")


def draw(shares: Mapping[str, float], months: int = 6, n: int = 500) -> Figure:
    """Return the chart of them."""
    return made.draw("coverage", evidence(shares, months, n), about=made.facts(synthetic=False))


def test_evidence_is_counted_and_its_sum_is_what_a_share_calls_traced() -> None:
    with planted.published() as published:
        frame = answers.measure(published, "evidence", {"first": "2026-09"}).frame
        definition = find(published.definitions(), "default")
        share = answers.share(published, definition, first=date(2026, 9, 1), until=date(2026, 9, 30))
    # carol, erin, frank, bart and Mistral; ghosts of gina and ivan; dave by a mirror; hugo's root has no row
    counted = {"hub": 5.0, "dangling": 2.0, "mirror": 1.0, "unreviewed": 1.0}
    assert dict(frame.select("evidence", "derivatives").iter_rows()) == counted
    traced = {name for name, *_, block in LADDER if block == TRACED}
    assert frame.filter(pl.col("evidence").is_in(traced))["share"].sum() == pytest.approx(share.coverage["traced"])


def test_the_part_that_is_traced_is_the_title() -> None:
    figure = draw(SHARES)
    assert figure.title == "90.0% of October 2026's derivatives are traced to a reviewed root"
    texts = {text.text for text in figure.plot(840.0).texts()}
    assert {"Traced 90%", "Open 10%", "Hub structure", "Out of scope", "Curated"} <= texts
    assert "inferred" in figure.note
    inferred = draw({"hub": 0.9, "inferred": 0.1})
    assert "Inferred" in [text.text for text in inferred.plot(840.0).texts()] and "inferred" not in inferred.note


def test_thin_months_and_a_part_of_the_hub_state_nothing() -> None:
    assert draw(SHARES, n=99).title == "How far new derivatives are traced, by evidence"
    part = made.draw("coverage", evidence(SHARES), about=made.facts(scope="top:9"), denominator="the models of 9")
    assert not part.has_finding and "among the models of 9" in part.title
    assert_legible(part)


@pytest.mark.parametrize("months", [1, 3, 40])
def test_months_are_legible(months: int) -> None:
    assert_legible(draw(SHARES, months))
    assert_legible(draw({"unreviewed": 1.0}, months))
    assert_legible(draw(SHARES, months, n=9))
