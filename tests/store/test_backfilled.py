"""Nights of public archives: who was there on a past day, and what of the present stays as it is."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.store.archived import land_archived, row
from tests.store.nights import SCHEMA as NIGHT
from tests.store.nights import hub_id, land, model, night, small_registry, update
from tracker import store
from tracker.errors import SettingsError, StoreError
from tracker.forgetting.night import forget
from tracker.pipeline import trace
from tracker.registry import Registry
from tracker.settings import Settings
from tracker.store.load.archived import asked
from tracker.store.load.archived.other_names import OtherNames

Ask = Callable[..., pl.DataFrame]

SEEN = "select model_id, first_seen, last_seen, removed_at, removal from models order by model_id, created_at"


@pytest.fixture
def small(tmp_path: Path) -> Registry:
    return small_registry(tmp_path / "registry")


def past(days: int) -> date:
    """Return the day so many days before the first night."""
    return night(-days)


def backfill(
    settings: Settings,
    small: Registry,
    nights: Mapping[date, Iterable[Mapping[str, Any]]],
    names: OtherNames | None = None,
    *,
    publish: bool = True,
    **about: Any,
) -> list[store.Backfilled]:
    """Land and load an archive's nights, and publish unless more follows."""
    with store.open_work(settings) as work:
        landed = [land_archived(settings.data_dir, day, models, **about) for day, models in nights.items()]
        done = [each for run in landed for each in work.load_archived([run], names or OtherNames())]
        if publish:
            trace(work, small)
            work.publish()
    return done


def test_names_lead_to_models_by_id_present_and_former_name(settings: Settings, small: Registry, ask: Ask) -> None:
    update(settings, small, land(settings.data_dir, night(0), [model("a/old", 1), model("b/y", 2), model("c/z", 3)]))
    update(settings, small, land(settings.data_dir, night(1), [model("a/new", 1), model("b/y", 2), model("c/z", 3)]))

    rows = [row("a/old", 1), row("b/y", 2), row("c/called-otherwise", 3, with_id=True)]
    (done,) = backfill(settings, small, {past(9): rows})

    assert (done.models, done.new, done.twice) == (3, 0, 0)
    seen = ask(
        "select model_id, downloads_all_time from snapshots where snapshot_date = $day order by 1", {"day": past(9)}
    )
    assert seen.rows() == [("a/new", 5), ("b/y", 10), ("c/z", 15)]
    assert ask(SEEN).rows() == [(name, past(9), night(1), None, None) for name in ("a/new", "b/y", "c/z")]
    assert ask("select kind from events").rows() == [("renamed",)]


def test_names_lead_to_models_by_renames_and_moved_namespaces(settings: Settings, small: Registry, ask: Ask) -> None:
    update(settings, small, land(settings.data_dir, night(0), [model("a/three", 1), model("zai-org/GLM", 2)]))
    names = OtherNames(
        renames=[(past(20), "a/one", "a/two"), (None, "a/two", "a/three")], moved={"thudm": ("zai-org", past(15))}
    )
    (done,) = backfill(settings, small, {past(30): [row("a/one", 1), row("THUDM/GLM", 2)]}, names)
    assert done.new == 0

    # renamed long before that day: whoever has the name then is somebody else, unless created in the same second
    late = [row("a/one", 9), row("THUDM/GLM", 2), row("a/two", 8, created_at=None)]
    (done,) = backfill(settings, small, {past(10): late}, names)
    assert done.new == 1
    assert ask("select model_id from models where last_seen < $day", {"day": night(0)}).rows() == [("a/one",)]


