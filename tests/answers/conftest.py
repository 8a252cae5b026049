"""The planted copy and the registry's definitions, for all answers."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import planted
from tracker import store
from tracker.registry import definitions
from tracker.registry.definitions import Definition

REGISTRY = Path(__file__).parents[2] / "data" / "registry"


@pytest.fixture(scope="package")
def published() -> Iterator[store.Published]:
    with planted.published() as handle:
        yield handle


@pytest.fixture(scope="package")
def definition() -> Callable[..., Definition]:
    return lambda name="default": definitions.find(definitions.load(REGISTRY), name)


@pytest.fixture(scope="package")
def moved(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's folder, copied to another place."""
    folder = tmp_path_factory.mktemp("moved") / "data"
    shutil.copytree(demo_folder, folder, symlinks=True, ignore=shutil.ignore_patterns("landing"))
    return folder
