"""A walk may be cut off anywhere, by any means, and the next one goes on from its last page."""

from __future__ import annotations

import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import write_nights
from tests.demo.made_models import made_models
from tests.sources.walks import BEGAN, NIGHT, FastClock, rows_of, settings_for
from tests.told import Told
from tracker.demo import HubProcess, hub_process
from tracker.errors import SourceRefused
from tracker.landing import LandedRun, read_journal, runs
from tracker.scope import Scope
from tracker.sources.hub_models.walk import collect

PAGES, PAGE_SIZE = 200, 3
NIGHT_BEFORE = NIGHT - timedelta(days=1)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubProcess]:
    models = made_models(PAGES * PAGE_SIZE)
    folder = write_nights(tmp_path_factory.mktemp("resume"), {NIGHT: models})
    with hub_process(replay=folder, tier_quota=0) as started:
        yield started


@pytest.fixture
def undisturbed(server: HubProcess, tmp_path: Path) -> list[dict[str, Any]]:
    settings = settings_for(tmp_path / "undisturbed", server.endpoint)
    run = collect(settings, scope=Scope("full"), snapshot_date=NIGHT, page_size=PAGE_SIZE)
    server.clear_log()
    return rows_of(run)


def begin(server: HubProcess, data_dir: Path) -> Told:
    return Told(data_dir, server.endpoint, PAGE_SIZE, "collect", "--date", str(NIGHT))


def kill_often(server: HubProcess, data_dir: Path, undisturbed: list[dict[str, Any]], kills: int, seed: int) -> None:
    """Kill a walk at random moments; the one that ends must equal the undisturbed one."""
    dice, done = random.Random(seed), 0
    for _ in range(kills):
        # most kills fall somewhere between two pages or while one is landed; some while the walk is parsed
        walk = begin(server, data_dir)
        walk.follow("walk", times=1 + int(dice.uniform(0, 1.3 * PAGES / kills)))
        done += walk.stop(signal.SIGKILL, seconds=dice.random() / 50) == 0
    run = collect(
        settings_for(data_dir, server.endpoint), scope=Scope("full"), snapshot_date=NIGHT, page_size=PAGE_SIZE
    )
    assert rows_of(run) == undisturbed
    assert run.manifest.pages == PAGES
    asked = Counter(entry.target for entry in server.requests())
    if not done:  # one walk, resumed: at most one page twice for each kill
        assert len(runs(data_dir)) == 1
        assert sum(asked.values()) <= PAGES + kills and len(asked) == PAGES


def test_five_kills_and_the_walk_is_what_it_would_have_been(server, tmp_path: Path, undisturbed) -> None:
    kill_often(server, tmp_path, undisturbed, kills=5, seed=time.time_ns())


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(10))
def test_fifty_kills(server, tmp_path: Path, undisturbed, seed: int) -> None:
    kill_often(server, tmp_path, undisturbed, kills=5, seed=seed)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_a_walk_cleanly(server, tmp_path: Path, undisturbed, number: int, code: int) -> None:
    walk = begin(server, tmp_path)
    walk.follow("walk", times=21)
    assert walk.stop(number) == code
    assert "run the same command again and the walk goes on" in walk.complaint and "Traceback" not in walk.complaint
    manifest = runs(tmp_path)[0].manifest
    assert (manifest.status, manifest.last_page_seen) == ("interrupted", False)
    assert manifest.pages >= 20 and manifest.finished_at is not None
    run = collect(
        settings_for(tmp_path, server.endpoint), scope=Scope("full"), snapshot_date=NIGHT, page_size=PAGE_SIZE
    )
    assert run.manifest.run_id == manifest.run_id and rows_of(run) == undisturbed


@pytest.fixture
def half(hub, tmp_path: Path) -> Iterator[tuple[HubProcess, Callable[..., LandedRun]]]:
    """A Hub that refuses from its fourth page on, a walk that was begun, and a way to walk again."""
    nights = {NIGHT_BEFORE: made_models(60), NIGHT: made_models(60)}
    server = hub(nights, tier_quota=0, faults=["F4:page=4-"])

    def walk(scope: str = "full", after: timedelta = timedelta(0), day=NIGHT, **options: Any) -> LandedRun:
        clock = FastClock(began=BEGAN + after)
        settings = settings_for(tmp_path, options.pop("endpoint", server.endpoint))
        return collect(settings, scope=Scope.parse(scope), snapshot_date=day, page_size=10, clock=clock, **options)

    with pytest.raises(SourceRefused):
        walk()
    server.set_faults([])
    server.clear_log()
    return server, walk


