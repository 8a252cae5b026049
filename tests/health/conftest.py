"""What the tests of health share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from tests.demo.made_models import made_model
from tests.health.kept_folder import Kept, a_day_that_lasts
from tracker.demo import HubProcess


@pytest.fixture
def kept(hub: Callable[..., HubProcess], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Kept:
    """An empty folder, and a Hub that held 3,000 models yesterday and lost two thirds of them today."""
    many = [made_model(number) | {"downloads": 10 + number} for number in range(3_000)]
    today = a_day_that_lasts()
    yesterday, last_week = today - timedelta(days=1), today - timedelta(days=7)
    served = hub({last_week: many, yesterday: many, today: many[:1_000]})
    served.set_night(yesterday)
    monkeypatch.setenv("HF_ENDPOINT", served.endpoint)
    return Kept(served, tmp_path / "data", today)
