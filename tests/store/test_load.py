"""Loading: identities, events, scopes, reruns and older nights."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from tests.store.nights import hub_id, land, model, night, small_registry, update
from tracker import store
from tracker.errors import StoreError
from tracker.landing import LandedRun
from tracker.registry import Registry
from tracker.settings import Settings
from tracker.sql import connect

Ask = Callable[..., pl.DataFrame]


@dataclass(frozen=True)
class Answer:
    """What asking the Hub by name has shown."""

    hub_id: str
    outcome: str
    now: str | None = None


@pytest.fixture
def small(tmp_path: Path) -> Registry:
    return small_registry(tmp_path / "registry")


def kinds(ask: Ask) -> list[tuple[str, str]]:
    return ask("select kind, model_id from events order by snapshot_date, kind, model_id").rows()


FOR_PUBLISHING = ("migrations", "folder", "touched", "touched_nights", "touched_days", "causes", "said")


@contextmanager
def work_tables(settings: Settings) -> Iterator[connect.Connection]:
    connection = connect.instance("1GB")
    connect.attach(connection, settings.data_dir / "work.duckdb", "work", read_only=True)
    yield connection
    connection.close()


def contents(settings: Settings) -> dict[str, list[object]]:
    """Every table of the collector's database but what is for publishing, rows in a fixed order."""
    with work_tables(settings) as connection:
        tables = connect.rows(connection, "select table_name from duckdb_tables() where database_name = 'work'")
        names = [name for (name,) in tables if name not in FOR_PUBLISHING]
        assert len(names) > 20
        return {name: connect.frame(connection, f"from {name} order by all").rows() for name in names}


def test_a_first_night_creates_no_events(settings: Settings, small: Registry, ask: Ask) -> None:
    summary = update(settings, small, land(settings.data_dir, night(0), [model("a/x", 1), model("b/y", 2)]))

    assert (summary.models, summary.new, summary.gone, summary.how) == (2, 2, 0, "forward")
    assert kinds(ask) == []
    assert ask("select model_id, first_seen, last_seen, removed_at from models order by model_key").rows() == [
        ("a/x", night(0), night(0), None),
        ("b/y", night(0), night(0), None),
    ]


def test_a_rename_keeps_the_key_and_its_history(settings: Settings, small: Registry, ask: Ask) -> None:
    update(settings, small, land(settings.data_dir, night(0), [model("a/x", 1), model("b/y", 2)]))
    summary = update(settings, small, land(settings.data_dir, night(1), [model("a/new", 1), model("b/y", 2)]))

    assert summary.renamed == 1
    assert ask("from events").rows() == [(night(1), 1, "a/new", "renamed", "a/x", "a/new")]
    for name in ("a/x", "a/new"):
        history = ask("select snapshot_date, model_id from model_history($name)", {"name": name})
        assert history.rows() == [(night(0), "a/new"), (night(1), "a/new")]


def test_a_name_taken_over_is_another_model(settings: Settings, small: Registry, ask: Ask) -> None:
    update(settings, small, land(settings.data_dir, night(0), [model("a/x", 1)]))
    fresh = datetime(2026, 11, 2, tzinfo=UTC)
    update(settings, small, land(settings.data_dir, night(1), [model("a/x", 9, created_at=fresh)]))

    assert kinds(ask) == [("created", "a/x"), ("name_reused", "a/x"), ("removed", "a/x")]
    assert ask("select model_key, hub_id, removal from models order by model_key").rows() == [
        (1, hub_id(1), "replaced"),
        (2, hub_id(9), None),
    ]
    assert ask("select downloads_30d from model_history('a/x')").rows() == [(9,)]


def test_a_model_older_than_the_last_full_night_appeared(settings: Settings, small: Registry, ask: Ask) -> None:
    update(settings, small, land(settings.data_dir, night(0), [model("a/x", 1)]))
    made_public = model("b/old", 2)
    made_today = model("c/new", 3, created_at=datetime(2026, 11, 2, 3, tzinfo=UTC))
    update(settings, small, land(settings.data_dir, night(1), [model("a/x", 1), made_public, made_today]))

    assert kinds(ask) == [("appeared", "b/old"), ("created", "c/new")]