def test_a_name_that_was_taken_by_somebody_else_is_two_models(settings: Settings, small: Registry, ask: Ask) -> None:
    update(settings, small, land(settings.data_dir, night(0), [model("a/x", 50)]))
    first, second = row("a/x", 1), row("a/x", 7)
    for days, of_day in ((90, first), (80, second), (70, second), (85, first)):
        backfill(settings, small, {past(days): [of_day]}, publish=days == 85)

    assert ask("select hub_id, first_seen, last_seen, removed_at from models order by created_at").rows() == [
        ("name:a/x", past(90), past(85), night(0)),
        ("name:a/x@2026-01-01T07:00:00Z", past(80), past(70), night(0)),
        (hub_id(50), night(0), night(0), None),
    ]
    assert ask("select downloads_30d from model_history('a/x')").rows() == [(50,)]


def test_a_model_that_archives_alone_have_shown_is_gone_from_our_next_full_night(
    settings: Settings, small: Registry, ask: Ask
) -> None:
    for day in (0, 10):
        update(settings, small, land(settings.data_dir, night(day), [model("a/x", 1)]))
    there = [row("a/x", 1), row("gone/long", 2)]
    backfill(settings, small, {past(20): there, past(10): there[:1], past(5): there, night(3): [row("gone/since", 3)]})

    assert ask(SEEN).rows() == [
        ("a/x", past(20), night(10), None, None),
        ("gone/long", past(20), past(5), night(0), "unconfirmed"),
        ("gone/since", night(3), night(3), night(10), "unconfirmed"),
    ]
    assert ask("select kind from events").rows() == []
    assert ask("select model_id from latest").rows() == [("a/x",)]


def test_what_our_own_nights_say_stays(settings: Settings, small: Registry, ask: Ask) -> None:
    both = [model("a/x", 1, pipeline_tag="text-generation"), model("b/y", 2)]
    for day, models in ((0, both), (5, both[:1]), (9, both[:1])):
        update(settings, small, land(settings.data_dir, night(day), models))
    before = ask("select * exclude (first_seen, last_seen) from models order by model_key").rows()
    late = [row("a/x", 1, downloads_30d=9), row("b/y", 2)]  # an archive that lags shows b/y although it is gone
    backfill(settings, small, {past(1): late, night(3): late, night(7): late})

    assert ask("select * exclude (first_seen, last_seen) from models order by model_key").rows() == before
    assert ask("select model_id, first_seen, last_seen, removed_at from models order by 1").rows() == [
        ("a/x", past(1), night(9), None),
        ("b/y", past(1), night(3), night(5)),
    ]


def test_a_model_that_an_archive_shows_twice_counts_once(settings: Settings, small: Registry, ask: Ask) -> None:
    update(settings, small, land(settings.data_dir, night(0), [model("a/new", 1)]))
    names = OtherNames(renames=[(past(2), "a/old", "a/new")])
    by_name = [row("a/old", 1, likes=3), row("a/new", 1, likes=4)]
    by_id = [row("b/two", 5, with_id=True), row("b/one", 5, with_id=True)]
    (done,) = backfill(settings, small, {past(5): [*by_name, *by_id]}, names)

    assert (done.models, done.new, done.twice) == (2, 1, 2)
    assert ask(
        "select model_id, likes from snapshots where snapshot_date = $day order by 1", {"day": past(5)}
    ).rows() == [
        ("a/new", 4),
        ("b/one", 5),
    ]
    assert ask("select reason from runs where source = 'hub_stats'").rows() == [
        ("2 rows name a model of this night once more and are left out",)
    ]


def test_the_order_of_loading_does_not_matter(tmp_path: Path, small: Registry) -> None:
    nights = {past(30): ("a/x", "gone/one"), past(20): ("gone/two", "a/x"), past(2): ("gone/one",)}
    numbers = {"a/x": 1, "gone/one": 2, "gone/two": 3}
    found = []
    for place, order in enumerate((sorted(nights), sorted(nights, reverse=True), [past(20), past(2), past(30)])):
        settings = Settings(data_dir=tmp_path / str(place), memory_limit="1GB", threads=2)
        update(settings, small, land(settings.data_dir, night(0), [model("a/x", 1)]))
        backfill(settings, small, {day: [row(name, numbers[name]) for name in nights[day]] for day in order})
        with store.open_published(settings.data_dir) as published:
            rows = published.query(SEEN).rows()
            counters = published.query(
                "select snapshot_date, model_id, downloads_all_time from snapshots order by all"
            ).rows()
            found.append((rows, counters))
    assert all(each == found[0] for each in found)


