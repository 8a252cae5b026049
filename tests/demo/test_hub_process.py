"""The loopback Hub as a process: command line, nights, clock, certificate, end."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import httpx2
import pytest

from tests.conftest import write_nights
from tests.demo.made_models import NIGHT, made_models
from tracker.demo import DemoError, HubProcess, hub_process
from tracker.demo.hub.replay import ReplayedEcosystem
from tracker.errors import SettingsError

Hub = Callable[..., HubProcess]
LATER = NIGHT + timedelta(days=1)


def serve(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tracker.demo", "serve", *arguments], capture_output=True, text=True, timeout=30
    )


def listed(hub: HubProcess) -> set[str]:
    return {item["id"] for item in httpx2.get(f"{hub.endpoint}/api/models", trust_env=False).json()}


def test_help_ends_in_an_example() -> None:
    done = serve("--help")
    assert done.returncode == 0
    assert "python -m tracker.demo serve --nights" in done.stdout


def test_fault_help_lists_and_serves_nothing() -> None:
    done = serve("--fault", "help")
    assert done.returncode == 0
    assert "F22" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--plain", "3", "--fault", "F99"), "no fault mode 'F99'"),
        (("--replay", "/nowhere"), "no YYYY-MM-DD.jsonl"),
        (("--plain", "3", "--token", "hf_x=gold"), "no tier 'gold'"),
        (("--plain", "3", "--token", "hf_x"), "is not NAME=VALUE"),
        (("--plain", "3", "--night", "2020-01-01"), "no night 2020-01-01"),
    ],
)
def test_what_cannot_be_served_is_a_usage_error(arguments: tuple[str, ...], says: str) -> None:
    done = serve(*arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_a_hub_that_does_not_start_says_why() -> None:
    with pytest.raises(DemoError, match="no fault mode"), hub_process(plain=3, faults=["F99"]):
        raise AssertionError("it started")


def test_a_taken_port_is_told_without_a_traceback(hub: Hub) -> None:
    port = hub(plain=3).endpoint.rpartition(":")[2]
    done = serve("--plain", "3", "--port", port)
    assert done.returncode == 1
    assert port in done.stderr
    assert "Traceback" not in done.stderr


def test_one_line_of_json_says_when_it_is_ready_and_a_signal_ends_it(tmp_path: Path) -> None:
    folder = write_nights(tmp_path, {NIGHT: made_models(3), LATER: made_models(4)})
    command = [sys.executable, "-m", "tracker.demo", "serve", "--replay", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        ready = json.loads(process.stdout.readline())
        assert ready["nights"] == [str(NIGHT), str(LATER)]
        assert httpx2.get(f"{ready['endpoint']}/api/models", trust_env=False).status_code == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=5) == 0


def test_it_ends_when_the_process_that_started_it_is_killed(tmp_path: Path) -> None:
    code = (
        "import time\nfrom tracker.demo import hub_process\n"
        "with hub_process(plain=3) as hub:\n    print(hub.pid, hub.endpoint, flush=True)\n    time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid, endpoint = parent.stdout.readline().split()
        parent.kill()
    port = int(endpoint.rpartition(":")[2])
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        with socket.socket() as line:
            if line.connect_ex(("127.0.0.1", port)) != 0:
                return
        time.sleep(0.05)
    os.kill(int(pid), signal.SIGKILL)
    raise AssertionError("the Hub outlived its parent")


def test_an_error_of_the_hubs_own_is_not_silent(tmp_path: Path) -> None:
    folder = write_nights(tmp_path, {NIGHT: made_models(3), LATER: made_models(3)})
    with pytest.raises(DemoError, match="fault of its own"), hub_process(replay=folder, night=NIGHT) as hub:
        (folder / f"{LATER}.jsonl").write_text("{}")
        hub.set_scale(1_000_000)  # the next night comes while nobody tells the Hub to go there
        time.sleep(0.1)
        with pytest.raises(httpx2.RemoteProtocolError):
            listed(hub)


def test_the_clock_moves_the_hub_from_night_to_night(hub: Hub) -> None:
    served = hub(nights={NIGHT: made_models(3), LATER: made_models(5)})
    assert served.nights == [NIGHT, LATER]
    assert len(listed(served)) == 5, "it starts on the last night"
    served.set_night(NIGHT)
    assert len(listed(served)) == 3
    assert served.now().date() == NIGHT
    served.advance(86_400)
    assert len(listed(served)) == 5
    with pytest.raises(DemoError, match="2020"):
        served.set_night(date(2020, 1, 1))


def test_virtual_seconds_may_run_faster(hub: Hub) -> None:
    served = hub(nights={NIGHT: made_models(3)}, scale=1_000)
    before = served.now()
    time.sleep(0.1)
    assert served.now() - before > timedelta(seconds=90)


def test_renames_are_read_off_the_recordings(tmp_path: Path) -> None:
    first, second = made_models(2)
    third = NIGHT + timedelta(days=2)
    nights = {
        NIGHT: [{**first, "id": "a/one"}, second],
        LATER: [{**first, "id": "a/two"}, second],
        third: [{**first, "id": "a/three"}],
    }
    ecosystem = ReplayedEcosystem(write_nights(tmp_path, nights))
    assert ecosystem.renames(NIGHT) == {}
    assert ecosystem.renames(LATER) == {"a/one": "a/two"}
    assert ecosystem.renames(third) == {"a/one": "a/three", "a/two": "a/three"}


def test_a_recording_without_ids_is_refused(hub: Hub) -> None:
    with pytest.raises(DemoError, match="not a list item with _id and id"):
        hub(nights={NIGHT: [{"id": "a/b"}]})
    with pytest.raises(SettingsError, match="its date"):
        folder = Path(__file__).parent / "nowhere"
        ReplayedEcosystem(_with_file(folder))


def _with_file(folder: Path) -> Path:
    class Named(type(folder)):  # type: ignore[misc]
        def glob(self, pattern: str) -> list[Path]:  # type: ignore[override]
            return [folder / "monday.jsonl"]

    return Named(folder)


def test_made_up_models_are_marked_in_every_response(hub: Hub) -> None:
    served = hub(plain=3)
    for target in ("/api/models", "/api/models/a/b", "/nowhere"):
        response = httpx2.get(served.endpoint + target, trust_env=False)
        assert response.headers["X-Demo-Data"] == "synthetic"


@pytest.mark.parametrize(("framing", "header"), [("chunked", "Transfer-Encoding"), ("length", "Content-Length")])
@pytest.mark.parametrize("coding", ["gzip", "identity"])
def test_framing_can_be_chosen(hub: Hub, framing: str, header: str, coding: str) -> None:
    served = hub(plain=30, framing=framing)
    response = httpx2.get(f"{served.endpoint}/api/models", headers={"Accept-Encoding": coding}, trust_env=False)
    assert len(response.json()) == 30
    assert header in response.headers
    assert response.headers.get("Content-Encoding", "identity") == coding


def test_connections_stay_open_and_requests_may_be_pipelined(hub: Hub) -> None:
    served = hub(plain=3)
    request = b"GET /api/models?limit=1&expand=sha HTTP/1.1\r\nHost: x\r\n\r\n"
    with socket.create_connection(("127.0.0.1", int(served.endpoint.rpartition(":")[2]))) as line:
        line.sendall(request * 3 + request.replace(b"Host", b"Connection: close\r\nHost"))
        answer = b"".join(iter(lambda: line.recv(65536), b""))
    assert answer.count(b"HTTP/1.1 200 OK") == 4
    assert len(served.requests()) == 4


@pytest.mark.parametrize(
    "text",
    [
        b"nonsense\r\n\r\n",
        b"GET / HTTP/2\r\n\r\n",
        b"GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nno colon\r\n\r\n",
    ],
)
def test_what_is_not_http_is_400(hub: Hub, text: bytes) -> None:
    served = hub(plain=3)
    with socket.create_connection(("127.0.0.1", int(served.endpoint.rpartition(":")[2]))) as line:
        line.sendall(text)
        assert b"".join(iter(lambda: line.recv(65536), b"")).startswith(b"HTTP/1.1 400")


def test_open_and_stalled_connections_do_not_hold_up_the_end() -> None:
    with hub_process(plain=3, faults=["F11:route=model,seconds=60"]) as hub:
        address = ("127.0.0.1", int(hub.endpoint.rpartition(":")[2]))
        with socket.create_connection(address) as idle, socket.create_connection(address) as stalled:
            idle.sendall(b"GET /api/models HTTP/1.1\r\nHost: x\r\n\r\n")
            assert idle.recv(15) == b"HTTP/1.1 200 OK"
            stalled.sendall(b"GET /api/models/a/b HTTP/1.1\r\nHost: x\r\n\r\n")
            while len(hub.requests()) < 2:
                time.sleep(0.01)
            hub._process.stdin.close()  # type: ignore[union-attr]
            assert hub._process.wait(timeout=5) == 0


@pytest.mark.parametrize("line", ["OPTIONS * HTTP/1.1", "GET http://x/nowhere HTTP/1.1", "GET /a%0Ab HTTP/1.1"])
def test_odd_requests_are_not_found(hub: Hub, line: str) -> None:
    served = hub(plain=3)
    with socket.create_connection(("127.0.0.1", int(served.endpoint.rpartition(":")[2]))) as connection:
        connection.sendall(f"{line}\r\nConnection: close\r\n\r\n".encode())
        assert b"".join(iter(lambda: connection.recv(65536), b"")).startswith(b"HTTP/1.1 404")
