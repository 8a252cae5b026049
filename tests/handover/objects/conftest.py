"""A store on the loopback address, and a folder whose nights are exported into it."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.handover.objects import bucket
from tests.handover.objects.exported import SECRET, Exported
from tests.store.nights import land, model, night, small_registry, update
from tracker import registry
from tracker.settings import Settings


@pytest.fixture(scope="session")
def port() -> Iterator[int]:
    pytest.importorskip("obstore", reason="needs obstore (make extras)")
    with bucket.served() as port:
        yield port


@pytest.fixture
def environment(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, told in bucket.environment(port).items():
        monkeypatch.setenv(name, told)


@pytest.fixture(scope="session")
def lived(tmp_path_factory: pytest.TempPathFactory) -> list[Settings]:
    """A folder after each of three nights; the second is replaced in the third."""
    place = tmp_path_factory.mktemp("lived")
    settings = Settings(data_dir=place / "data", registry=place / "registry", memory_limit="1GB")
    small_registry(place / "registry")
    shutil.copy(registry.default_directory() / "definitions.csv", place / "registry")
    small = registry.load(place / "registry")
    states = []
    for number in range(3):
        models = [model("Qwen/Qwen3-8B", 1, likes=number), model(SECRET, 2, downloads_30d=700)]
        models += [model(f"a/of-{each}", 3 + each, parents=[(1, "Qwen/Qwen3-8B")]) for each in range(number + 1)]
        if number == 2:
            update(settings, small, land(settings.data_dir, night(1), models[:3], attempt=2), publish=False)
        update(settings, small, land(settings.data_dir, night(number), models))
        state = shutil.copytree(settings.data_dir, place / f"after-{number}", symlinks=True)
        states.append(dataclasses.replace(settings, data_dir=Path(state)))
    return states


@pytest.fixture
def exported(environment: None, port: int, request: pytest.FixtureRequest) -> Exported:
    """A place of its own for each test."""
    return Exported(f"s3://{bucket.NAME}/of/{request.node.name.translate(str.maketrans('[] ', '---'))}")