def test_gone_and_back(settings: Settings, small: Registry, ask: Ask) -> None:
    both = [model("a/x", 1), model("b/y", 2)]
    update(settings, small, land(settings.data_dir, night(0), both))
    gone = update(settings, small, land(settings.data_dir, night(1), both[:1]))
    assert gone.gone == 1
    assert ask(
        "select model_id, last_seen, removed_at, removal, downloads_30d from models where removed_at is not null"
    ).rows() == [("b/y", night(0), night(1), "unconfirmed", None)]
    assert ask("select model_id from latest").rows() == [("a/x",)]

    back = update(settings, small, land(settings.data_dir, night(2), both))
    assert back.returned == 1
    assert kinds(ask) == [("removed", "b/y"), ("returned", "b/y")]
    assert ask("select count(*) from models where removed_at is not null").item() == 0


def test_confirmations_tell_gone_from_missed(settings: Settings, small: Registry, ask: Ask) -> None:
    four = [model("a/gone", 1), model("b/there", 2), model("c/renamed", 3), model("d/off", 4), model("e/e", 50)]
    update(settings, small, land(settings.data_dir, night(0), four))
    run = land(settings.data_dir, night(1), four[4:])
    with store.open_work(settings) as work:
        assert work.missing_candidates(run, 3) == [(hub_id(4), "d/off"), (hub_id(3), "c/renamed")]
    answers = [
        Answer(hub_id(1), "gone"),
        Answer(hub_id(2), "present"),
        Answer(hub_id(3), "renamed", "c/now"),
        Answer(hub_id(4), "disabled"),
    ]
    summary = update(settings, small, run, answers)

    assert summary.gone == 2
    assert ask("select model_id, removal from models order by model_key").rows() == [
        ("a/gone", "gone"),
        ("b/there", None),
        ("c/now", None),
        ("d/off", "disabled"),
        ("e/e", None),
    ]
    assert kinds(ask) == [("removed", "a/gone"), ("removed", "d/off"), ("renamed", "c/now")]


@pytest.mark.parametrize("scope", ["top:2", "publisher:a"])
def test_a_partial_scope_removes_and_creates_nothing(settings: Settings, small: Registry, ask: Ask, scope: str) -> None:
    update(settings, small, land(settings.data_dir, night(0), [model("a/x", 1), model("b/y", 2)]))
    summary = update(
        settings, small, land(settings.data_dir, night(1), [model("a/x", 1), model("a/z", 3)], scope=scope)
    )

    assert (summary.gone, summary.new) == (0, 1)
    assert kinds(ask) == []
    assert ask("select model_id, last_seen, removed_at, downloads_30d from models order by model_key").rows() == [
        ("a/x", night(1), None, 1),
        ("b/y", night(0), None, None),
        ("a/z", night(1), None, 3),
    ]


def test_changes_of_state_are_events(settings: Settings, small: Registry, ask: Ask) -> None:
    update(settings, small, land(settings.data_dir, night(0), [model("a/x", 1)]))
    update(settings, small, land(settings.data_dir, night(1), [model("a/x", 1, gated="auto", disabled=True)]))

    assert ask("select kind, before, after from events order by kind").rows() == [
        ("disabled", "false", "true"),
        ("gated", "false", "auto"),
    ]


def eventful(data_dir: Path) -> list[LandedRun]:
    """Three nights in which everything happens at least once."""
    base = [model(f"p{n % 5}/m{n}", n, tags=["license:mit"], pipeline_tag="text-generation") for n in range(1, 40)]
    first = [
        *base,
        model("q/derivative", 50, parents=[(1, "p1/m1")]),
        model("q/tagged", 51, tags=["base_model:adapter:p2/m2"]),
    ]
    second = [dict(each) for each in first if each["model_id"] not in ("p3/m3", "p3/m8")]
    second[0] |= {"model_id": "p1/renamed"}
    second[5] |= {"tags": ["license:apache-2.0"], "gated": "manual", "downloads_30d": 999}
    second[-1] |= {"tags": ["base_model:adapter:p4/m4", "base_model:p4/m4"]}
    second.append(model("new/one", 60, created_at=datetime(2026, 11, 2, 2, tzinfo=UTC), parents=[(51, "q/tagged")]))
    third = [dict(each) for each in second] + [model("p3/m3", 3)]
    third[-2] |= {"base_models": None, "tags": ["base_model:gone/parent"]}
    third[7] |= {"model_id": "p3/m8"}
    return [land(data_dir, night(number), models) for number, models in enumerate((first, second, third))]


