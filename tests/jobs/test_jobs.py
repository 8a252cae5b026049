"""When things run, and what happens when they fail: real processes, real signals, a real scheduler."""

from __future__ import annotations

import http.server
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from apscheduler.triggers.cron import CronTrigger

from jobs.catalogue import JOBS, Job, find
from jobs.runner import Runner
from jobs.scheduler import build
from tests import planted
from tests.command_line import environment
from tests.demo.made_models import made_model
from tracker import charts
from tracker.demo import HubProcess
from tracker.notify.ping import ping


def script(tmp_path: Path, name: str, text: str) -> Job:
    """A job that runs a module made for the test."""
    (tmp_path / f"{name}.py").write_text(text)
    return Job(name=name, help="", arguments=(name,), schedule={"hour": 1})


@pytest.fixture
def on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return tmp_path


@pytest.fixture
def pings() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """A health-check service on the loopback address: its address and what it was told."""
    told: list[tuple[str, str]] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told.append((self.path, self.rfile.read(int(self.headers["Content-Length"])).decode()))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/secret-id", told
    server.shutdown()
    thread.join()
    server.server_close()


def test_exit_code_and_last_words_go_with_the_ping(on_path: Path, pings: tuple[str, list[tuple[str, str]]]) -> None:
    address, told = pings
    job = script(on_path, "refusing", "import sys; print('refused: 12 models', file=sys.stderr); sys.exit(3)")
    assert Runner(address).run(job) == 3
    assert told == [("/secret-id/start", ""), ("/secret-id/3", "refused: 12 models\n")]


