"""Each source over real HTTP, whatever its server does: the truth, or a plain refusal; the Hub's night is as it was.

polled twice, answered 304          here; of the Arena, whose commit says it, in test_arena_source
polled after forty days             here and in test_openrouter_source, test_arena_source
polled while it is being replaced   test_openrouter_source (manifest and file), test_epoch_source (cut in a row),
                                    test_modelscope_source (order and total move), test_arena_source (other commit)
a column or key that changed        here
redirected to another host          here
500 MB, declared or streamed        here, with a small limit; 500 MB of bytes as a soak
endless                             here by size, in test_signals_faults by time
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import polars as pl
import pytest

from tests.sources.archives.data_set import ranged
from tests.sources.loopback import Reply, Served, serving
from tests.sources.signals import asked, test_arena_source, test_openrouter_source
from tests.sources.signals.asked import EXPORTS, NAMESPACES, NIGHT
from tests.sources.walks import FastClock
from tests.store.nights import land, model, night, small_registry
from tracker import pipeline, store
from tracker.demo.signals import epoch_eci, modelscope, openrouter
from tracker.errors import SourceError, SourceRefused, TrackerError
from tracker.landing import LandedRun
from tracker.settings import Settings
from tracker.signals import collecting, namespaces
from tracker.sources import find, http
from tracker.sources.archives import remote
from tracker.sources.contract import Tables

DAY = timedelta(days=1)
KEY = "sk-or-v1-7777777777"
BOARD = test_arena_source.boards("text", test_arena_source.DAY)
ARENA = next(each for each in test_arena_source.replies({"text": BOARD}) if "resolve" in each)
# the address that gives a source its rows
MAIN = {
    "openrouter": f"{EXPORTS}/{NIGHT}.csv",
    "epoch_eci": "/eci_scores.csv",
    "modelscope": "/openapi/v1/models",
    "arena": ARENA,
}
SOURCES = sorted(MAIN)
Answers = dict[str, Any]
Talk = Callable[[Any], None]


def page(handler: Any, day: date = NIGHT, change: Callable[[Any], Any] = lambda told: told) -> bytes:
    """Return the page of the second hub that is asked for."""
    said = {name: values[0] for name, values in parse_qs(urlsplit(handler.path).query).items()}
    told = modelscope.page(day, said.get("owner"), int(said["page_number"]), int(said["page_size"]))
    return json.dumps(change(json.loads(json.dumps(told)))).encode()


def answers(name: str, day: date = NIGHT) -> Answers:
    """Return what the server of a source answers on a day."""
    if name == "openrouter":
        return asked.exports(day)
    if name == "epoch_eci":
        return {MAIN[name]: epoch_eci.scores(day)}
    if name == "modelscope":
        return {MAIN[name]: Reply(talk=lambda handler: whole(handler, page(handler, day)))}
    return test_arena_source.replies({"text": BOARD})


def whole(handler: Any, body: bytes, *headers: str, status: str = "200 OK") -> None:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
    handler.wfile.write("\r\n".join(lines).encode() + body)


def taken(name: str, folder: Path, served: Served, **options: Any) -> tuple[LandedRun, Tables]:
    """Run a source; return its landing and its tables, which no gate may refuse."""
    if name == "arena":
        landed, tables, refused, _ = test_arena_source.run(folder, served)
    else:
        held = test_openrouter_source.HELD if name == "openrouter" else None
        ran = asked.run(name, folder, served, held=held, **options)
        landed, tables, refused = ran.landed, ran.tables, ran.refused
    assert refused == []
    return landed, tables


@pytest.fixture(autouse=True)
def _without_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENROUTER_API_KEY", raising=False)


@pytest.mark.parametrize("name", ["openrouter", "epoch_eci", "modelscope"])
def test_what_did_not_change_is_not_sent_again(tmp_path: Path, name: str) -> None:
    """A server that knows ETags is asked twice: the second time it gives 304, and the same bytes are landed."""
    known = answers(name)
    unchanged = []

    def remembering(path: str) -> Talk:
        def talk(handler: Any) -> None:
            body = page(handler) if name == "modelscope" else _body(known[path])
            if handler.headers["If-None-Match"] == '"v1"':
                unchanged.append(handler.path)
                whole(handler, b"", status="304 Not Modified")
            else:
                whole(handler, body, 'ETag: "v1"')

        return talk

    with serving({path: Reply(talk=remembering(path)) for path in known}) as served:
        first, tables = taken(name, tmp_path, served)
        assert not unchanged
        asked_once = len(served.heard)
        second, again = taken(name, tmp_path, served, clock=FastClock(scale=1000, began=_later()))
    assert len(unchanged) == asked_once == len(served.heard) - asked_once
    assert [(each.name, each.sha256) for each in first.manifest.files] == [
        (each.name, each.sha256) for each in second.manifest.files
    ]
    assert all(frame.equals(again[table]) for table, frame in tables.items())


def _body(reply: Any) -> bytes:
    return reply.body if isinstance(reply, Reply) else bytes(reply)


def _later() -> Any:
    from tests.sources.walks import BEGAN

    return BEGAN + timedelta(hours=1)


@pytest.mark.parametrize("name", ["openrouter", "epoch_eci", "modelscope"])
def test_304_to_a_first_question_is_refused(tmp_path: Path, name: str) -> None:
    with serving({**answers(name), MAIN[name]: Reply(status=304)}) as served, pytest.raises(SourceRefused) as caught:
        taken(name, tmp_path, served)
    assert "HTTP 304" in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["epoch_eci", "modelscope"])
def test_after_forty_days_it_is_a_vintage_like_any_other(tmp_path: Path, name: str) -> None:
    with serving(answers(name, NIGHT - 40 * DAY)) as served:
        _, before = taken(name, tmp_path, served, day=NIGHT - 40 * DAY)
    with serving(answers(name)) as served:
        _, tables = taken(name, tmp_path, served, last=before, clock=FastClock(scale=1000, began=_later()))
    first, column = find(name).TABLES[0].name, "as_of" if name == "epoch_eci" else "day"
    assert [set(each[first][column]) for each in (before, tables)] == [{NIGHT - 40 * DAY}, {NIGHT}]


@pytest.mark.parametrize("name", SOURCES)
def test_a_redirect_to_another_host_is_followed_without_the_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("HF_TOKEN", KEY)
    known = answers(name)
    with serving({"*": known[MAIN[name]]}) as other:

        def onward(handler: Any) -> None:
            where = f"Location: {other.address}{handler.path}"
            whole(handler, b"", where, f"X-Repo-Commit: {test_arena_source.REVISION}", status="302 Found")

        with serving({**known, MAIN[name]: Reply(talk=onward)}) as served:
            _, tables = taken(name, tmp_path / "redirected", served)
        assert other.heard and KEY not in other.everything()
    with serving(answers(name)) as served:
        _, plain = taken(name, tmp_path / "plain", served)
    assert all(frame.equals(plain[table]) for table, frame in tables.items())


def _renamed(name: str) -> Reply | bytes:
    if name == "openrouter":
        return openrouter.csv(NIGHT).replace(b"total_tokens", b"sum_of_tokens", 1)
    if name == "epoch_eci":
        return epoch_eci.scores(NIGHT).replace(b"eci_ci_low", b"eci_low", 1)
    if name == "arena":
        return ranged(test_arena_source.as_file(BOARD.rename({"rating": "elo"})), {})
    return Reply(talk=lambda handler: whole(handler, page(handler, change=_downloaded)))


def _downloaded(told: Any) -> Any:
    for item in told["data"]["models"]:
        item["downloaded"] = item.pop("downloads")
    return told


@pytest.mark.parametrize("name", SOURCES)
def test_a_column_that_changed_is_named(tmp_path: Path, name: str) -> None:
    changed = _renamed(name)
    given = test_openrouter_source.agreed(changed) if name == "openrouter" else {**answers(name), MAIN[name]: changed}
    with serving(given) as served, pytest.raises(TrackerError) as caught:
        taken(name, tmp_path, served)
    named = {"openrouter": "sum_of_tokens", "epoch_eci": "eci_low", "arena": "elo", "modelscope": "downloads of"}
    assert named[name] in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["openrouter", "epoch_eci", "modelscope"])
def test_500_mb_that_are_announced_are_not_read(tmp_path: Path, name: str) -> None:
    large = Reply(headers={"Content-Length": str(500 * 10**6)})
    with serving({**answers(name), MAIN[name]: large}) as served, pytest.raises(SourceError) as caught:
        taken(name, tmp_path, served)
    assert "an answer of 500,000,000 bytes; at most" in str(caught.value)
    assert served.paths().count(MAIN[name]) == 1, "it is not asked again for what it is too large for"


def in_buffers() -> int:
    """Return how many bytes of a connection the kernel takes from a server at most before anybody reads them."""
    limits = [Path(f"/proc/sys/net/ipv4/tcp_{side}mem").read_text().split()[-1] for side in "rw"]
    return sum(map(int, limits))


def endless(name: str, sent: list[int], most: int | None = None) -> Reply:
    """An answer that does not say how long it is, and does not end by itself before `most` bytes.

    `sent`: the bytes of each connection.
    """
    first = (
        "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-99999/100000\r\n"
        if name == "arena"
        else "HTTP/1.1 200 OK\r\n"
    )

    def talk(handler: Any) -> None:
        connection = len(sent)
        sent.append(0)
        handler.wfile.write(f"{first}Content-Type: text/csv\r\n\r\n".encode())
        with suppress(OSError):  # the other side has had enough
            while most is None or sent[connection] < most:
                sent[connection] += handler.wfile.write(b"0,0,0,0,0\r\n" * 6000)

    return Reply(talk=talk)


@pytest.mark.parametrize("name", SOURCES)
def test_what_streams_without_an_end_is_refused_by_its_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(http, "MAX_BYTES", 10**6)
    sent: list[int] = []
    with serving({**answers(name), MAIN[name]: endless(name, sent)}) as served, pytest.raises(TrackerError) as caught:
        taken(name, tmp_path, served)
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 700
    assert 0 < len(sent) <= remote.MAX_FAILURES
    assert 0 < max(sent) < 2 * 10**6 + in_buffers()


@pytest.mark.soak
def test_500_mb_that_are_streamed_are_read_up_to_the_limit_and_refused(tmp_path: Path) -> None:
    sent: list[int] = []
    given = {MAIN["epoch_eci"]: endless("epoch_eci", sent, most=500 * 10**6)}
    with serving(given) as served, pytest.raises(SourceRefused, match="an answer of more than 104,857,600 bytes"):
        taken("epoch_eci", tmp_path, served)
    assert 100 * 2**20 < sum(sent) < 110 * 2**20 + in_buffers() and served.paths().count(MAIN["epoch_eci"]) == 1


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A folder whose one night is published."""
    place = tmp_path_factory.mktemp("night")
    small_registry(place / "registry")
    settings = Settings(data_dir=place / "data", registry=place / "registry", threads=1)
    pipeline.load(settings, land(settings.data_dir, night(0), [model("Qwen/Qwen3-8B", 1)]), force=True)
    pipeline.publish(settings)
    return settings


