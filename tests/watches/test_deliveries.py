"""What watches found leaves once: to the feed, and to a webhook, whose address nobody else is told."""

from __future__ import annotations

import json
import logging
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import trustme

from tests.command_line import called, environment
from tests.notify.sinks import SECRET, Sink, echoing, hanging, picky, status
from tests.store.nights import night
from tests.watches.conftest import House, some
from tracker import settings as settings_room
from tracker.api import watching
from tracker.errors import redact
from tracker.notify import outbox
from tracker.notify.message import Message

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def two_nights(begun_house: House, tmp_path: Path) -> Callable[[str], House]:
    """Return a folder that sends to an address, on whose second night two models were gone."""

    def make(address: str) -> House:
        house = begun_house.copied(tmp_path / "sends", address)
        house.night(night(1), some("zq/c", "zq/d"))
        return house

    return make


def waits(house: House) -> list[outbox.Waiting]:
    return outbox.waiting(house.settings.data_dir / "watches")


def everything(data_dir: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(data_dir.rglob("*")) if path.is_file())


def test_a_match_is_sent_once_and_stands_in_the_feed(
    two_nights: Callable[[str], House], caplog: pytest.LogCaptureFixture
) -> None:
    with Sink(status(204)) as sink:
        house = two_nights(sink.address)
        house.judge_again()
        (heard,) = sink.heard
    told = heard.json
    assert (heard.method, heard.key) == ("POST", told["id"])
    assert told["text"] == "2 models of zq/* were removed: zq/a, zq/b"
    assert (told["watch"], told["snapshot_date"], told["count"]) == ("removed zq/*", str(night(1)), 2)
    assert waits(house) == [] and SECRET.encode() not in everything(house.settings.data_dir)
    assert f"zq/a was removed by {night(1)}" in caplog.text
    feed = house.settings.data_dir / "reports" / "watches.xml"
    before = feed.read_bytes()
    (entry,) = ET.fromstring(before).iter(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}title") == told["text"]
    assert "zq/b was removed" in str(entry.findtext(f"{ATOM}content"))
    house.night(night(2), some("zq/c", "zq/d"))
    assert feed.read_bytes() == before, "nothing was found, so nothing is newer"


def test_a_refused_delivery_is_tried_again_the_next_time(
    two_nights: Callable[[str], House], caplog: pytest.LogCaptureFixture
) -> None:
    with Sink(echoing(500), status(200)) as sink:
        house = two_nights(sink.address)
        (waiting,) = waits(house)
        assert (waiting.tries, waiting.problem) == (1, "HTTP 500")
        assert "waits for the webhook: HTTP 500" in watching.listed(house.settings).notes[-1]
        watching.after_night(house.settings)  # as a start that finds nothing due
        assert waits(house) == [] and len({heard.key for heard in sink.heard}) == 1 and len(sink.heard) == 2
    assert SECRET not in caplog.text and "it is tried again the next time" in caplog.text


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed_and_is_no_delivery(begun_house: House, tmp_path: Path, code: int) -> None:
    message = Message("1" * 32, {"text": "x", "names": [], "count": 0})
    with Sink(status(200)) as elsewhere, Sink(status(code, Location=elsewhere.address)) as sink:
        outbox.put(tmp_path, message)
        assert outbox.deliver(tmp_path, sink.address) == 0
        assert elsewhere.heard == [] and [each.method for each in sink.heard] == ["POST"]
    (waiting,) = outbox.waiting(tmp_path)
    assert waiting.problem == f"HTTP {code}"


def test_many_are_one_message_that_a_short_sink_takes(begun: House) -> None:
    many = [f"zq/{'long-name-' * 8}{number:03}" for number in range(400)]
    rest = [f"other/{number}" for number in range(900)]
    numbered = {name: 10_000 + at for at, name in enumerate([*many, *rest])}
    models = lambda names: [{**each, "hub_id": f"{numbered[each['model_id']]:024x}"} for each in some(*names)[1:]]  # noqa: E731
    begun.night(night(1), [*some("zq/a", "zq/b", "zq/c"), *models([*many, *rest])])
    with Sink(picky) as sink:
        begun.settings = replace(begun.settings, webhook_url=sink.address)
        begun.night(night(2), [*some("zq/a", "zq/b", "zq/c"), *models(rest)])
        (heard,) = sink.heard
    assert heard.json["text"].startswith(f"400 models of zq/* were removed: {many[0]}, ")
    assert heard.json["count"] == 400 == len(begun.found()) and waits(begun) == []
    assert len(heard.json["names"]) + heard.json["more"] == 400


