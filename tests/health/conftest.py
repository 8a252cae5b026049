"""What the tests of health share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.demo.made_models import made_model
from tests.health.kept_folder import LAST_WEEK, TODAY, YESTERDAY, Kept
from tracker.demo import HubProcess


@pytest.fixture
def kept(hub: Callable[..., HubProcess], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Kept:
    """An empty folder, and a Hub that held 3,000 models yesterday and lost two thirds of them today."""
    many = [made_model(number) | {"downloads": 10 + number} for number in range(3_000)]
    served = hub({LAST_WEEK: many, YESTERDAY: many, TODAY: many[:1_000]})
    served.set_night(YESTERDAY)
    monkeypatch.setenv("HF_ENDPOINT", served.endpoint)
    return Kept(served, tmp_path / "data")