def test_a_dead_ping_address_never_fails_a_run(on_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    job = script(on_path, "fine", "print('data')")
    assert Runner("http://127.0.0.1:9/secret-id").run(job) == 0
    assert "could not ping" in caplog.text
    assert "secret-id" not in caplog.text
    assert ping(None, "0") is False


def test_a_signal_reaches_the_job_and_its_exit_code_comes_back(on_path: Path) -> None:
    job = script(
        on_path,
        "stopping",
        "import signal, sys, pathlib, time\n"
        "signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))\n"
        f"pathlib.Path({str(on_path / 'ready')!r}).touch()\n"
        "time.sleep(60)\n",
    )
    runner = Runner()
    codes: list[int] = []
    thread = threading.Thread(target=lambda: codes.append(runner.run(job)))
    thread.start()
    wait_for(on_path / "ready")
    runner.stop(signal.SIGTERM)
    thread.join(timeout=20)
    assert codes == [143]


def wait_for(path: Path, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not path.exists():
        assert time.monotonic() < end, f"{path} never came"
        time.sleep(0.02)


def test_a_killed_job_ends_in_128_and_the_signal(on_path: Path) -> None:
    assert Runner().run(script(on_path, "dying", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)")) == 137


def test_weekdays_are_names_since_apscheduler_counts_from_monday() -> None:
    """`0 6 * * 1` is Monday for cron and Tuesday for APScheduler 3; a name is the same for both."""
    for job in JOBS:
        assert not str(job.schedule.get("day_of_week", "mon")).isdigit()
    weekly = find("weekly")
    assert weekly is not None
    fires = CronTrigger(timezone=UTC, **weekly.schedule).get_next_fire_time(None, datetime(2026, 11, 18, tzinfo=UTC))
    assert fires.strftime("%a %H:%M %Z") == "Mon 11:37 UTC"


def test_the_weekly_job_writes_the_report_and_all_charts_into_the_folder_of_the_week() -> None:
    data_dir = planted.folder(synthetic=True)
    environ = {**os.environ, "TRACKER_DATA_DIR": str(data_dir)}
    done = subprocess.run([sys.executable, "-m", "jobs", "run", "weekly"], capture_output=True, text=True, env=environ)
    assert done.returncode == 0, done.stderr
    written = [*(data_dir / "reports" / "2026-W41").iterdir(), data_dir / "reports" / "feed.xml"]
    assert sorted(map(Path, done.stdout.split())) == sorted(written)
    # one night from a day on that no model was released on, and no other source
    empty = {"first_gguf", "launch", "switches", "flow", "settled", "tokens", "rating"}
    assert {each.stem for each in written if each.suffix == ".svg"} >= set(charts.names()) - empty
    assert len(written) == 4 + 5 * (len(charts.names()) - len(empty))


@pytest.mark.parametrize(
    ("address", "environ"),
    [
        ("https://hc.example/secret-path", {"REQUESTS_CA_BUNDLE": "/nonexistent/ca.pem"}),
        (f"https://{'a' * 70}.example/secret-path", {}),
        ("https://user:secret-word@127.0.0.1:9/secret-path", {}),
        (f"https://{'a' * 64}.example/secret-path", {}),
        ("http://[::1/secret-path", {}),
        ("http://[::1]:9/secret-path", {}),
        ("http://127.0.0.1:99999/secret-path", {}),
        ("secret-path", {}),
        ("https://hc.example/secret-path", {"HTTPS_PROXY": "socks5://u:secret-word@127.0.0.1:9"}),
    ],
)
def test_a_ping_never_stops_a_job_nor_tells_its_secret(
    address: str, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    assert not ping(address, "start")
    assert "could not ping" in caplog.text and "secret" not in caplog.text


def test_missed_starts_are_made_up_for_exactly_once(on_path: Path) -> None:
    """With APScheduler's default grace of one second, a start missed by seven was dropped without a word."""
    counter = on_path / "count"
    job = script(on_path, "counting", f"open({str(counter)!r}, 'a').write('x')")
    scheduler = build([job], Runner())
    scheduled = scheduler.get_jobs()[0]
    assert scheduled.misfire_grace_time is None and scheduled.coalesce and scheduled.max_instances == 1
    # a trigger of every minute whose last four starts were slept through
    scheduler.reschedule_job(
        job.name, trigger="interval", seconds=1, start_date=datetime.now(UTC) - timedelta(seconds=4)
    )
    scheduler.modify_job(job.name, next_run_time=datetime.now(UTC) - timedelta(seconds=4))
    threading.Timer(0.8, scheduler.shutdown).start()
    scheduler.start()
    assert counter.read_text() == "x"


def test_the_scheduler_stops_its_job_and_itself_on_sigterm(on_path: Path) -> None:
    """The running job gets the signal, ends resumable, and is waited for; the exit code says SIGTERM."""
    (on_path / "long_job.py").write_text(
        "import signal, sys, pathlib, time\n"
        f"done = pathlib.Path({str(on_path / 'done')!r})\n"
        "signal.signal(signal.SIGTERM, lambda *_: (done.touch(), sys.exit(143)))\n"
        f"pathlib.Path({str(on_path / 'ready')!r}).touch()\n"
        "time.sleep(60)\n"
    )
    (on_path / "main_program.py").write_text(
        "import sys\n"
        "from jobs import scheduler\n"
        "from jobs.catalogue import Job\n"
        "from jobs.runner import Runner\n"
        "job = Job('long', '', ('long_job',), {'hour': 1}, runs_at_start=True)\n"
        "sys.exit(scheduler.start([job], Runner()))\n"
    )
    environ = {**os.environ, "PYTHONPATH": f"{on_path}{os.pathsep}{Path(__file__).parents[2]}"}
    process = subprocess.Popen([sys.executable, str(on_path / "main_program.py")], env=environ)
    wait_for(on_path / "ready")
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=30) == 143
    assert (on_path / "done").exists()


def test_start_makes_up_for_the_night_that_is_owed_and_ends_on_sigterm(
    hub: Callable[..., HubProcess], pings: tuple[str, list[tuple[str, str]]], tmp_path: Path
) -> None:
    address, told = pings
    today = datetime.now(UTC).date()
    endpoint = hub({today: [made_model(number) | {"downloads": number} for number in range(30)]}).endpoint
    environ = environment(TRACKER_DATA_DIR=str(tmp_path / "data"), TRACKER_PING_URL=address, HF_ENDPOINT=endpoint)
    command = [sys.executable, "-m", "jobs", "start"]
    with subprocess.Popen(command, env=environ, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        said = next(line for line in process.stderr if "landed" in line)
        ended = next(line for line in process.stderr if "ended" in line)
        process.send_signal(signal.SIGTERM)
    assert f"{today}: landed 30 models" in said and ended.endswith("nightly ended with exit code 0\n")
    assert process.returncode == 143
    assert (tmp_path / "data" / "last_success.json").exists()
    assert [path for path, _ in told] == ["/secret-id/start", "/secret-id/0"] and said in told[1][1]


@pytest.mark.parametrize("arguments", [["list"], ["--help"], ["run", "--help"], ["start", "--help"]])
def test_commands_answer(arguments: list[str]) -> None:
    done = subprocess.run([sys.executable, "-m", "jobs", *arguments], capture_output=True, text=True, check=True)
    assert "nightly" in done.stdout or "Example" in done.stdout


def test_an_unknown_job_answers_with_the_nearest() -> None:
    done = subprocess.run([sys.executable, "-m", "jobs", "run", "nigthly"], capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.strip() == "error: no job called 'nigthly'; did you mean nightly?"
