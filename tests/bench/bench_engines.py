"""The same questions of the same files, asked of duckdb and of Spark, at three sizes: where one machine ends.

    python -m tests.bench.bench_engines [SCALE]

    small   the generator's own: 0.2 million models, 41 nights
    middle  ten times the models, with other counters: 2 million, 25 nights
    large   three times the nights of that, asked of one night and of all

Each engine has two threads and 6 GB, and a process of its own; each question is asked of one and then of the other, so
that what else the machine does strikes both. CPU seconds are compared, which a busy machine changes least; rows must be
equal.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.bench.engines.grown import with_models, with_nights
from tests.bench.figure import Figure, short, table
from tests.bench.histories import MEMORY_LIMIT, History, make
from tracker import store
from tracker.handover import exports
from tracker.settings import Settings

NEWEST = date(2026, 11, 22)
MODELS, NIGHTS = 200_000, 41
TIMES, FEWER = 10, 25  # models, nights of the middle size
LONGER = 3
TICK = 0.01  # the least that CPU seconds are counted in

# the same text for both engines, written in the subset of SQL that both read alike
QUESTIONS = {
    "as of one night": "select count(*) as models, sum(downloads_30d) as downloads from counters_as_of('{middle}')",
    "movers between two nights, with names": """
        select model_id, downloads_30d_change from movers('{first}', '{last}')
        order by downloads_30d_change desc, model_id limit 20
    """,
    "one model, all nights": "select snapshot_date, downloads_30d from model_history('{model}') order by snapshot_date",
    "monthly share by family": """
        select created_month, family, sum(credit) as credit from lineage where status <> 'root'
        group by created_month, family order by created_month, family
    """,
    "family trend, from rollups": """
        select snapshot_date, family, downloads_30d from downloads_by_family order by snapshot_date, family
    """,
    "restate: family and night, from the record": """
        select c.snapshot_date, l.family, sum(l.credit::decimal(38, 0) * c.downloads_30d) as credit
        from counters as c join lineage as l on l.model_key = c.model_key
        group by c.snapshot_date, l.family order by c.snapshot_date, l.family
    """,
    "flow: the night before of every counter": """
        select snapshot_date, sum(downloads) as downloads
        from (
          select snapshot_date, downloads_all_time - lag(downloads_all_time) over (
            partition by model_key, source, scope order by snapshot_date
          ) as downloads
          from counters
        ) as daily
        group by snapshot_date order by snapshot_date
    """,
}
OF_LARGE = ("as of one night", "restate: family and night, from the record")


@dataclass(frozen=True)
class Told:
    """What one engine said to one question."""

    seconds: float
    cpu: float
    rows: int
    hash: str


class Asker:
    """A process that asks an engine."""

    def __init__(self, engine: str, folder: Path) -> None:
        command = [sys.executable, "-m", "tests.bench.engines.asker", engine, str(folder)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.opened: float = self._answer()["opened"]

    def __enter__(self) -> Asker:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._process.communicate()

    def ask(self, sql: str) -> Told:
        """Ask one question."""
        return Told(**self._order({"sql": sql}))

    def peak(self) -> float:
        """Return the most memory taken until now, in megabytes."""
        return float(self._order({"peak": True})["peak"])

    def _order(self, order: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"it ended early: {' '.join(map(str, self._process.args))}")  # type: ignore[arg-type]
        told: dict[str, Any] = json.loads(line)
        return told


def figures(scale: float = 1.0) -> list[Figure]:
    """Return the figures of three sizes."""
    found = []
    with tempfile.TemporaryDirectory(prefix="tracker-bench-") as place:
        for size, folder, questions in folders(Path(place), int(MODELS * scale)):
            found += compared(size, folder, questions)
    return found


def folders(place: Path, models: int) -> Iterator[tuple[str, Path, Collection[str]]]:
    """Yield three exports of rising size, how large each is, and what it is asked."""
    record, small, middle, large = (place / name for name in ("record", "small", "middle", "large"))
    make(record, History(models, NIGHTS, 1, NEWEST))
    exports.to_folder(Settings(data_dir=record, memory_limit=MEMORY_LIMIT, threads=2), small)
    shutil.rmtree(record)
    yield _size(models, NIGHTS), small, QUESTIONS
    with_models(small, middle, TIMES, FEWER)
    yield _size(models * TIMES, FEWER), middle, QUESTIONS
    with_nights(middle, large, LONGER)
    yield _size(models * TIMES, FEWER * LONGER), large, OF_LARGE


def _size(models: int, nights: int) -> str:
    return f"{models / 1e6:g} M models x {nights} nights"


def compared(size: str, folder: Path, asked: Collection[str]) -> list[Figure]:
    """Return what both engines need for some questions at one size, the rows of both being equal."""
    held = sum(path.stat().st_size for path in (folder / "snapshots").rglob("*.parquet"))
    found = [Figure(f"{size}: the record's files", held / 1e6, "MB")]
    with Asker("duckdb", folder) as ours, Asker("spark", folder) as theirs:
        for name in asked:
            sql = _filled(QUESTIONS[name], folder)
            one, other = ours.ask(sql), theirs.ask(sql)
            assert (one.rows, one.hash) == (other.rows, other.hash), f"{size}, {name}: other rows"
            found.append(_beside(name, one, other))
            print(size, name, one, other, file=sys.stderr, flush=True)
        peaks = ours.peak(), theirs.peak()
    memory = Figure("most memory", peaks[1], "MB", alternative=f"duckdb: {peaks[0]:,.0f} MB", ratio=peaks[1] / peaks[0])
    return [*found, memory]


def _beside(name: str, ours: Told, theirs: Told) -> Figure:
    clock = f"on the clock {short(theirs.seconds)} and {short(ours.seconds)} s"
    return Figure(
        name,
        theirs.cpu,
        "s",
        alternative=f"duckdb: {short(ours.cpu)} s; {clock}",
        ratio=theirs.cpu / max(ours.cpu, TICK),
    )


def _filled(sql: str, folder: Path) -> str:
    with store.open_published(folder) as published:
        first, last = published.query("select min(snapshot_date), max(snapshot_date) from nights").row(0)
        model = published.query("select model_id from models order by downloads_30d desc, model_id limit 1").item()
    return sql.format(first=last - timedelta(days=20), last=last, middle=first + (last - first) / 2, model=model)


if __name__ == "__main__":
    print(table(figures(float(sys.argv[1]) if len(sys.argv) > 1 else 1.0)))
