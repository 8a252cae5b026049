"""A small published copy, and a way to ask it as a stranger would."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.store.nights import land, model, night, small_registry, update
from tracker.settings import Settings


@pytest.fixture(scope="package")
def small_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("foreign")
    settings = Settings(data_dir=place / "data", memory_limit="1GB")
    small = small_registry(place / "registry")
    for number in range(2):
        update(settings, small, land(settings.data_dir, night(number), [model("a/x", 1), model("b/y", 2)]))
    (settings.data_dir / "secret.csv").write_text("a\n1\n")
    return settings.data_dir
