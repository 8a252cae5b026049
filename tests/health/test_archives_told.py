"""A folder's past: what status and doctor say of nights of archives, and of a folder that has none."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.store.archived import land_archived, row
from tests.store.nights import land, model, night, small_registry, update
from tracker import store
from tracker.health import doctor, status
from tracker.pipeline import trace
from tracker.settings import Settings
from tracker.store import OtherNames


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data", registry=tmp_path / "registry", memory_limit="1GB", threads=2)


def told(settings: Settings) -> tuple[list[str], str]:
    """Return what doctor says of the past, and status of the nights."""
    found = doctor.examine(settings)
    nights = status.state(settings)
    return (
        [finding for check, _, finding in found.rows() if check == "past"],
        dict(nights.rows())["nights"],
    )


def test_a_young_folder_is_told_of_the_cheapest_past(settings: Settings) -> None:
    curated = small_registry(settings.data_dir.parent / "registry")
    for number in (0, 3):
        update(settings, curated, land(settings.data_dir, night(number), [model("a/x", 1)]))
    past, nights = told(settings)
    assert past == [
        "nights begin on 2026-11-01; two years more: `tracker backfill weekly_snapshots --from 2024-07-24`, and --plan "
        "says what it costs"
    ]
    assert nights.startswith("2 of 4 from 2026-11-01 to 2026-11-04; missing 2026-11-02, 2026-11-03 (")

    with store.open_work(settings) as work:
        for day in (night(0) - timedelta(days=7), night(1)):
            work.load_archived([land_archived(settings.data_dir, day, [row("a/x", 1)])], OtherNames())
        trace(work, curated)
        work.publish()
    past, nights = told(settings)
    assert past == []
    assert nights == (
        "2 of 4 from 2026-11-01 to 2026-11-04; missing 2026-11-03 (downloads of a missed night cannot be recovered); "
        "2 more from 2026-10-25 on, of archives: `tracker history`"
    )
