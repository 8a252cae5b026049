"""Two hundred who ask at once for a minute while a copy is published: bounds hold, nobody is told a wrong thing."""

from __future__ import annotations

import gzip
import json
import random
import shutil
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("fastapi", reason="the extra `serve` is not installed: pip install -r requirements/serve.lock")

from tests.command_line import environment
from tests.serve.client import Server, serving
from tracker.serve.asked.bounds import size

CLIENTS, SECONDS = 200, 60
# about the copy as it is, so that another of the same nights says the same
ASKED: list[tuple[str, dict[str, Any], dict[str, str]]] = [
    ("share", {"month": "2026-10"}, {}),
    ("share", {"by": "origin_country", "from": "2026-08"}, {"accept_encoding": "gzip"}),
    ("share", {"month": "2026-09", "set": "credit=full"}, {"accept": "text/csv"}),
    ("top", {"of": "models", "rows": 50}, {}),
    ("trend", {"names": ["Qwen", "Llama"], "from": "2026-10-01"}, {}),
    ("lineage", {"model": "Qwen/Qwen2.5-7B"}, {}),
    ("lineage", {"model": "Qwen/Qwen2.5-7B", "down": True, "per_page": 20}, {}),
    ("sql", {"sql": "select family, count(*) as n from lineage group by all order by all"}, {}),
    ("sql", {"sql": "select snapshot_date, models from nights order by 1"}, {"accept": "text/csv"}),
    ("schema", {"table": "models"}, {}),
    ("share", {"month": "2026-10", "as_of": "2026-11-21"}, {}),
    ("measure/concentration", {}, {}),
]


def said(body: bytes, form: str) -> Any:
    """Return what an answer says, without what is of the copy: its number."""
    if form != "application/json":
        return body
    answer = json.loads(body)
    return {name: answer.get(name) for name in ("rows", "roots", "parameters", "sql", "page")} | {
        "rows_id": answer.get("about", {}).get("rows_id")
    }


class Crowd:
    """All who ask, and what they were told."""

    def __init__(self, server: Server, expected: list[Any]) -> None:
        self.server, self.expected = server, expected
        self.waited: list[float] = []
        self.full, self.wrong, self.generations = 0, [], set()
        self._lock = threading.Lock()

    def run(self) -> None:
        until = time.monotonic() + SECONDS
        threads = [threading.Thread(target=self._ask, args=(number, until)) for number in range(CLIENTS)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()

    def _ask(self, number: int, until: float) -> None:
        chance = random.Random(number)
        while time.monotonic() < until:
            at = chance.randrange(len(ASKED))
            name, given, headers = ASKED[at]
            began = time.monotonic()
            try:
                got = self.server.get(f"/api/{name}", given, **headers)
            except OSError as error:
                with self._lock:
                    self.wrong.append((name, repr(error)))
                continue
            with self._lock:
                self._judge(at, got, time.monotonic() - began)
            if got.status == 503:
                time.sleep(chance.uniform(0.5, 1) * float(got.headers["retry-after"]))

    def _judge(self, at: int, got: Any, seconds: float) -> None:
        name, given, _ = ASKED[at]
        if got.status == 503:
            self.full += 1
        elif got.status != 200:
            self.wrong.append((name, given, got.status, got.body[:300]))
        else:
            self.waited.append(seconds)
            form = got.headers["content-type"].partition(";")[0]
            body = gzip.decompress(got.body) if got.headers.get("content-encoding") else got.body
            if said(body, form) != self.expected[at]:
                self.wrong.append((name, given, "says something else"))
            if form == "application/json" and "about" in (answer := json.loads(body)):
                self.generations.add(answer["about"]["generation"])


class Memory:
    """The most that a process and its children held at once, in bytes."""

    def __init__(self, pid: int) -> None:
        self.pid, self.most, self._over = pid, 0, threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> Memory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(0.1):
            pids = [self.pid]
            for listed in Path(f"/proc/{self.pid}/task").glob("*/children"):
                try:
                    pids += map(int, listed.read_text().split())
                except OSError:
                    continue
            self.most = max(self.most, sum(map(held, pids)))


def held(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096
    except (OSError, IndexError):
        return 0


@pytest.mark.soak
@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="memory is read from /proc")
def test_two_hundred_at_once_are_answered_right_or_told_to_come_back(demo_folder: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(demo_folder, tmp_path / "data", symlinks=True)
    with serving(folder) as server:
        expected = []
        for name, given, headers in ASKED:
            got = server.get(f"/api/{name}", given, **{each: headers[each] for each in headers if each == "accept"})
            assert got.status == 200, (name, given, got.body)
            expected.append(said(got.body, got.headers["content-type"].partition(";")[0]))
        crowd = Crowd(server, expected)
        publish = threading.Timer(SECONDS / 4, published, [folder])
        with Memory(server.process.pid) as memory:
            publish.start()
            crowd.run()
            publish.join()
        assert crowd.wrong == []
        assert len(crowd.waited) > 100
        assert memory.most < size("8GB")
        assert len(crowd.generations) >= 2, "the copy that was published meanwhile was asked"
        assert server.get("/api/share").status == 200
        code, _ = server.end()
        assert code == 143
    cuts = statistics.quantiles(crowd.waited, n=100)
    print(
        f"{CLIENTS} clients, {SECONDS} s: {len(crowd.waited):,} answers, {crowd.full:,} times 503, "
        f"p50 {cuts[49]:.2f} s, p99 {cuts[98]:.2f} s, most memory {memory.most / 1e9:.2f} GB"
    )


def published(folder: Path) -> None:
    words = [sys.executable, "-m", "tracker", "publish", "--data-dir", str(folder)]
    subprocess.run(words, check=True, capture_output=True, env=environment())
