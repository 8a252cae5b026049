"""Nights of any order and fate give the flow of the record as it is, and the same as when made from nothing."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.store import archived
from tests.store.flow import oracle
from tests.store.nights import FIRST, hub_id, land, model, small_registry
from tracker import store
from tracker.forgetting.night import forget
from tracker.pipeline import trace
from tracker.registry import Registry
from tracker.settings import Settings
from tracker.sql.connect import rows
from tracker.store.flow import settling
from tracker.words import VARIANTS

TABLES = ("flow_flags", "flow_families", "flow_publishers", "flow_classes", "flow_held", "flow_nights")


@pytest.fixture
def curated(tmp_path: Path) -> Registry:
    return small_registry(tmp_path / "registry")


def load(settings: Settings, curated: Registry, day: date, models: list[dict[str, Any]], attempt: int = 1) -> None:
    with store.open_work(settings) as work:
        work.load(land(settings.data_dir, day, models, attempt=attempt))
        trace(work, curated, variants=VARIANTS[:1])


def asked(settings: Settings, sql: str) -> list[tuple[Any, ...]]:
    with store.open_work(settings) as work:
        return rows(work._connection, sql)


def said(settings: Settings) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that is kept of flow but for the place of loading and rows of times that are over."""
    chosen = {"flow_nights": "select * exclude (loaded, made_of)", "flow_held": "select *"}
    return {table: asked(settings, f"{chosen.get(table, 'select *')} from {table} order by all") for table in TABLES}