@pytest.mark.parametrize("again", [(0, 0, 1, 2), (0, 1, 1, 2, 2), (0, 1, 2, 1, 2)])
def test_a_rerun_leaves_the_same_tables(tmp_path: Path, small: Registry, again: tuple[int, ...]) -> None:
    once = Settings(data_dir=tmp_path / "once", memory_limit="1GB")
    twice = Settings(data_dir=tmp_path / "twice", memory_limit="1GB")
    for run in eventful(once.data_dir):
        update(once, small, run, publish=False)
    runs = eventful(twice.data_dir)
    for number in again:
        update(twice, small, runs[number], publish=False)

    expected, found = contents(once), contents(twice)
    for table, rows in expected.items():
        assert found[table] == rows, table
    assert len(expected["events"]) > 5
    assert len(expected["edge_versions"]) == 2
    assert len(expected["model_versions"]) > 3


def test_a_corrected_rerun_replaces_the_night(settings: Settings, small: Registry, ask: Ask) -> None:
    update(settings, small, land(settings.data_dir, night(0), [model("a/x", 1), model("b/y", 2)]))
    update(settings, small, land(settings.data_dir, night(1), [model("a/other", 1)]))
    again = land(settings.data_dir, night(1), [model("a/x", 1), model("b/y", 2, downloads_30d=7)], attempt=2)
    summary = update(settings, small, again)

    assert summary.how == "again"
    assert kinds(ask) == []
    assert ask(
        "select model_id, downloads_30d from snapshots where snapshot_date = $d order by model_key", {"d": night(1)}
    ).rows() == [
        ("a/x", 1),
        ("b/y", 7),
    ]
    assert ask("select count(*) from nights").item() == 2


def test_an_older_night_is_recorded_and_changes_nothing_else(settings: Settings, small: Registry, ask: Ask) -> None:
    update(settings, small, land(settings.data_dir, night(5), [model("a/x", 1)]))
    summary = update(settings, small, land(settings.data_dir, night(2), [model("a/old", 1), model("b/gone", 2)]))

    assert summary.how == "backfill"
    assert kinds(ask) == []
    sights = "select model_id, first_seen, last_seen, removed_at, downloads_30d from models order by model_key"
    assert ask(sights).rows() == [
        ("a/x", night(2), night(5), None, 1),
        ("b/gone", night(2), night(2), night(5), None),
    ]
    assert ask("select snapshot_date, model_id from snapshots order by all").rows() == [
        (night(2), "a/x"),
        (night(2), "b/gone"),
        (night(5), "a/x"),
    ]
    assert ask("select snapshot_date, sum(models_n)::int as n from daily_rollup group by 1 order by 1").rows() == [
        (night(2), 2),
        (night(5), 1),
    ]


def test_a_clock_that_went_back_replaces_no_night(settings: Settings, small: Registry, ask: Ask) -> None:
    for number in range(3):
        update(settings, small, land(settings.data_dir, night(number), [model("a/x", 1, likes=number)]))
    wrong = land(settings.data_dir, night(1), [model("a/x", 1, likes=99)], attempt=7)

    with store.open_work(settings) as work, pytest.raises(StoreError, match="check the clock"):
        work.load(wrong)
    assert ask("select likes from snapshots order by snapshot_date")["likes"].to_list() == [0, 1, 2]


def test_full_is_preferred_to_a_part_of_the_same_day(settings: Settings, small: Registry, ask: Ask) -> None:
    part = land(settings.data_dir, night(0), [model("a/x", 1)], scope="top:1")
    full = land(settings.data_dir, night(0), [model("a/x", 1), model("b/y", 2)], attempt=2)
    late = land(settings.data_dir, night(0), [model("b/y", 2)], scope="publisher:b", attempt=3)
    hows = [update(settings, small, run).how for run in (part, full, late)]

    assert hows == ["forward", "again", "record"]
    assert ask("select distinct scope from snapshots").rows() == [("full",)]
    assert ask("select count(*) from models").item() == 2