def test_the_same_run_again_changes_nothing(settings: Settings, small: Registry) -> None:
    update(settings, small, land(settings.data_dir, night(0), [model("a/x", 1)]))
    rows = [row("a/x", 1), row("gone/long", 2)]
    backfill(settings, small, {past(3): rows})
    before = {path: path.read_bytes() for path in settings.data_dir.rglob("snapshots/**/*.parquet")}

    (again,) = backfill(settings, small, {past(3): rows}, attempt=2)
    assert again == store.Backfilled(2, 0, 0, was_there=True)
    assert {path: path.read_bytes() for path in settings.data_dir.rglob("snapshots/**/*.parquet")} == before

    with pytest.raises(StoreError, match="said otherwise of 2026-10-29"):
        backfill(settings, small, {past(3): rows[:1]}, attempt=3)


def test_a_night_that_was_hashed_by_an_earlier_version_is_known_again(settings: Settings, small: Registry) -> None:
    update(settings, small, land(settings.data_dir, night(0), [model("a/x", 1)]))
    rows = [row("a/x", 1), row("gone/long", 2, likes=None, with_id=True)]
    first = land_archived(settings.data_dir, past(3), rows)
    with store.open_work(settings) as work:
        work.load_archived([first], OtherNames())
        asked.lay_out(work._connection, [first])
        told = {"before": asked.hash_as_before(work._connection, past(3)), "source": "hub_stats"}
        work._connection.execute(
            "update nights set rows_sha256 = $before, hashed_of = 'landed' where source = $source", told
        )
        (again,) = work.load_archived([land_archived(settings.data_dir, past(3), rows[::-1], attempt=2)], OtherNames())
        assert again.was_there
        with pytest.raises(StoreError, match="said otherwise"):
            work.load_archived([land_archived(settings.data_dir, past(3), rows[:1], attempt=3)], OtherNames())
        kept = work._connection.execute("select rows_sha256 from nights where source = 'hub_stats'").fetchall()
    assert kept == [(told["before"],)]


def test_a_night_waits_for_one_of_ours(settings: Settings, small: Registry) -> None:
    with pytest.raises(StoreError, match="there is none of ours yet; run `tracker update`"):
        backfill(settings, small, {past(1): [row("a/x", 1)]})
    update(settings, small, land(settings.data_dir, night(0), [model("a/x", 1)]))
    with pytest.raises(StoreError, match="our newest is of 2026-11-01"):
        backfill(settings, small, {night(0): [row("a/x", 1)]})


def test_a_full_backfill_comes_before_a_part_of_our_own(settings: Settings, small: Registry, ask: Ask) -> None:
    for day, scope in ((0, "full"), (1, "top:1"), (2, "full")):
        update(settings, small, land(settings.data_dir, night(day), [model("a/x", 1)], scope=scope))
    for day in (0, 1):
        for source in ("weekly_snapshots", "hub_stats"):
            is_last = (day, source) == (1, "hub_stats")
            backfill(settings, small, {night(day): [row("a/x", 1)]}, source=source, publish=is_last)

    assert ask("select source, scope from nights order by snapshot_date").rows() == [
        ("hub_models", "full"),
        ("hub_stats", "full"),
        ("hub_models", "full"),
    ]


