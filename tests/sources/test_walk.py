"""A walk over the loopback Hub lands what the Hub has, once each, as it says it."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from tests.demo.made_models import made_models
from tests.sources.walks import NIGHT, FastClock, as_row, quarantine_of, rows_of, settings_for, without_place
from tracker.columns import EXPAND
from tracker.landing import read_journal, runs
from tracker.scope import Scope
from tracker.sources.hub_models.walk import collect

ITEMS = made_models(345)


@pytest.mark.parametrize("framing", ["chunked", "length"])
def test_a_full_walk_lands_every_model_once_and_as_it_is(hub, tmp_path: Path, framing: str) -> None:
    server = hub({NIGHT: ITEMS}, tier_quota=0, framing=framing)
    run = collect(
        settings_for(tmp_path, server.endpoint),
        scope=Scope("full"),
        snapshot_date=NIGHT,
        page_size=50,
        clock=FastClock(),
    )
    by_id = {row["hub_id"]: without_place(row) for row in rows_of(run)}
    assert by_id == {item["_id"]: as_row(item) for item in ITEMS}
    manifest = run.manifest
    assert (manifest.status, manifest.pages, manifest.models, manifest.requests) == ("landed", 7, 345, 7)
    assert (manifest.duplicates, manifest.quarantined, manifest.last_page_seen) == (0, 0, True)
    assert manifest.expand == EXPAND and manifest.scope == "full" and not manifest.synthetic
    assert manifest.bytes_raw == sum(path.stat().st_size for path in (run.folder / "pages").iterdir())
    assert manifest.bytes_parquet == sum(part.stat().st_size for part in run.parts)
    assert quarantine_of(run) == []
    assert runs(tmp_path) == [run]


def test_pages_are_kept_as_the_hub_compressed_them(hub, tmp_path: Path) -> None:
    server = hub({NIGHT: ITEMS}, tier_quota=0)
    run = collect(settings_for(tmp_path, server.endpoint), scope=Scope("full"), snapshot_date=NIGHT, page_size=200)
    lines = read_journal(run.folder)
    assert [line.number for line in lines] == [1, 2]
    assert lines[0].next == lines[1].url and lines[1].next is None
    bodies = [gzip.decompress((run.folder / "pages" / line.file_name).read_bytes()) for line in lines]
    assert (
        [len(body) for body in bodies]
        == [line.body_bytes for line in lines]
        == [entry.body_bytes for entry in server.requests()]
    )
    assert sum(len(json.loads(body)) for body in bodies) == 345
    assert lines[0].headers["content-encoding"] == "gzip"


def test_top_n_takes_the_most_downloaded_and_no_more(hub, tmp_path: Path) -> None:
    server = hub({NIGHT: ITEMS}, tier_quota=0)
    run = collect(
        settings_for(tmp_path, server.endpoint), scope=Scope.parse("top:120"), snapshot_date=NIGHT, page_size=50
    )
    expected = sorted(ITEMS, key=lambda item: (-item.get("downloads", -1), item["_id"]))[:120]
    assert [row["hub_id"] for row in rows_of(run)] == [item["_id"] for item in expected]
    assert [entry.target.split("limit=")[1].split("&")[0] for entry in server.requests()] == ["50", "50", "20"]


def test_one_publisher_is_listed_alone(hub, tmp_path: Path) -> None:
    server = hub({NIGHT: ITEMS}, tier_quota=0)
    scope = Scope.parse("publisher:maker-3")
    run = collect(settings_for(tmp_path, server.endpoint), scope=scope, snapshot_date=NIGHT, page_size=50)
    assert {row["publisher"] for row in rows_of(run)} == {"maker-3"}
    assert run.manifest.models == sum(item["author"] == "maker-3" for item in ITEMS)


def test_made_up_models_are_marked_as_such(hub, tmp_path: Path) -> None:
    server = hub(plain=30, tier_quota=0)
    run = collect(settings_for(tmp_path, server.endpoint), scope=Scope("full"))
    assert run.manifest.synthetic


def test_progress_is_told_after_each_page(hub, tmp_path: Path) -> None:
    class Told:
        def __init__(self) -> None:
            self.calls: list[tuple[int, int, int | None, int | None, float]] = []

        def page(self, *values) -> None:
            self.calls.append(values)

    server, told = hub({NIGHT: ITEMS}, tier_quota=100), Told()
    settings = settings_for(tmp_path, server.endpoint)
    collect(settings, scope=Scope("full"), snapshot_date=NIGHT, page_size=150, progress=told)
    assert told.calls == [(150, 1, None, 99, 0.0), (300, 2, None, 98, 0.0), (345, 3, None, 97, 0.0)]
    collect(settings, scope=Scope("full"), snapshot_date=NIGHT, page_size=150, progress=told)
    assert [call[2] for call in told.calls[3:]] == [345, 345, 345]  # the last night says how many to expect
