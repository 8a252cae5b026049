"""The registries of these histories, and a folder that has lived through one."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.forgetting.histories import Fate, Step, live
from tests.registry_folder import add_row
from tests.store.nights import hub_id, model, small_registry
from tracker import registry
from tracker.registry import Registry
from tracker.settings import Settings


@pytest.fixture(scope="session")
def curated(tmp_path_factory: pytest.TempPathFactory) -> Registry:
    """A small registry, with the definitions that answers need."""
    folder = tmp_path_factory.mktemp("registries") / "first"
    small_registry(folder)
    shutil.copy(registry.default_directory() / "definitions.csv", folder)
    return registry.load(folder)


@pytest.fixture(scope="session")
def other(curated: Registry) -> Registry:
    """The same a month later: it knows a family more."""
    folder = curated.directory.parent / "second"
    shutil.copytree(curated.directory, folder)
    add_row(folder, "organizations", namespace="p1", organization="P", country="US")
    add_row(folder, "families", line="Pi", developer="P", first_release="2026-01")
    add_row(folder, "roots", pattern="p1/*", line="Pi")
    return registry.load(folder)


FATES = {hub_id(3): Fate(hub_id(3), "gone")}


@pytest.fixture(scope="session")
def history(other: Registry) -> list[Step]:
    """Nights with renames, removals, returns, new parents; a part, a late one, a second collecting; a restatement."""
    base = [model(f"p{n % 5}/m{n}", n, tags=["license:mit"], pipeline_tag="text-generation") for n in range(1, 20)]
    first = [
        *base,
        model("q/derivative", 50, parents=[(1, "p1/m1")]),
        model("q/tagged", 51, tags=["base_model:adapter:p2/m2", "base_model:p2/m2"]),
    ]
    second = [dict(each) for each in first if each["model_id"] not in ("p3/m3", "p3/m8")]
    second[0] |= {"model_id": "p1/renamed", "last_modified": datetime(2026, 10, 31, tzinfo=UTC)}
    second[5] |= {"tags": ["license:apache-2.0"], "gated": "manual", "downloads_30d": 999}
    second[-1] |= {"tags": ["base_model:adapter:p4/m4", "base_model:p4/m4"]}
    second.append(model("new/one", 60, created_at=datetime(2026, 10, 31, 2, tzinfo=UTC), parents=[(51, "q/tagged")]))
    third = [dict(each) for each in second] + [model("p3/m3", 3), model("q/late", 61, parents=[(1, "p1/renamed")])]
    third[-3] |= {"base_models": None, "tags": ["base_model:gone/parent"]}
    third[7] |= {"model_id": "p3/m8"}
    fourth = [each for each in third if each["model_id"] != "p2/m2"]
    return [
        Step(date(2026, 10, 30), first),
        Step(date(2026, 10, 31), second),
        Step(registry=other),
        Step(date(2026, 11, 1), third[:9], scope="publisher:p1"),
        Step(date(2026, 11, 2), fourth),
        Step(date(2026, 10, 12), first[:9]),
        Step(date(2026, 11, 4), third),
        Step(date(2026, 11, 4), fourth, attempt=2),
    ]


@pytest.fixture(scope="session")
def lived(history: list[Step], curated: Registry, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder after all of it, its landed pages gone."""
    data_dir = tmp_path_factory.mktemp("lived") / "data"
    live(data_dir, history, curated, FATES)
    shutil.rmtree(data_dir / "landing")
    return data_dir


@pytest.fixture
def folder(lived: Path, curated: Registry, tmp_path: Path) -> Settings:
    """The same, free to change."""
    shutil.copytree(lived, tmp_path / "data", symlinks=True)
    return Settings(data_dir=tmp_path / "data", registry=curated.directory, memory_limit="500MB", threads=1)