def test_a_refused_walk_goes_on_when_the_hub_is_ready(half, tmp_path: Path) -> None:
    server, walk = half
    assert (runs(tmp_path)[0].manifest.status, runs(tmp_path)[0].manifest.pages) == ("failed", 3)
    run = walk(after=timedelta(hours=19))
    assert len(server.requests()) == 3 and run.manifest.models == 60
    assert (run.manifest.requests, run.manifest.status, run.manifest.reason) == (6, "landed", None)
    assert [path.name for path in run.folder.parent.iterdir()] == [run.manifest.run_id]


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"after": timedelta(hours=21)}, "21.0 hours ago"),
        ({"scope": "top:60"}, "another scope"),
        ({"day": NIGHT_BEFORE}, "another snapshot_date"),
        ({"resume": False}, "a new walk was asked for"),
        ({"after": timedelta(hours=-21)}, "-21.0 hours ago"),
    ],
)
def test_a_half_walk_that_does_not_fit_is_set_aside(half, tmp_path: Path, options: dict[str, Any], why: str) -> None:
    server, walk = half
    old = runs(tmp_path)[0]
    server.set_night(options.get("day", NIGHT))
    run = walk(**options)
    assert run.manifest.models == 60 and len(server.requests()) == 6
    left = next(each for each in runs(tmp_path) if each.manifest.run_id == old.manifest.run_id)
    assert (
        left.manifest.status == "failed"
        and left.manifest.reason.startswith("set aside")
        and why in left.manifest.reason
    )
    assert len(list((left.folder / "pages").iterdir())) == 3


def test_another_field_set_or_endpoint_begins_anew(half, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server, walk = half
    run = walk(endpoint=server.endpoint.replace("127.0.0.1", "localhost"))
    assert run.manifest.models == 60
    assert [each.manifest.reason for each in runs(tmp_path) if each.manifest.status == "failed"] == [
        f"set aside: it was for another endpoint ({server.endpoint})"
    ]
    monkeypatch.setattr("tracker.sources.hub_models.walk.EXPAND", ("createdAt", "likes"))
    server.set_faults(["F4:page=4-"])
    with pytest.raises(SourceRefused):
        walk()
    server.set_faults([])
    monkeypatch.setattr("tracker.sources.hub_models.walk.EXPAND", ("createdAt", "downloads"))
    assert walk().manifest.models == 60
    assert sum("another expand" in (run.manifest.reason or "") for run in runs(tmp_path)) == 1


def test_a_walk_killed_while_parsing_is_parsed_again(server, tmp_path: Path, undisturbed, monkeypatch) -> None:
    def die(*_: object, **__: object) -> None:
        raise SystemExit(9)  # as a kill: nothing is tidied up

    settings = settings_for(tmp_path, server.endpoint)
    with monkeypatch.context() as patch, pytest.raises(SystemExit):
        patch.setattr("tracker.landing.parse.PageParser.finish", die)
        collect(settings, scope=Scope("full"), snapshot_date=NIGHT, page_size=PAGE_SIZE)
    assert runs(tmp_path)[0].manifest.status == "running"
    server.clear_log()
    run = collect(settings, scope=Scope("full"), snapshot_date=NIGHT, page_size=PAGE_SIZE)
    assert server.requests() == [] and rows_of(run) == undisturbed


def test_damaged_pages_are_fetched_again(half, tmp_path: Path) -> None:
    server, walk = half
    folder = runs(tmp_path)[0].folder
    (folder / "pages" / "00002.json.gz").write_bytes(b"")
    run = walk()
    assert run.manifest.models == 60 and len(server.requests()) == 5
    assert len(read_journal(folder)) == 6


def test_models_stand_where_they_stood_whatever_the_page_size(half) -> None:
    _, walk = half
    run = walk()
    assert sorted(row["model_id"] for row in rows_of(run)) == sorted(item["id"] for item in made_models(60))
