"""Private repositories that a folder holds are dropped, and what was published with them is restated."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from tests.forgetting.histories import check_alike
from tests.store.nights import hub_id, land, model, night, small_registry, update
from tracker import pipeline, registry, store
from tracker.forgetting.night import forget
from tracker.gates import FLOOR
from tracker.landing.journal import PageLine, encode
from tracker.registry import Registry
from tracker.settings import Settings
from tracker.store.load import loading

Ask = Callable[..., pl.DataFrame]

SECRET = "acme/secret"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Registry:
    folder = tmp_path_factory.mktemp("private") / "registry"
    small_registry(folder)
    shutil.copy(registry.default_directory() / "definitions.csv", folder)
    return registry.load(folder)


def place(data_dir: Path, small: Registry) -> Settings:
    return Settings(data_dir=data_dir, registry=small.directory, memory_limit="500MB", threads=1)


@pytest.fixture
def settings(tmp_path: Path, small: Registry) -> Settings:
    return place(tmp_path / "env=prod [1]" / "data", small)


def public(likes: int) -> list[dict[str, object]]:
    base = model(
        "Qwen/Qwen3-a", 1, created_at=FLOOR, likes=99 + likes, downloads_30d=9_000 + likes, downloads_all_time=90_000
    )
    return [base, model("p/tune", 2, parents=[(1, "Qwen/Qwen3-a")]), model("p/of-it", 4, parents=[(3, SECRET)])]


def secret(**values: object) -> dict[str, object]:
    return model(SECRET, 3, parents=[(1, "Qwen/Qwen3-a")], downloads_30d=700, **values)


@pytest.fixture(scope="module")
def lived(small: Registry, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A folder as an earlier version left it, which loaded what only its token could see: three nights, two months."""
    settings = place(tmp_path_factory.mktemp("lived") / "data", small)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loading, "_public", lambda landed: f"from {loading.rows_sql(landed.parts)}")
        for number, day in enumerate((night(-3), night(0), night(1))):
            update(settings, small, land(settings.data_dir, day, [*public(number), secret(private=True)]))
    return settings


@pytest.fixture
def held(lived: Settings, settings: Settings) -> Settings:
    shutil.copytree(lived.data_dir, settings.data_dir, symlinks=True)
    return settings


def without(tmp_path: Path, small: Registry) -> Settings:
    """The same nights of somebody without a token."""
    never = place(tmp_path / "never", small)
    for number, day in enumerate((night(-3), night(0), night(1))):
        update(never, small, land(never.data_dir, day, public(number)))
    return never


def restated(ask: Ask) -> list[tuple[object, ...]]:
    return ask("select period, before, after, class from restatements where figure = 'models.private'").rows()


def check_gone(settings: Settings, ask: Ask) -> None:
    """Nothing that is published or kept to be read knows of it, but for what a public model declares."""
    for table in ("models", "snapshots", "lineage", "nearest", "events", "edges", "former_names"):
        assert ask(f"select * from {table} where model_id = $name", {"name": SECRET}).is_empty(), table
    assert ask("select status from lineage where model_id = 'p/of-it'").rows() == [("dangling",)]
    for named in ask("select file from record_files")["file"]:
        assert 700 not in pl.read_parquet(settings.data_dir / named, glob=False)["downloads_30d"], named
    with store.open_work(settings) as work:
        files = [run.described_file for run in work.recorded_runs()]
    for described in filter(None, files):
        assert SECRET not in pl.read_parquet(settings.data_dir / described, glob=False)["model_id"], described
    assert store.verify_record(settings.data_dir) == []


@pytest.mark.parametrize("by", ["a publish", "a night", "a night that copies it"])
def test_what_an_earlier_version_held_is_dropped(
    held: Settings, small: Registry, ask: Ask, tmp_path: Path, by: str
) -> None:
    assert ask("select sum(downloads_30d) from nights").item() == 9706 + 9707 + 9708
    if by == "a publish":
        pipeline.publish(held)
        never = without(tmp_path, small)
        check_alike_but_for_hashes(held, never)
        shutil.copytree(held.data_dir, tmp_path / "then", symlinks=True)
        for each in (place(tmp_path / "then", small), never):
            forget(each, night(0), "hub_models")
        check_alike_but_for_hashes(place(tmp_path / "then", small), never)
    else:
        more = [secret(private=True)] if by == "a night that copies it" else []
        pipeline.load(held, land(held.data_dir, night(2), [*public(3), *more]))
        assert ask("select count(*) from events where kind = 'removed'").item() == 0, "it was never there"
    check_gone(held, ask)
    assert restated(ask) == [(night(1), 1.0, 0.0, "correction")]
    reason = ask("select reason from runs where source = 'private' and status = 'published'").item()
    assert reason.startswith("1 private repository,") and "3 nights are counted anew" in reason
    changed = "select before, after from restatements where figure = 'nights.downloads_30d' order by period"
    assert ask(changed).rows() == [(9706.0, 9006.0), (9707.0, 9007.0), (9708.0, 9008.0)]
    changed = "select period, before, after from restatements where figure = 'lineage.derivatives' and key = 'Qwen'"
    assert ask(changed).rows() == [(night(-304), 3.0, 1.0)]
    pipeline.publish(held)
    assert len(restated(ask)) == 1, "once is enough"


def check_alike_but_for_hashes(found: Settings, expected: Settings) -> None:
    for place in (found, expected):  # what is made of the record, not of landed rows, is another id
        with store.open_work(place) as work:
            work._connection.execute("update nights set rows_sha256 = null")
        pipeline.publish(place)
    check_alike(found, expected)


def test_one_that_a_walk_finds_private_goes_with_its_public_days(settings: Settings, small: Registry, ask: Ask) -> None:
    """Left out of the page, its id is told by the journal."""
    for number in (0, 1):
        update(settings, small, land(settings.data_dir, night(number), [*public(number), secret()]))
    landed = land(settings.data_dir, night(2), public(2), private=1)
    landed.journal_path.write_bytes(line(hub_id(3)))
    pipeline.load(settings, landed)
    check_gone(settings, ask)
    assert restated(ask) == [(night(1), 1.0, 0.0, "correction")]

    older = land(settings.data_dir, night(-2), [*public(9), secret()])  # walked before it was known
    pipeline.load(settings, older)
    again = land(settings.data_dir, night(2), public(2), attempt=2, private=1)
    again.journal_path.write_bytes(line(hub_id(3)))
    pipeline.load(settings, again)
    check_gone(settings, ask)
    assert len(restated(ask)) == 1

    pipeline.load(settings, land(settings.data_dir, night(3), [*public(3), secret()]))  # public again
    assert ask("select first_seen from models where model_id = $name", {"name": SECRET}).item() == night(3)
    late = land(settings.data_dir, night(1), public(2), attempt=7, scope="top:3", private=1)
    late.journal_path.write_bytes(line(hub_id(3)))
    pipeline.load(settings, late)
    assert ask("select last_seen from models where model_id = $name", {"name": SECRET}).item() == night(3)
    assert len(restated(ask)) == 1


def line(*ids: str) -> bytes:
    fetched = datetime(2026, 11, 3, tzinfo=UTC).isoformat()
    return encode(PageLine(1, "/", None, "", 0, 0, 3, 200, fetched, private=len(ids), private_ids=ids))


def test_a_kill_before_figures_are_compared_loses_none(held: Settings, ask: Ask) -> None:
    with store.open_work(held) as work:
        assert work.drop_private()
    pipeline.publish(held)
    check_gone(held, ask)
    assert len(restated(ask)) == 1
    assert ask("select count(*) from restatements where figure = 'nights.models'").item() == 3