def test_what_a_sink_does_not_want_is_given_up_and_blocks_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def refusing_one(handler: Any) -> None:
        status(400 if handler.headers["Idempotency-Key"] == "0" * 32 else 200)(handler)

    for id in ("0" * 32, "1" * 32):
        outbox.put(tmp_path, Message(id, {"text": "x", "names": [], "count": 0}))
    with Sink(refusing_one) as sink:
        assert [outbox.deliver(tmp_path, sink.address) for _ in range(5)] == [1, 0, 0, 0, 0]
        assert len(sink.heard) == 4
    assert outbox.waiting(tmp_path) == [] and "was given up after 3 tries" in caplog.text and SECRET not in caplog.text


def test_a_sink_that_reads_and_hangs_costs_bounded_time_and_gets_it_once_more(tmp_path: Path) -> None:
    for number in range(3):
        outbox.put(tmp_path, Message(f"{number}" * 32, {"text": "x", "names": [], "count": 0}))
    with Sink(hanging(2)) as sink:
        began = time.monotonic()
        outbox.deliver(tmp_path, sink.address, total_seconds=0.3)
        assert time.monotonic() - began < 1.5 and len(sink.heard) == 1, "others wait where nobody answers"
        for _ in range(8):
            time.sleep(0.3)  # three that hang at once are enough
            outbox.deliver(tmp_path, sink.address, total_seconds=0.3)
        keys = [heard.key for heard in sink.heard]
        assert outbox.waiting(tmp_path) == [] and all(keys.count(key) <= 2 for key in keys)


def test_where_nobody_listens_a_message_waits_for_days_and_not_for_ever(tmp_path: Path) -> None:
    with Sink(status(200)) as sink:
        address = sink.address
    outbox.put(tmp_path, Message("1" * 32, {"text": "x", "names": [], "count": 0}))
    for _ in range(6):
        outbox.deliver(tmp_path, address)
    (waiting,) = outbox.waiting(tmp_path)
    assert (waiting.tries, waiting.refusals, waiting.unanswered) == (6, 0, 0)
    path = next((tmp_path / outbox.FOLDER).glob("*.json"))
    long_ago = (datetime.now(UTC) - timedelta(days=15)).isoformat()
    path.write_text(json.dumps({**json.loads(path.read_text()), "since": long_ago}))
    outbox.deliver(tmp_path, address)
    assert outbox.waiting(tmp_path) == []


@pytest.mark.parametrize("stage", ["kept", "noted", "sent"])
def test_a_night_killed_at_its_end_tells_everything_and_at_most_twice_with_one_id(begun: House, stage: str) -> None:
    begun.night(night(1), some("zq/b", "zq/c"), judged=False)
    with Sink(status(200)) as sink:
        killed = subprocess.run(
            [sys.executable, "-c", KILLED, stage, str(begun.settings.data_dir)],
            env=environment(TRACKER_WEBHOOK_URL=sink.address, TRACKER_REGISTRY=str(begun.settings.registry)),
            capture_output=True,
            text=True,
        )
        assert killed.returncode == -signal.SIGKILL, killed.stderr
        begun.settings = replace(begun.settings, webhook_url=sink.address)
        watching.after_night(begun.settings)
        begun.night(night(2), some("zq/b", "zq/c"))
        heard = sink.heard
    assert begun.subjects == ["zq/a"] and len(heard) == (2 if stage == "sent" else 1)
    assert len({each.key for each in heard} | {each.json["id"] for each in heard}) == 1