def test_the_newest_night_again_keeps_what_archives_said(settings: Settings, small: Registry, ask: Ask) -> None:
    update(settings, small, land(settings.data_dir, night(0), [model("a/x", 1)]))
    newest = land(settings.data_dir, night(5), [model("a/x", 1), model("b/new", 2)])
    update(settings, small, newest)
    backfill(settings, small, {past(3): [row("a/x", 1), row("gone/long", 3)], night(2): [row("b/new", 2)]})
    before = ask(SEEN).rows(), ask("from events").rows()
    update(settings, small, newest)
    assert (ask(SEEN).rows(), ask("from events").rows()) == before


def test_a_night_of_an_archive_is_forgotten_like_one_of_ours(
    settings: Settings, small: Registry, ask: Ask, tmp_path: Path
) -> None:
    settings = Settings(data_dir=settings.data_dir, memory_limit="1GB", threads=2, registry=tmp_path / "registry")
    nights = {past(9): [row("a/x", 1), row("gone/one", 2)], past(5): [row("gone/two", 3), row("gone/one", 2)]}
    update(settings, small, land(settings.data_dir, night(0), [model("a/x", 1)]))
    update(settings, small, land(settings.data_dir, night(3), [model("a/x", 1)]))
    backfill(settings, small, {past(9): nights[past(9)]})
    without = ask(SEEN).rows()
    backfill(settings, small, {past(5): nights[past(5)]})
    backfill(settings, small, {night(1): [row("gone/three", 4)]})
    with pytest.raises(SettingsError, match=r"no night of ours follows 1 backfilled ones, 2026-11-02 \(hub_stats\)"):
        forget(settings, night(3), "hub_models")

    forget(settings, night(1), "hub_stats")
    forget(settings, past(5), "hub_stats")
    assert ask(SEEN).rows() == without
    backfill(settings, small, {past(5): nights[past(5)]}, attempt=2)
    assert len(ask(SEEN).rows()) == len(without) + 1


def test_bad_files_are_clear_errors(settings: Settings, small: Registry) -> None:
    update(settings, small, land(settings.data_dir, night(0), [model("a/x", 1)]))
    for at, (rows, said) in enumerate(
        [
            ([row("new/x", 5), row("new/x", 5)], "has 1 names more than once; fetch the night again"),
            ([row("", 5)], "has 1 rows without a model's name"),
        ]
    ):
        with pytest.raises(StoreError, match=said):
            backfill(settings, small, {past(4 + at): rows}, publish=False)
    landed = land_archived(settings.data_dir, past(8), [row("a/x", 1)])
    path = landed.folder / "counters.parquet"
    path.write_bytes(path.read_bytes().replace(b"a/x", b"a/y"))
    with (
        store.open_work(settings) as work,
        pytest.raises(StoreError, match="not as it was landed; fetch"),
    ):
        work.load_archived([landed], OtherNames())
    path.unlink()
    with store.open_work(settings) as work, pytest.raises(StoreError, match=r"has no counters\.parquet"):
        work.load_archived([landed], OtherNames())


def test_moments_without_a_zone_are_of_utc(settings: Settings, small: Registry, ask: Ask) -> None:
    update(settings, small, land(settings.data_dir, night(0), [model("a/x", 1)]))
    at = datetime(2026, 9, 30, 23, 30)  # noqa: DTZ001
    backfill(settings, small, {past(3): [row("gone/late", 5, created_at=at)]})
    found = ask("select created_month, epoch(created_at)::bigint % 86400 from models where model_id = 'gone/late'")
    assert found.rows() == [(date(2026, 9, 1), 84600)]


def described(folder: Path, rows: list[dict[str, Any]], *drop: str) -> Path:
    """Write what an archive says of models; it has no ids, and fewer columns than a night."""
    path = folder / "described.parquet"
    pl.DataFrame([model("", 0) | each for each in rows], schema=NIGHT).drop(
        "hub_id", "live_providers", *drop
    ).write_parquet(path)
    return path


