"""A data folder and the project's own registry."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from tracker import registry, store
from tracker.registry import Registry
from tracker.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data", memory_limit="1GB", threads=2)


@pytest.fixture(scope="session")
def curated() -> Registry:
    return registry.load()


@pytest.fixture
def ask(settings: Settings) -> Callable[..., pl.DataFrame]:
    """Run one query on the published copy."""

    def run(sql: str, parameters: dict[str, object] | None = None) -> pl.DataFrame:
        with store.open_published(settings.data_dir, memory_limit="1GB") as published:
            return published.query(sql, parameters)

    return run
