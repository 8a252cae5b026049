"""The past of the synthetic ecosystem: what its archives hold is what was, in the columns of each era."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest

from tracker.demo.listing.archives import HUB_STATS, PULSE, WEEKLY, of_era, trees
from tracker.demo.synthetic import SyntheticEcosystem
from tracker.demo.synthetic.past import OLD, Past

LENGTH = 760


@pytest.fixture(scope="module")
def past() -> Past:
    return Past(SyntheticEcosystem(1_200, 2), LENGTH)


def test_counters_go_on_without_a_break(past: Past) -> None:
    shown = [past.models(day).select("_id", "downloadsAllTime", "likes") for day in past.days[-40::13]]
    for before, after in pairwise(shown):
        both = before.join(after, on="_id", suffix="_after")
        assert both.height >= before.height - 40
        assert (both["downloadsAllTime_after"] >= both["downloadsAllTime"]).all()
    assert shown[-1]["downloadsAllTime"].sum() > shown[0]["downloadsAllTime"].sum()


def test_names_and_models_come_and_go(past: Past) -> None:
    first, last = past.models(past.days[0]), past.models(past.days[-1])
    assert first.height < last.height
    came, before, after = past.renames()[0]
    assert before == after + OLD
    day = [past.models(came + timedelta(days=at)).filter(pl.col("id").is_in([before, after]))["id"] for at in (-1, 0)]
    assert [each.to_list() for each in day] == [[before], [after]]
    gone = [day for day in past.days[::20] if past.models(day)["id"].str.starts_with("gone-lab").any()]
    assert gone and past.days[-1] not in gone


def test_each_era_has_its_columns(past: Past) -> None:
    frame = past.models(past.days[-1])
    eras = {
        day: of_era(frame, day).schema
        for day in (date(2024, 8, 1), date(2025, 3, 1), date(2025, 9, 1), date(2026, 9, 1))
    }
    old, zoned, text, new = eras.values()
    assert "downloadsAllTime" not in old and "gated" not in old and old["createdAt"] == pl.Datetime("us")
    assert zoned["createdAt"] == pl.Datetime("us", "UTC") and "gated" in zoned
    assert text["createdAt"] == pl.String and text["downloadsAllTime"] == pl.Float64
    assert not {"gated", "private", "sha"} & set(new) and "cardData" in new


def test_files_are_made_when_they_are_asked_for_and_are_the_same_each_time(past: Past, tmp_path: Path) -> None:
    first, again = (trees(Past(SyntheticEcosystem(300, 2), 60), tmp_path / name) for name in ("a", "b"))
    assert list(first) == [HUB_STATS, WEEKLY, PULSE]
    for name, tree in first.items():
        assert not list((tmp_path / "a" / name.replace("/", "-")).glob("*"))
        for commit in tree.commits[:: max(1, len(tree.commits) // 6)]:
            made = [each.file(commit.revision, commit.path) for each in (tree, again[name])]
            assert made[0] is not None and made[1] is not None
            assert made[0].read_bytes() == made[1].read_bytes()
    days = [commit.uploaded_at.date() for commit in first[HUB_STATS].commits]
    assert len(days) < 60 and days == sorted(days, reverse=True)
