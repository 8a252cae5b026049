"""A publish that is killed leaves the state of before or the new one, and the next run does what is missing.

The Hub holds back its answer, having done what was asked, and the process is killed while it waits for that: after each
request once. What it does between two requests leaves no trace there.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
import yaml

from tests.command_line import environment
from tests.handover.hub.published import TOKEN, Desk
from tracker.errors import Busy
from tracker.handover.hub.folder import parsed

pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")  # the client sends objects so
OLD, NEW = "2026-10-05", "2026-10-06"
PUBLISH = """
import sys
from pathlib import Path
from tests.handover.hub.published import telling
from tracker.handover import hub
from tracker.settings import Settings
write = telling(snapshot_date=sys.argv[4])
hub.publish(Settings(data_dir=Path(sys.argv[1]), endpoint=sys.argv[2]), sys.argv[3], write=write)
"""


@contextmanager
def publishing(desk: Desk, day: str = NEW, **environ: str) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-c", PUBLISH, str(desk.data), desk.hub.endpoint, desk.name, day]
    env = environment(HF_TOKEN=TOKEN, HF_HOME=str(desk.data.parent / "home"), **environ)
    with subprocess.Popen(command, env=env, stderr=subprocess.PIPE) as process:
        try:
            yield process
        finally:
            process.kill()


def killed_at(desk: Desk, route: str, day: str = NEW, **environ: str) -> None:
    """Kill a publish while it waits for the answer of a route, which has done its work."""
    held = f"F11:route={route},count=1"
    desk.hub.set_faults([held])
    with publishing(desk, day, **environ) as process:
        until = time.monotonic() + 60
        while not desk.hub.fired()[held]:
            assert process.poll() is None, f"it ended before {route} was asked"
            assert time.monotonic() < until, f"{route} was never asked"
            time.sleep(0.02)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    desk.hub.set_faults([])


def whole(desk: Desk, revision: str) -> Mapping[str, str]:
    """Return the files of a state, in which all are there that its hashes and its card name."""
    state = desk.state(revision)
    sums = parsed(desk.text("SHA256SUMS", revision))
    assert set(state) == {*sums, "SHA256SUMS", "README.md", ".gitattributes"}
    front = yaml.safe_load(desk.text("README.md", revision).split("---\n")[1])
    assert all(each["data_files"] in state for each in front["configs"])
    return state


@pytest.fixture
def nights(desk: Desk) -> Desk:
    """One night stands there."""
    desk.publish()
    return desk


def test_killed_at_each_step_of_a_night(nights: Desk) -> None:
    old = whole(nights, OLD)
    for route in ("preupload", "xet"):
        killed_at(nights, route)
        assert whole(nights, "main") == old and list(nights.tags()) == [OLD]
    killed_at(nights, "commit")
    new = whole(nights, "main")
    assert new != old and list(nights.tags()) == [OLD], "the new state, whole, and no tag of it yet"
    killed_at(nights, "tag")
    assert list(nights.tags()) == [OLD, NEW]
    before = nights.commits()
    assert nights.publish(NEW).commit == before[0] and nights.commits() == before and len(before) == 3
    assert whole(nights, NEW) == new and whole(nights, OLD) == old


def test_a_night_that_lacks_its_tag_gets_it_before_the_next_takes_its_place(nights: Desk) -> None:
    killed_at(nights, "commit")
    untagged = nights.commits()[0]
    done = nights.publish("2026-10-07")
    assert f"{NEW} was published without its tag, and has it now" in done.told
    assert nights.tags()[NEW] == untagged and nights.tags()["2026-10-07"] == done.commit


@pytest.mark.soak
@pytest.mark.parametrize("way", ["xet", "lfs"])
def test_killed_at_every_request(desk: Desk, way: str) -> None:
    environ = {"HF_HUB_DISABLE_XET": "1"} if way == "lfs" else {}
    large = ("lfs", "object", "verify") if way == "lfs" else ("xet",)
    for number, route in enumerate(("create", "dataset", "validate", "preupload", *large, "commit", "refs", "tag")):
        day = str(date(2026, 10 + len(large) // 2, 6) + timedelta(number))  # what the Hub knows is not sent again
        desk.name = f"ann/killed-{way}-{number}"
        killed_at(desk, route, day, **environ)
        done = desk.publish(day)
        assert set(desk.tags()) == {day} and len(desk.commits()) == 2
        assert whole(desk, day) == whole(desk, str(done.commit))


@pytest.mark.soak
def test_killed_at_any_moment(nights: Desk) -> None:
    old = whole(nights, OLD)
    states = [old]
    for at in range(24):
        with publishing(nights) as process:
            time.sleep(0.4 + 0.1 * at)
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
        states.append(whole(nights, "main"))
        assert {tag: len(whole(nights, tag)) for tag in nights.tags()}
    nights.publish(NEW)
    new = whole(nights, NEW)
    assert all(state in (old, new) for state in states) and len(nights.commits()) == 3


def test_two_runs_of_one_folder_do_not_meet(desk: Desk) -> None:
    desk.hub.set_faults(["F11:route=create,count=1,seconds=5"])
    with publishing(desk):
        while not any(desk.hub.fired().values()):
            time.sleep(0.02)
        with pytest.raises(Busy, match="another run publishes from"):
            desk.publish()