def test_two_parts_of_one_day_stand_side_by_side(settings: Settings, small: Registry, ask: Ask) -> None:
    for attempt, (name, number) in enumerate((("a/x", 1), ("b/y", 2)), start=1):
        scope = f"publisher:{name[0]}"
        update(settings, small, land(settings.data_dir, night(0), [model(name, number)], scope=scope, attempt=attempt))

    assert ask("select model_id, last_seen from models order by model_key").rows() == [
        ("a/x", night(0)),
        ("b/y", night(0)),
    ]


def test_movers_never_compare_scopes(settings: Settings, small: Registry, ask: Ask) -> None:
    update(settings, small, land(settings.data_dir, night(0), [model("a/x", 1)]))
    update(settings, small, land(settings.data_dir, night(1), [model("a/x", 1, downloads_30d=5)]))
    update(settings, small, land(settings.data_dir, night(2), [model("a/x", 1)], scope="top:5"))
    movers = "select model_id, downloads_30d_change from movers($a, $b)"

    assert ask(movers, {"a": night(0), "b": night(1)}).rows() == [("a/x", 4)]
    assert ask(movers, {"a": night(1), "b": night(2)}).rows() == []


def test_a_source_without_ids_meets_the_same_models(settings: Settings, small: Registry, ask: Ask) -> None:
    nameless = [model("a/x", 1) | {"hub_id": "name:a/x"}, model("z/z", 2) | {"hub_id": "name:z/z"}]
    update(settings, small, land(settings.data_dir, night(3), [model("a/x", 1)]))
    update(settings, small, land(settings.data_dir, night(0), nameless, source="archive"))
    update(settings, small, land(settings.data_dir, night(4), [model("a/x", 1), model("z/z", 2)]))

    assert ask("select model_key, model_id, hub_id, first_seen from models order by model_key").rows() == [
        (1, "a/x", hub_id(1), night(0)),
        (2, "z/z", hub_id(2), night(0)),
    ]


@pytest.mark.parametrize("about", [{"endpoint": "https://other.example"}, {"synthetic": True}])
def test_a_folder_belongs_to_one_hub(settings: Settings, small: Registry, about: dict[str, object]) -> None:
    update(settings, small, land(settings.data_dir, night(0), [model("a/x", 1)]))
    other = land(settings.data_dir, night(1), [model("a/x", 1)], **about)

    with store.open_work(settings) as work, pytest.raises(StoreError, match="use another --data-dir"):
        work.load(other)


def test_refused_runs_are_noted(settings: Settings, small: Registry, ask: Ask) -> None:
    update(settings, small, land(settings.data_dir, night(0), [model("a/x", 1)]))
    refused = land(settings.data_dir, night(1), [model("a/x", 1)])
    with store.open_work(settings) as work:
        work.note_run(refused.manifest, "refused", "half of it is missing")
        assert work.night_before(refused.manifest) == store.LandedRef(
            run_id="20261101T071700Z-000001",
            snapshot_date=night(0),
            scope="full",
            models=1,
            folder=settings.data_dir / "landing/hub_models/2026-11-01/20261101T071700Z-000001",
        )
        assert work.night_before(replace(refused.manifest, scope="top:5")) is None
        assert work.night_before(replace(refused.manifest, snapshot_date=night(0))) is None
        work.publish()

    assert ask("select status, rows_loaded, reason from runs order by snapshot_date").rows() == [
        ("published", 1, None),
        ("refused", None, "half of it is missing"),
    ]


def test_a_new_database_is_not_begun_beside_an_old_record(settings: Settings, small: Registry) -> None:
    update(settings, small, land(settings.data_dir, night(0), [model("a/x", 1)]))
    (settings.data_dir / "work.duckdb").unlink()

    with pytest.raises(StoreError, match="counts on its keys"), store.open_work(settings):
        pass


def test_a_private_repository_of_an_earlier_walk_is_not_loaded(settings: Settings, small: Registry, ask: Ask) -> None:
    """Walks leave them out; one that became private is gone for all who may not see it."""
    models = [model("p/one", 1), model("acme/secret", 2, private=True)]
    update(settings, small, land(settings.data_dir, night(0), models))
    assert ask("select model_id from models").rows() == [("p/one",)]
    update(settings, small, land(settings.data_dir, night(1), [model("p/one", 1, private=True), model("p/two", 3)]))
    assert ask("select model_id, removed_at from models order by 1").rows() == [("p/one", night(1)), ("p/two", None)]
