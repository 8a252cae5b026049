"""The process that runs SQL of strangers: what it is given, what ends it, and that it outlives nobody who asks."""

from __future__ import annotations

import ctypes
import json
import os
import pickle
import signal
import socket
import struct
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.command_line import called, environment
from tracker import store
from tracker.errors import QueryRefused, StoreError

# no interrupt is looked at within one vector
UNSTOPPABLE = "select max(length(repeat('x', 100000000) || i)) from range(100000000000) t(i)"
IN_TIME = 20.0

linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


def begun(pid: int) -> int:
    """Return the number of the process that another has started, once it runs the query."""
    until = time.monotonic() + IN_TIME
    while time.monotonic() < until:
        listed = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        for number in map(int, listed):
            if cpu_seconds(number) > 0.5:
                return number
        time.sleep(0.02)
    raise AssertionError("no process was started")


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def is_gone(pid: int) -> bool:
    until = time.monotonic() + IN_TIME
    while time.monotonic() < until:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return True
        if state in "ZX":
            return True
        time.sleep(0.02)
    return False


@linux
@pytest.mark.parametrize(
    ("sent", "to_group", "code"),
    [(signal.SIGINT, True, 130), (signal.SIGTERM, False, 143), (signal.SIGKILL, False, -signal.SIGKILL)],
)
def test_it_ends_with_the_one_that_asks(small_folder: Path, sent: signal.Signals, to_group: bool, code: int) -> None:
    command = [sys.executable, "-m", "tracker", "sql", UNSTOPPABLE, "--data-dir", str(small_folder)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(), start_new_session=True, text=True
    ) as asking:
        started = begun(asking.pid)
        (os.killpg if to_group else os.kill)(asking.pid, sent)
        told = asking.communicate(timeout=IN_TIME)[1]
    assert asking.returncode == code and "Traceback" not in told, told
    assert is_gone(started)