def test_models_that_archives_alone_have_shown_are_described_by_the_newest_of_their_nights(
    settings: Settings, small: Registry, ask: Ask, tmp_path: Path
) -> None:
    settings = Settings(data_dir=settings.data_dir, memory_limit="1GB", threads=2, registry=tmp_path / "registry")
    for day in (0, 1):
        update(settings, small, land(settings.data_dir, night(day), [model("Qwen/Qwen3-8B", 1)]))
    nights = {past(9): [row("gone/tuned", 2), row("gone/root", 3)], past(5): [row("gone/tuned", 2)]}
    backfill(settings, small, nights)
    says = model(
        "gone/tuned", 2, parents={(1, "Qwen/Qwen3-8B"): ""}, pipeline_tag="text-generation", tags=["license:mit"]
    )
    with store.open_work(settings) as work:
        owed = work.undescribed()
        assert [(each.snapshot_date, each.names) for each in owed] == [
            (past(5), ("gone/tuned",)),
            (past(9), ("gone/root",)),
        ]
        assert work.describe("hub_stats", past(5), owed[0].names, described(tmp_path, [says])) == 1
        assert (
            work.describe("hub_stats", past(9), owed[1].names, described(tmp_path, [], "base_relation", "base_models"))
            == 0
        )
        assert work.undescribed() == []
        trace(work, small)
        work.publish()
    told = "select model_id, pipeline_tag, license, relation, first_seen, last_seen from models order by model_key"
    assert ask(told).rows()[1:] == [
        ("gone/tuned", "text-generation", "mit", "finetune", past(9), past(5)),
        ("gone/root", None, None, None, past(9), past(9)),
    ]
    assert ask("select family, status from lineage where model_id = 'gone/tuned'").rows() == [("Qwen", "derived")]
    assert ask("from events").rows() == []

    before = ask(told).rows()
    forget(settings, past(9), "hub_stats")  # what is left is loaded again, and says the same but for that night
    assert ask(told).rows() == [before[0], (*before[1][:4], past(5), past(5))]
    assert ask("select family, status from lineage where model_id = 'gone/tuned'").rows() == [("Qwen", "derived")]


@pytest.mark.parametrize("order", [(60, 40, 20), (20, 40, 60), (40, 60, 20)], ids=str)
@pytest.mark.parametrize("how", ["list", "moment"])
def test_a_model_that_was_renamed_before_our_nights_and_is_gone_is_one(
    settings: Settings, small: Registry, ask: Ask, tmp_path: Path, order: tuple[int, ...], how: str
) -> None:
    settings = Settings(data_dir=settings.data_dir, memory_limit="1GB", threads=2, registry=tmp_path / "registry")
    for day in (0, 1):
        update(settings, small, land(settings.data_dir, night(day), [model("a/x", 1)]))
    called = {60: "a/first", 40: "a/second", 20: "a/third"}
    about = {"created_at": None} if how == "list" else {}
    names = OtherNames(renames=[(past(50), "a/first", "a/second"), (None, "a/second", "a/third")])
    for back in order:
        rows = [row("a/x", 1), row(called[back], 2, **about)]
        is_last = back == order[-1]
        backfill(settings, small, {past(back): rows}, names if how == "list" else None, publish=is_last)
    told = "select model_id, hub_id, first_seen, last_seen from models order by model_key"
    name = f"name:{called[order[0]]}"
    assert ask(told).rows()[1:] == [("a/third", name, past(60), past(20))]
    counters = ask("select snapshot_date, model_id from snapshots where model_id <> 'a/x' order by 1").rows()
    assert counters == [(past(back), "a/third") for back in (60, 40, 20)]

    forget(settings, past(order[1]), "hub_stats")  # what is left is loaded again, and calls it the same
    newest = max(set(called) - {order[1]}, key=lambda back: -back)
    assert ask(told).rows()[1:] == [(called[newest], name, *(past(f(set(called) - {order[1]})) for f in (max, min)))]


