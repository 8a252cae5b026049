"""Fixtures for the loopback Hub and the synthetic ecosystem."""

from __future__ import annotations

import time

import pytest


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Collect the client's waits; it really waits, up to 4 seconds at a time."""
    waits: list[float] = []
    really_sleep = time.sleep

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        really_sleep(min(seconds, 4))

    monkeypatch.setattr("huggingface_hub.utils._http.time.sleep", sleep)
    return waits
