from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.store.nights import land, model, night, small_registry, update
from tracker import registry, store
from tracker.api import watching
from tracker.api.watching import Watch
from tracker.registry import Registry
from tracker.settings import Settings

BASE = "Qwen/Qwen3-8B"


def some(*names: str, **values: Any) -> list[dict[str, Any]]:
    """Return a base and models of these names; each keeps its id, whichever others there are."""
    return [model(name, 100 + sum(name.encode()), **values) for name in (BASE, *names)]


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Registry:
    folder = tmp_path_factory.mktemp("watched") / "registry"
    small_registry(folder)
    shutil.copy(registry.default_directory() / "definitions.csv", folder)
    return registry.load(folder)


class House:
    """A data folder that nights are put into, and what its watches found."""

    def __init__(self, settings: Settings, small: Registry) -> None:
        self.settings = settings
        self._registry = small
        self._attempts = 0

    def night(self, day: date, models: Iterable[Mapping[str, Any]], *, judged: bool = True, **about: Any) -> None:
        """Load, resolve and publish a night, and judge it as the nightly job does at its end."""
        self._attempts += 1
        landed = land(self.settings.data_dir, day, models, attempt=self._attempts, **about)
        update(self.settings, self._registry, landed)
        if judged:
            watching.after_night(self.settings)

    def judge_again(self) -> None:
        """Judge the newest night as if nobody had."""
        (self.settings.data_dir / "watches" / "judged").unlink(missing_ok=True)
        watching.after_night(self.settings)

    def watch(self, kind: str, *names: str, number: float | None = None, per: str | None = None) -> Watch:
        return watching.add(self.settings, Watch(kind, names, number, per))[0]

    def copied(self, data_dir: Path, webhook_url: str | None = None) -> House:
        """Return a house of its own with what this one holds."""
        shutil.copytree(self.settings.data_dir, data_dir, symlinks=True)
        other = House(replace(self.settings, data_dir=data_dir, webhook_url=webhook_url), self._registry)
        other._attempts = self._attempts
        return other

    def found(self) -> list[tuple[str, str, str]]:
        """Return subject, point and sentence of all that the published copy says was found."""
        with store.open_published(self.settings.data_dir) as published:
            rows = published.table(
                "select subject, point, text from watch_matches order by snapshot_date, subject"
            ).rows
        return [(subject, point, text) for subject, point, text in rows]

    @property
    def subjects(self) -> list[str]:
        return [subject for subject, _, _ in self.found()]


def made(place: Path, small: Registry) -> House:
    return House(Settings(data_dir=place, registry=small.directory, memory_limit="500MB", threads=1), small)


@pytest.fixture
def house(tmp_path: Path, small: Registry) -> House:
    return made(tmp_path / "data", small)


@pytest.fixture(scope="session")
def begun_house(tmp_path_factory: pytest.TempPathFactory, small: Registry) -> House:
    """One night of three models zq/a, zq/b, zq/c, whose removal is watched for: to be copied."""
    house = made(tmp_path_factory.mktemp("begun") / "data", small)
    house.night(night(0), some("zq/a", "zq/b", "zq/c"))
    house.watch("removed", "zq/*")
    return house


@pytest.fixture(scope="session")
def told_house(begun_house: House, tmp_path_factory: pytest.TempPathFactory) -> House:
    """The same after a night on which zq/a was gone, which was told: to be copied."""
    house = begun_house.copied(tmp_path_factory.mktemp("told") / "data")
    house.night(night(1), some("zq/b", "zq/c"))
    assert house.subjects == ["zq/a"]
    return house


@pytest.fixture
def begun(begun_house: House, tmp_path: Path) -> House:
    return begun_house.copied(tmp_path / "begun")


@pytest.fixture
def told(told_house: House, tmp_path: Path) -> House:
    return told_house.copied(tmp_path / "told")