def test_the_hub_s_night_is_as_it_was_after_all_of_it(folder: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "MAX_BYTES", 10**6)
    monkeypatch.setattr(namespaces, "official", lambda _: NAMESPACES)
    before = _said(folder)
    for number, name in enumerate(SOURCES):
        for at, fault in enumerate((endless(name, []), Reply(b"<html>", 200), Reply(status=304))):
            with serving({**answers(name), MAIN[name]: fault}) as served:
                given = Settings(
                    data_dir=folder.data_dir, registry=folder.registry, threads=1, endpoint=served.address,
                    source_urls={} if name == "arena" else {name: served.address},
                )  # fmt: skip
                began = pl.Series([NIGHT + (10 * number + at) * DAY]).cast(pl.Datetime("us", "UTC"))[0]
                with pytest.raises(TrackerError):
                    collecting.collect(given, find(name), snapshot_date=NIGHT, clock=FastClock(scale=2000, began=began))
    pipeline.publish(folder)
    assert _said(folder) == before
    with store.open_published(folder.data_dir) as published:
        ended = published.query("select source, status from runs where source <> 'hub_models' order by all").rows()
    assert len(ended) == 3 * len(SOURCES) and {status for _, status in ended} <= {"failed", "refused"}


def _said(settings: Settings) -> Any:
    with store.open_published(settings.data_dir) as published:
        return published.facts().copy_id, published.query("from snapshots order by all").rows()
