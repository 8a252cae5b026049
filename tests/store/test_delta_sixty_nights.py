"""Sixty nights with replaced and forgotten ones: each version that is kept is what the copy of its day named.

Read by engines that know nothing of the tracker, from the disk and from an object store.
"""

from __future__ import annotations

import dataclasses
import random
import shutil
from pathlib import Path

import pytest

from tests.handover.objects import bucket
from tests.handover.objects.exported import Exported, nights_of
from tests.store.delta_readers import COUNTED, READERS, Rows, place_of
from tests.store.nights import land, model, night, small_registry, update
from tracker import registry, store
from tracker.forgetting.night import forget
from tracker.settings import Settings
from tracker.store.base import generations
from tracker.store.delta import log

NIGHTS = 60
KEPT_DAYS = 45


@pytest.mark.soak
def test_sixty_nights_read_from_the_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "CHECKPOINT_EACH", 20)
    settings = Settings(data_dir=tmp_path / "data", registry=tmp_path / "registry", memory_limit="1GB",
                        grace_seconds=0.001, keep_generations=KEPT_DAYS)  # fmt: skip
    small_registry(tmp_path / "registry")
    shutil.copy(registry.default_directory() / "definitions.csv", tmp_path / "registry")
    chance, told = random.Random(7), dict[int, Rows]()
    with bucket.served() as port:
        for name, value in bucket.environment(port).items():
            monkeypatch.setenv(name, value)
        exported = Exported(f"s3://{bucket.NAME}/sixty")
        of_exports = live_through(settings, chance, told, exported)
        check_the_disk(settings, told)
        kept = exported.exports()  # all since the last purge, and each before that it left as it was
        assert kept[-1] == len(of_exports) and len(kept) > 2
        for number in kept:
            for reader in READERS:
                found = exported.asked("snapshots", version=number - 1, reader=reader)
                assert found == of_exports[number - 1], (reader, number)


def live_through(settings: Settings, chance: random.Random, told: dict[int, Rows], exported: Exported) -> list[Rows]:
    """Pass the nights; note what each generation says, and return what each export says."""
    small, of_exports = registry.load(settings.registry or Path()), list[Rows]()
    keeping = dataclasses.replace(settings, grace_seconds=86_400.0)  # of the store: all exports of these minutes
    for number in range(NIGHTS):
        count = 3 + number // 2
        models = [model(f"a/m{each}", each, likes=number, downloads_30d=each * number) for each in range(1, count)]
        update(settings, small, land(settings.data_dir, night(number), models))
        if number % 7 == 3:
            again = [{**each, "likes": 1} for each in models[: chance.randrange(1, len(models))]]
            update(settings, small, land(settings.data_dir, night(number), again, attempt=2))
        note(settings, told)
        if number % 11 == 10:
            forget(settings, night(number - chance.randrange(0, 9)), "hub_models")
            note(settings, told)
        if number % 13 == 12:
            forget(settings, night(number - 10), "hub_models", purge=True)
            told.clear()  # what was purged changes what earlier generations say
            for each in generations.numbers(settings.data_dir)[-3:]:
                note(settings, told, each)
        if number % 4 == 0 and exported.export(keeping):
            of_exports.append(nights_of(settings))
    return of_exports


def note(settings: Settings, told: dict[int, Rows], generation: int | None = None) -> None:
    newest = generation or generations.numbers(settings.data_dir)[-1]
    with store.open_published(settings.data_dir, generation=newest) as published:
        asked = COUNTED.replace("from t", "from counters")
        told[newest] = sorted(published.query(
            f"select * replace (sum_d::bigint as sum_d, sum_l::bigint as sum_l) from ({asked}) "
            "as q(day, source, scope, n, sum_d, sum_l)"
        ).rows())  # fmt: skip


def check_the_disk(settings: Settings, told: dict[int, Rows]) -> None:
    of_table = log.Log(settings.data_dir / "snapshots")
    chain, compared = generations.Chain(settings.data_dir), 0
    for version, actions in of_table.all():
        (info,) = (each["commitInfo"] for each in actions if "commitInfo" in each)
        named = [each["file"] for table, files in chain.read(info["generation"]).facts["tables"].items()
                 if table != "database" for each in files]  # fmt: skip
        if not all((settings.data_dir / file).is_file() for file in named):
            continue
        if info["generation"] not in told:
            note(settings, told, info["generation"])
        for name, reader in READERS.items():
            found = sorted(reader(place_of(settings.data_dir / "snapshots"), version, COUNTED, {}))
            assert found == told[info["generation"]], (name, version)
        compared += 1
    assert compared > 30
    assert store.verify_record(settings.data_dir) == []
