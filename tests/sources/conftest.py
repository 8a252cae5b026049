"""Fixtures for the collector: fast clocks, settings of a loopback Hub, and what it landed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from huggingface_hub import close_session


@pytest.fixture(autouse=True)
def _closed_client() -> Iterator[None]:
    """End the client's connections with each test."""
    yield
    close_session()