@linux
def test_it_knows_nothing_of_the_environment(small_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_zqsecret")
    others = lean_of(os.getpid())  # of other tests: a session of Spark stays until the end
    with store.open_published(small_folder, timeout_seconds=2) as published, ThreadPoolExecutor(1) as pool:
        asked = pool.submit(published.foreign, UNSTOPPABLE)
        until = time.monotonic() + IN_TIME
        while not (found := lean_of(os.getpid()) - others) and time.monotonic() < until:
            time.sleep(0.01)
        [number] = found
        place = Path(f"/proc/{number}")
        while (place / "cwd").readlink() != Path("/") and time.monotonic() < until:  # until exec is over
            time.sleep(0.01)
        assert b"zqsecret" not in (place / "environ").read_bytes() + (place / "cmdline").read_bytes()
        assert (place / "cwd").readlink() == Path("/")
        with pytest.raises(QueryRefused, match="stopped after 2 seconds"):
            asked.result()
    assert is_gone(number)


def lean_of(pid: int) -> set[int]:
    """Return the processes that any thread of this one has started."""
    listed = [each.read_text().split() for each in Path(f"/proc/{pid}/task").glob("*/children")]
    return {int(number) for numbers in listed for number in numbers}


def test_time_is_up_within_one_vector(small_folder: Path) -> None:
    with store.open_published(small_folder, timeout_seconds=0.5) as published:
        begin = time.monotonic()
        with pytest.raises(QueryRefused, match=r"stopped after 0\.5 seconds; narrow the question, or raise"):
            published.foreign(UNSTOPPABLE)
        assert time.monotonic() - begin < 2.5
        assert (
            published.foreign("select sum(likes) as s from models").item()
            == published.query("select sum(likes) as s from models").item()
        )


def test_its_memory_is_what_is_resident(small_folder: Path) -> None:
    """What a regular expression or a result of one vector takes is no memory to duckdb's own limit."""
    with (
        store.open_published(small_folder, memory_limit="400MB") as published,
        pytest.raises(QueryRefused, match="more than 381 MiB of memory; narrow the question, or raise memory_limit"),
    ):
        published.foreign("select max(length(repeat('x', 500000000) || i)) from range(3) t(i)")


def test_rows_that_were_sent_are_memory_too(small_folder: Path) -> None:
    with (
        store.open_published(small_folder, memory_limit="300MB") as published,
        pytest.raises(QueryRefused, match="more than 286 MiB of memory"),
    ):
        published.foreign("from range(1000000000)")


def test_the_command_line_sets_both_limits(small_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = ("--data-dir", str(small_folder))
    done = called("sql", UNSTOPPABLE, "--timeout", "0.5", *place)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "error: stopped after 0.5 seconds; narrow the question, or raise the time limit\n"
    monkeypatch.setenv("TRACKER_MEMORY_LIMIT", "300MB")
    done = called("sql", "from range(1000000000)", *place)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error: stopped: it took more than 286 MiB of memory; narrow the question")


def test_a_process_that_cannot_start_says_so(small_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with store.open_published(small_folder) as published:
        monkeypatch.setattr(sys, "executable", "/bin/false")
        with pytest.raises(StoreError, match="could not be started, or ended with 1"):
            published.foreign("select 1")
        monkeypatch.setattr(sys, "executable", "/nowhere/python")
        with pytest.raises(StoreError, match=r"no process could be started for the query: .*/nowhere/python"):
            published.foreign("select 1")


def test_an_error_on_the_way_is_told_like_one_at_once(small_folder: Path) -> None:
    late = "select case when range = 1500000 then error('boom') else 1 end as n from range(2000000)"
    with store.open_published(small_folder) as published, pytest.raises(QueryRefused, match=r"Invalid.* Error: boom$"):
        published.foreign(late)


FENCED = """
import errno, os, socket, sys, threading
import json, decimal
from tracker.sql.foreign import fence
folder, told = sys.argv[1], {}
fence.fence([folder + "/copy"])
def attempt(name, do):
    try:
        do()
        told[name] = "done"
    except OSError as error:
        told[name] = errno.errorcode[error.errno]
def attempt_all():
    attempt("read the copy", lambda: open(folder + "/copy/night").read())
    attempt("read through a link in it", lambda: open(folder + "/copy/older/night").read())
    attempt("list it", lambda: os.listdir(folder + "/copy"))
    attempt("read beside it", lambda: open(folder + "/secret").read())
    attempt("read the system", lambda: open("/etc/passwd").read())
    attempt("list the system", lambda: os.listdir("/etc"))
    attempt("write into it", lambda: open(folder + "/copy/night", "a"))
    attempt("create in it", lambda: open(folder + "/copy/new", "x"))
    attempt("remove from it", lambda: os.remove(folder + "/copy/night"))
    attempt("connect", lambda: socket.create_connection(("127.0.0.1", int(sys.argv[2]))))
    attempt("run", lambda: os.execv("/bin/true", ["true"]))
thread = threading.Thread(target=attempt_all)
thread.start()
thread.join()
print(json.dumps(told))
"""


def has_fence() -> bool:
    """Whether this kernel knows Landlock with rules for TCP."""
    return sys.platform == "linux" and ctypes.CDLL(None).syscall(444, None, ctypes.c_size_t(0), ctypes.c_uint(1)) >= 4


@pytest.mark.skipif(not has_fence(), reason="the kernel has no Landlock that knows TCP (Linux 6.7)")
def test_behind_the_fence_is_the_copy_and_nothing_else(tmp_path: Path) -> None:
    for name in ("copy", "disk/older"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "night").write_text("night")
    (tmp_path / "copy" / "older").symlink_to(tmp_path / "disk" / "older")
    (tmp_path / "secret").write_text("secret")
    with socket.create_server(("127.0.0.1", 0)) as server:
        command = [sys.executable, "-c", FENCED, str(tmp_path), str(server.getsockname()[1])]
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment())
    told = json.loads(done.stdout)
    assert {name for name, said in told.items() if said == "done"} == {
        *("read the copy", "read through a link in it", "list it"),
    }
    assert {said for said in told.values() if said != "done"} == {"EACCES"}
    assert len(told) == 11 and (tmp_path / "copy" / "night").read_text() == "night"


# as if it were no Linux: a thread waits for the end of stdin
ELSEWHERE = """
import sys
sys.platform = "darwin"
from tracker.sql.foreign.process import main
main()
"""


def test_elsewhere_it_ends_with_its_stdin(small_folder: Path) -> None:
    question = {
        "cpu_seconds": 60,
        "readable": [],
        "opening": [],
        "sql": UNSTOPPABLE,
        "parameters": {},
        "withheld": {},
        "is_laid": False,
    }
    sent = pickle.dumps(question)
    command = [sys.executable, "-c", ELSEWHERE, "0"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()) as process:
        assert process.stdin and process.stderr
        process.stdin.write(struct.pack("<Q", len(sent)) + sent)
        process.stdin.flush()
        assert process.stderr.readline() == b"ready\n"
        time.sleep(0.5)
        assert process.poll() is None
        process.stdin.close()
        assert process.wait(IN_TIME) == 1


def test_without_a_limit_of_memory_it_runs(small_folder: Path) -> None:
    with store.open_published(small_folder, memory_limit="-1") as published:
        assert published.foreign("select 1 as one").item() == 1