KILLED = """
import os, signal, sys
from tracker import settings, store
from tracker.api import watching
from tracker.notify import outbox
from tracker.store import Work

def die(*_, **__): os.kill(os.getpid(), signal.SIGKILL)

stage, data_dir = sys.argv[1:]
if stage == "kept": Work.note_matches = die
if stage == "noted": Work.publish = die
if stage == "sent":
    send = outbox.send
    outbox.send = lambda *a, **k: (send(*a, **k), die())
watching.after_night(settings.load({"data_dir": data_dir}))
"""


@pytest.fixture
def forgetful() -> Iterator[None]:
    """Forget the secrets that a test told this process."""
    from tracker.errors import secrets

    before = dict(secrets._told)
    yield
    secrets._told.clear()
    secrets._told.update(before)


@contextmanager
def failing(harm: str, place: Path) -> Iterator[Sink]:
    """Open a sink that takes nothing."""
    certificate = place / "server.pem" if harm == "an unknown certificate" else None
    if certificate:
        trustme.CA().issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(certificate))
    with Sink(status(404) if harm == "not found" else echoing(500), certificate=certificate) as sink:
        if harm != "nobody listens":
            yield sink
            return
    yield sink


@pytest.mark.parametrize("harm", ["an error that quotes it", "not found", "an unknown certificate", "nobody listens"])
def test_no_word_of_the_address_is_in_what_is_said(
    told: House, harm: str, tmp_path: Path, forgetful: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, log = ["--data-dir", str(told.settings.data_dir)], tmp_path / "log.txt"
    with failing(harm, tmp_path) as sink:
        monkeypatch.setenv("TRACKER_WEBHOOK_URL", sink.address)
        done = called("watch", "test", "-v", "--log-file", str(log), *folder)
        told.settings = replace(told.settings, webhook_url=sink.address)
        told.night(night(2), some("zq/c"))
    assert done.returncode == 1 and "the webhook did not take a test message" in done.stderr
    assert "SSLError" in done.stderr or harm != "an unknown certificate"
    listed = called("watch", "list", *folder)
    assert len(waits(told)) == 1 and "waits for the webhook" in listed.stderr
    said = done.stdout + done.stderr + listed.stdout + listed.stderr + log.read_text()
    assert SECRET not in said and "hooks" not in said
    kept = everything(told.settings.data_dir)
    assert SECRET.encode() not in kept and b"/hooks" not in kept


def test_no_process_is_called_with_the_address(told: House, tmp_path: Path) -> None:
    """Whoever lists processes while a message is under way reads it nowhere, and no traceback has it."""
    with Sink(hanging(1)) as sink:
        command = [sys.executable, "-m", "tracker", "watch", "test", "-v", "--data-dir", str(told.settings.data_dir)]
        env = environment(TRACKER_WEBHOOK_URL=sink.address)
        with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
            while not sink.heard and process.poll() is None:
                time.sleep(0.02)
            listed = b"".join(path.read_bytes() for path in command_lines())
            said, _ = process.communicate()
    assert sink.heard[0].json["test"] is True and process.returncode == 1
    assert b"watch\0test" in listed and SECRET.encode() not in listed + said and b"hooks" not in said


def command_lines() -> Iterator[Path]:
    """Yield what every process was called with, as the kernel tells everybody."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            path.read_bytes()
            yield path


def test_a_setting_that_is_no_address_is_told_without_it(
    told: House, caplog: pytest.LogCaptureFixture, forgetful: None, tmp_path: Path
) -> None:
    for address in (f"ftp://x.example/{SECRET}", f"https://[x/{SECRET}", f"https://user:{SECRET}@x..example/", SECRET):
        found = settings_room.load({}, {"TRACKER_WEBHOOK_URL": address}, tmp_path)
        problem = watching.send_test(replace(told.settings, webhook_url=found.webhook_url))
        assert problem and SECRET not in problem
    settings_room.load({}, {"TRACKER_WEBHOOK_URL": f"https://x.example/{SECRET}?key=a-long-key"}, tmp_path)
    assert redact(f"{SECRET} a-long-key") == "[hidden] [hidden]"
    assert logging.getLogger("urllib3").getEffectiveLevel() >= logging.WARNING
