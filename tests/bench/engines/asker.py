"""A process that asks one engine questions of a copy; it answers each order, a line of JSON, with another.

    python -m tests.bench.engines.asker duckdb|spark FOLDER

An order has `sql`; the answer has the median seconds of three times, or of one that takes long, the CPU seconds of one,
and a hash of the rows. The order `peak` is answered with the most memory that the engine has taken, in megabytes.
"""

from __future__ import annotations

import hashlib
import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from tracker import store

MEMORY = "6GB"
TIMEOUT = 3_600
TIMES, LONG = 3, 10.0  # seconds from which once is enough
_TICKS = os.sysconf("SC_CLK_TCK")

Rows = Sequence[Sequence[Any]]


@dataclass(frozen=True)
class Engine:
    """What asks, and the processes that it takes."""

    ask: Callable[[str], Rows]
    processes: Sequence[int]

    def cpu(self) -> float:
        """Return the CPU seconds taken so far."""
        fields = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in self.processes]
        return sum(int(each[11]) + int(each[12]) for each in fields) / _TICKS

    def peak(self) -> float:
        """Return the sum of the most that each process has held in memory, in megabytes."""
        lines = [line for pid in self.processes for line in Path(f"/proc/{pid}/status").read_text().splitlines()]
        return sum(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) * 1024 / 1e6


@contextmanager
def duckdb(folder: Path) -> Iterator[Engine]:
    """Yield duckdb in this process, with two threads."""
    with store.open_published(folder, memory_limit=MEMORY, timeout_seconds=TIMEOUT, threads=2) as published:
        yield Engine(lambda sql: published.table(sql).rows, [os.getpid()])


@contextmanager
def spark(folder: Path) -> Iterator[Engine]:
    """Yield Spark with two threads: this process, and Java's."""
    from tracker.handover.spark import mount, session

    settings = {"spark.driver.memory": MEMORY.removesuffix("B").lower()}
    with (
        session("local[2]", settings) as running,
        store.open_published(folder, timeout_seconds=TIMEOUT) as published,
        mount(running, published) as mounted,
    ):
        java = running.sparkContext._gateway.proc.pid  # type: ignore[union-attr]
        yield Engine(lambda sql: running.sql(mounted.translated(sql)).collect(), [os.getpid(), java])


def answer(engine: Engine, order: dict[str, Any]) -> dict[str, Any]:
    """Return the answer to one order."""
    if "peak" in order:
        return {"peak": engine.peak()}
    seconds: list[float] = []
    before = engine.cpu()
    while len(seconds) < TIMES and sum(seconds) < LONG:
        began = time.perf_counter()
        rows = engine.ask(order["sql"])
        seconds.append(time.perf_counter() - began)
    cpu = (engine.cpu() - before) / len(seconds)
    return {"seconds": statistics.median(seconds), "cpu": cpu, "rows": len(rows), "hash": _hash(rows)}


def _hash(rows: Rows) -> str:
    told = "\n".join(" ".join(_plain(each) for each in row) for row in rows)
    return hashlib.sha256(told.encode()).hexdigest()


def _plain(told: Any) -> str:
    """Return a value as text; decimals leave our own engine as doubles."""
    return f"{float(told):.12g}" if isinstance(told, (float, Decimal)) else str(told)


def main(name: str, folder: Path) -> None:
    """Obey orders from stdin until there are no more."""
    began = time.perf_counter()
    with {"duckdb": duckdb, "spark": spark}[name](folder) as engine:
        print(json.dumps({"opened": time.perf_counter() - began}), flush=True)
        for line in sys.stdin:
            print(json.dumps(answer(engine, json.loads(line))), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