class World:
    """A few models whose counters grow, fall, come back, vanish and burst."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.created = {f"a/m{n}": FIRST + timedelta(self.chance.randint(-100, 20)) for n in range(1, 12)}
        self.true = {name: self.chance.randint(0, 5_000) for name in self.created}
        self.lost: dict[str, int] = {}
        self.nights: dict[date, dict[str, tuple[int | None, int | None]]] = {}

    def readings(self, day: date) -> dict[str, tuple[int | None, int | None]]:
        found: dict[str, tuple[int | None, int | None]] = {}
        for name in self.created:
            chance = self.chance.random()
            self.true[name] += self.chance.choice([0, 3, 40, 900]) if chance < 0.9 else 20_000
            if chance < 0.08:
                self.lost[name] = self.chance.randint(1, 3_000)
            elif chance > 0.8:
                self.lost.pop(name, None)
            if self.created[name] <= day and self.chance.random() < 0.85:
                shown = max(0, self.true[name] - self.lost.get(name, 0))
                window = self.chance.choice([None, 30, 900, 30_000])
                found[name] = (shown if self.chance.random() < 0.95 else None, window)
        return found

    def rows(self, readings: Mapping[str, tuple[int | None, int | None]]) -> list[dict[str, Any]]:
        return [
            model(
                name, int(name[3:]), downloads_all_time=ever, downloads_30d=window,
                created_at=datetime.combine(self.created[name], datetime.min.time(), UTC),
            )
            for name, (ever, window) in readings.items()
        ]  # fmt: skip


def check(settings: Settings, world: World) -> None:
    """Check flags and sums against plain Python."""
    expected = oracle.values(world.nights, world.created)
    flags = {
        (day, model_id, flag, days, downloads, left_out)
        for day, model_id, flag, days, downloads, left_out in asked(
            settings,
            "select f.snapshot_date, m.model_id, f.flag, f.days, f.downloads, f.left_out"
            " from flow_flags as f join models as m on m.model_key = f.model_key",
        )
    }
    assert flags == {
        (v.night, v.model, v.flag, v.days, v.downloads, v.left_out) for v in expected if v.flag not in ("ok", "gap")
    }
    for table, amount in (("flow_publishers", "downloads"), ("flow_families", "downloads_credit / 1000000000")):
        found = asked(settings, f"select snapshot_date, flag, days, sum({amount})::bigint from {table} group by all")
        assert {tuple(key): total for *key, total in found} == dict(oracle.summed(expected)), table
    for name in world.created:
        if any(name in night for night in world.nights.values()):
            _telescopes(world, expected, name)


def check_published(settings: Settings, world: World) -> None:
    """Check the views: each value as plain Python has it, and settled days that come to the same."""
    expected = {(v.night, v.model): v for v in oracle.values(world.nights, world.created)}
    with store.open_published(settings.data_dir) as published:
        daily = published.query("select d.*, m.model_id from daily_downloads as d join models as m using (model_key)")
        names = "|".join(world.created)
        settled = published.query(
            "select model_id, sum(downloads_credit)::double as value, sum(left_out_credit)::double as left_out"
            " from daily_flow_of(string_split($names, '|')) group by model_id",
            {"names": names},
        )
        families = published.query("select sum(downloads_credit)::double as value from daily_flow").item()
        for sums, keys in (("daily_flow", "line"), ("daily_flow_of_publishers", "publisher")):
            _is_kept_as_it_is_made(published, sums, keys)
    told = {(row["snapshot_date"], row["model_id"]): row for row in daily.iter_rows(named=True)}
    assert expected.keys() <= told.keys()
    for key, row in told.items():
        if value := expected.get(key):
            assert (row["downloads"], row["left_out"], row["days"]) == (value.downloads, value.left_out, value.days)
            assert value.flag in ("ok", "gap", "spike") or row["flag"] == value.flag
        else:
            assert not row["downloads"] and row["left_out"] == 0
    for name, value, left_out in settled.iter_rows():
        mine = [each for each in expected.values() if each.model == name]
        assert value == 1e9 * sum(each.downloads or 0 for each in mine), name
        assert left_out == 1e9 * sum(each.left_out for each in mine), name
    assert families == 1e9 * sum(each.downloads or 0 for each in expected.values())


def _is_kept_as_it_is_made(published: store.Published, sums: str, keys: str) -> None:
    """Check that kept sums are those of what all nights have brought; what is left over may fall on another day."""
    asked = "select label, {keys}, sum({{}}_credit)::double as value from {sums} group by all having value <> 0"
    for amount in ("downloads", "spread", "left_out"):
        kept, made = (
            {tuple(key): value for *key, value in published.query(text.format(amount)).rows()}
            for text in (
                asked.format(keys=keys, sums=sums),
                asked.format(keys=keys, sums=settling.values(sums, "flow_days")),
            )
        )
        assert kept == pytest.approx(made, abs=100), amount


def _telescopes(world: World, expected: list[oracle.Value], name: str) -> None:
    """Where a model ends on an honest reading, its values and what was left out are how far its counter has come."""
    counters = {day: night[name] for day, night in world.nights.items() if night.get(name, (None,))[0] is not None}
    last = max(counters, default=None)
    if last is None or any(v.night == last and v.model == name and v.flag == "fall" for v in expected):
        return
    total, come = oracle.telescoped({day: {name: each} for day, each in counters.items()}, expected, name)
    assert total == come, name


@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.soak) for seed in range(2, 60))])
def test_nights_in_any_order(seed: int, settings: Settings, curated: Registry, tmp_path: Path) -> None:
    """Loaded late, collected again, forgotten: as if they had come one after the other."""
    world = World(seed)
    days = [FIRST + timedelta(n) for n in (0, 1, 2, 4, 5, 6, 38, 39)]
    nights = {day: world.readings(day) for day in days}
    late = world.chance.choice(days[1:-1])
    for day in [day for day in days if day != late]:
        load(settings, curated, day, world.rows(nights[day]))
        world.nights[day] = nights[day]
    check(settings, world)
    world.nights[late] = nights[late]
    load(settings, curated, late, world.rows(nights[late]))
    check(settings, world)
    world.nights[days[-1]] = nights[days[-2]] if seed % 2 else world.readings(days[-1])
    load(settings, curated, days[-1], world.rows(world.nights[days[-1]]), attempt=2)
    check(settings, world)
    with store.open_work(settings) as work:
        work.publish()
    check_published(settings, world)
    gone = world.chance.choice(days)
    forget(settings, gone, "hub_models")
    del world.nights[gone]
    check(settings, world)
    again = Settings(data_dir=tmp_path / "again", memory_limit="500MB", threads=1)
    for day, readings in sorted(world.nights.items()):
        load(again, curated, day, world.rows(readings))
    assert [row[1:] for row in said(again)["flow_classes"]] == [row[1:] for row in said(settings)["flow_classes"]]
    assert _open(again) == _open(settings)


def _open(settings: Settings) -> list[tuple[Any, ...]]:
    return asked(
        settings,
        "select k.hub_id, h.* exclude (model_key) from flow_held as h join keys as k on k.model_key = h.model_key"
        " order by all",
    )


def test_a_name_that_another_model_takes_with_its_counter_brings_nothing(settings: Settings, curated: Registry) -> None:
    """The counter carried on is no growth of a million, one that begins anew is twelve downloads, neither is a fall."""
    young = {"created_at": datetime(2026, 11, 8, tzinfo=UTC)}
    for after, ever in (("b/carried", 1_000_000), ("b/anew", 12)):
        load(settings, curated, FIRST, [model(after, 1, downloads_all_time=1_000_000), model("a/x", 2)])
        load(settings, curated, FIRST + timedelta(3), [model("a/x", 2)])
        load(
            settings,
            curated,
            FIRST + timedelta(8),
            [model(after, 3, downloads_all_time=ever, **young), model("a/x", 2)],
        )
        found = asked(settings, "select flag, days, downloads, left_out from flow_flags")
        assert found == [("new", 1, None, 1_000_000) if ever > 12 else ("new", 1, 12, 0)]
        settings = Settings(data_dir=settings.data_dir / "next", memory_limit="500MB", threads=1)
    assert hub_id(1) != hub_id(3)


@pytest.mark.parametrize(("ever", "come"), [(12, (80 + 12, 0)), (1_000_000, (80, 1_000_000))])
def test_a_family_neither_jumps_nor_falls_where_its_roots_name_is_taken(
    ever: int, come: tuple[int, int], settings: Settings, curated: Registry
) -> None:
    """A derivative keeps its credit; neither the counter that was freed nor one that is carried on is in a sum."""
    name, young = "Qwen/Qwen3-8B", {"created_at": datetime(2026, 11, 8, tzinfo=UTC)}
    for number, root, there, counted in (
        (0, 1, [model(name, 1, downloads_all_time=1_000_000)], 500),
        (3, 1, [], 530),
        (8, 3, [model(name, 3, downloads_all_time=ever, **young)], 580),
    ):
        tuned = model("a/tune", 2, downloads_30d=300, downloads_all_time=counted, parents=[(root, name)])
        load(settings, curated, FIRST + timedelta(number), [*there, tuned])
        with store.open_work(settings) as work:
            work.publish()
        with store.open_published(settings.data_dir) as published:
            credit = published.table("select family, credit from lineage where status <> 'root'").rows
            sums = published.table(
                "select family, sum(downloads_credit)::double / 1e9 as settled,"
                " sum(left_out_credit)::double / 1e9 as left_out from daily_flow group by family"
            ).rows
        assert credit == [("Qwen", 1_000_000_000)], number
    assert sums == [("Qwen", *come)]


def test_the_first_sight_of_a_model(settings: Settings, curated: Registry) -> None:
    """Four days old it brought all it has in four days; of 2023 it brings nothing, which is said."""
    load(settings, curated, FIRST, [model("a/x", 1)])
    fresh = model("a/fresh", 2, downloads_all_time=9_000, created_at=datetime(2026, 10, 29, 5, tzinfo=UTC))
    old = model("a/old", 3, downloads_all_time=5_000_000, created_at=datetime(2023, 5, 1, tzinfo=UTC))
    load(settings, curated, FIRST + timedelta(1), [model("a/x", 1), fresh, old])
    found = asked(settings, "select flag, days, downloads, left_out from flow_flags order by downloads")
    assert found == [("new", 4, 9_000, 0), ("new", 1, None, 5_000_000)]


def test_days_of_an_archive_are_settled_where_own_nights_have_gone_on(settings: Settings, curated: Registry) -> None:
    """Ten days after its last night nothing that it held back can come: another source is never differenced with it."""

    def unsettled(*nights: int) -> dict[str, date]:
        for number in nights:
            load(settings, curated, FIRST + timedelta(number), [model("a/x", 1, downloads_all_time=200 + number)])
        with store.open_work(settings) as work:
            runs = [
                archived.land_archived(
                    settings.data_dir, FIRST + timedelta(number), [archived.row("a/x", 1)], attempt=nights[0]
                )
                for number in range(3)
            ]
            work.load_archived(runs, store.OtherNames())
            trace(work, curated, variants=VARIANTS[:1])
            work.publish()
        return dict(asked(settings, "select source, unsettled_from from flow_chains"))

    assert unsettled(11, 12) == {"hub_stats": FIRST - timedelta(1), "hub_models": FIRST + timedelta(9)}
    assert unsettled(13) == {"hub_stats": FIRST + timedelta(2), "hub_models": FIRST + timedelta(10)}


def test_a_library_that_is_counted_anew_brings_no_downloads(settings: Settings, curated: Registry) -> None:
    """Counts of all days before come in a night: of young models they are in the 30-day counter as well."""
    of_age = {number: FIRST - timedelta(400 if number < 7 else 12 if number < 13 else 1) for number in range(1, 19)}

    def shown(number: int, times: int, library: str) -> dict[str, Any]:
        age = (FIRST - of_age[number]).days
        month, ever = (40 * min(age, 30) * times, 40 * age * times) if number < 13 else (40 * times, 40 * times)
        moment = datetime.combine(of_age[number], datetime.min.time(), UTC)
        about = {"library_name": library, "created_at": moment, "downloads_30d": month, "downloads_all_time": ever}
        return model(
            f"{library}/m{number + (100 if library == 'other' else 0)}", number + 100 * (library == "other"), **about
        )

    for night, times in ((0, 1), (1, 3)):
        rows = [shown(number, 1, "other") for number in of_age] + [shown(number, times, "zq") for number in of_age]
        load(settings, curated, FIRST + timedelta(night), rows)
    sql = "select flag, count(*), sum(downloads)::bigint, sum(left_out)::bigint from flow_flags group by flag"
    assert asked(settings, sql) == [("retroactive", 18, None, 6 * 40 * 2 * (400 + 12 + 1))]