def test_a_moment_of_creation_says_nothing_where_others_could_be_meant(
    settings: Settings, small: Registry, ask: Ask
) -> None:
    at = model("a/y", 2)["created_at"]
    same = row("a/z", 3, created_at=at.replace(tzinfo=None))
    ours = [model("a/x", 1), model("a/y", 2), model("a/z", 3, created_at=at)]
    update(settings, small, land(settings.data_dir, night(0), ours))
    nights = {
        past(9): [row("a/x", 1), row("a/y", 2), same, row("a/other", 2)],  # all are there: it is one more
        past(8): [row("a/x", 1), row("c/nothing-alike", 2), same],
        past(7): [row("a/x", 1), row("a/mine", 2)],  # a/y and a/z are not there: which of them?
    }
    done = backfill(settings, small, nights)
    assert [each.new for each in done] == [1, 1, 1]
    names = ask("select model_id from models where last_seen < $day order by 1", {"day": night(0)}).rows()
    assert names == [("a/mine",), ("a/other",), ("c/nothing-alike",)]


def wandering(chance: random.Random, days: Iterable[date]) -> dict[date, list[dict[str, Any]]]:
    """Return nights of models that come and go, are renamed once, with and without ids; some names are taken over."""
    days = list(days)
    renamed = {number: chance.choice(days) for number in range(1, 30) if number % 4 == 0}
    gone = {number: chance.choice(days) for number in range(1, 30) if number % 5 == 0}
    nights: dict[date, list[dict[str, Any]]] = {}
    for day in days:
        shown: dict[str, dict[str, Any]] = {}
        for number in range(1, 30):
            if day < gone.get(number, date.max) and chance.random() < 0.8:
                called = "old" if day < renamed.get(number, date.min) else "m"
                values: dict[str, Any] = {"created_at": None} if number % 4 and chance.random() < 0.1 else {}
                shown[f"p/{called}-{number}"] = row(f"p/{called}-{number}", number, with_id=number % 7 == 0) | values
            elif day > gone.get(number, date.max):
                shown[f"p/m-{number}"] = row(f"p/m-{number}", number + 100)
        nights[day] = list(shown.values())
    return nights


@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.soak) for seed in range(2, 40))])
def test_nights_loaded_together_say_what_they_say_one_by_one(tmp_path: Path, small: Registry, seed: int) -> None:
    chance = random.Random(seed)
    nights = wandering(chance, [*(past(back) for back in range(20, 2, -2)), night(1)])
    ours = [[number for number in range(1, 30) if number % 5 and chance.random() < 0.7] for _ in range(2)]
    names = OtherNames(renames=[(min(nights), "p/old-8", "p/m-8")])
    found = []
    for place, most in (("one by one", 1), ("some", 3), ("together", 20)):
        settings = Settings(data_dir=tmp_path / place, memory_limit="1GB", threads=2)
        with store.open_work(settings) as work:
            for day, numbers in enumerate(ours):
                models = [model(f"p/m-{number}", number) for number in numbers]
                work.load(land(settings.data_dir, night(3 * day), models))
            runs = [land_archived(settings.data_dir, day, rows) for day, rows in nights.items()]
            done = [
                each for at in range(0, len(runs), most) for each in work.load_archived(runs[at : at + most], names)
            ]
            of_nights = "snapshot_date, models, downloads_30d, rows_sha256, described_rows, is_preferred"
            tables = ("models", "models_before", "backfilled_models", "keys", f"(select {of_nights} from nights)")
            parts = (
                f"read_parquet('{settings.data_dir}/{each}/*/*.parquet')" for each in ("snapshots", "descriptions")
            )
            tables = (*tables, *parts)
            told = [work._connection.execute(f"select * from {table} order by all").fetchall() for table in tables]
            found.append((done, told))
    assert found[0] == found[1]
    assert found[0] == found[2]
    assert sum(each.new for each in found[0][0]) > 5
