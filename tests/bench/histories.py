"""Histories to measure on: synthetic nights, and a process that loads, resolves and publishes them.

    python -m tests.bench.histories --collector FOLDER LIMIT         obeys orders from stdin, one a line
    python -m tests.bench.histories --land FOLDER MODELS NIGHTS DAY  lands the nights up to a day

Nights are made in one process and loaded in another one, whose memory is measured. Nights that only make up
the history are loaded and not resolved or published; the first night after them works off what they left.
"""

from __future__ import annotations

import json
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any

import polars as pl

from tests.demo.history import synthetic_nights
from tracker import landing, store
from tracker.landing import LandedRun, Manifest

MEMORY_LIMIT = "6GB"

Laps = dict[str, float]


@dataclass(frozen=True)
class History:
    """A history to make: the last `whole` of its nights are run as a nightly job runs them."""

    models: int
    nights: int
    whole: int
    last_night: date
    beforehand: bool = False  # land all nights first: their maker and their loader do not fit into memory together
    backfilled: bool = False  # load the first whole night, then the nights before it: their counters alone count
    memory_limit: str = MEMORY_LIMIT

    @property
    def size(self) -> str:
        return f"{self.models / 1e6:g} M models x {self.nights} nights"


@dataclass(frozen=True)
class Made:
    """What the whole nights of a history cost: the first of them also worked off what the others left."""

    laps: list[Laps]
    peak_megabytes: float
    written: list[float]  # megabytes that each of them wrote to the disk, what duckdb spilled included


def make(data_dir: Path, history: History) -> Made:
    """Make a history; return what its whole nights cost."""
    laps: list[Laps] = []
    written: list[float] = []
    waiting: list[LandedRun] = []
    with Collector(data_dir, history.memory_limit) as collector:
        for number, run in enumerate(runs_of(data_dir, history)):
            collector.answers()  # the night before is loaded while this one is made
            if number >= history.nights - history.whole:
                laps.append(collector.ask("night", str(run.folder)))
                written.append(laps[-1].pop("written"))
                print(
                    f"night {number + 1}: {json.dumps(laps[-1])}, {written[-1]:.1f} MB written",
                    file=sys.stderr,
                    flush=True,
                )
                backfill(collector, waiting)
            elif history.backfilled:
                waiting.append(run)
            else:
                collector.tell("load", str(run.folder))
        peak = collector.ask("peak")["peak_megabytes"]
    return Made(laps, peak, written)


def backfill(collector: Collector, waiting: list[LandedRun]) -> None:
    """Load nights that are older than the newest, and forget them."""
    while waiting:
        run = waiting.pop(0)
        collector.ask("load", str(run.folder))
        shutil.rmtree(run.folder)


def restate(data_dir: Path) -> Laps:
    """Return what it costs to resolve again and rebuild the rollups of all nights."""
    with Collector(data_dir) as collector:
        return collector.ask("restate")


def runs_of(data_dir: Path, history: History) -> Iterator[LandedRun]:
    """Yield the nights of a history as landed runs, made while they are loaded or all before."""
    if not history.beforehand:
        yield from landed_nights(data_dir, history)
        return
    arguments = [str(data_dir), str(history.models), str(history.nights), history.last_night.isoformat()]
    subprocess.run([sys.executable, "-m", "tests.bench.histories", "--land", *arguments], check=True)
    yield from landing.runs(data_dir)


def landed_nights(data_dir: Path, history: History) -> Iterator[LandedRun]:
    """Yield synthetic nights as landed runs; the one before stays, as it does for the gates.

    Nights to be backfilled all stay, without the tags, which only the present state would take from them.
    """
    runs: list[LandedRun] = []
    nights = synthetic_nights(history.models, history.nights, last_night=history.last_night)
    for number, (day, frame) in enumerate(nights):
        if history.backfilled and number < history.nights - history.whole:
            yield land(data_dir, day, frame.with_columns(tags=pl.lit(None, dtype=pl.List(pl.String))))
            continue
        runs.append(land(data_dir, day, frame))
        yield runs[-1]
        if len(runs) > 1:
            shutil.rmtree(runs.pop(0).folder)


def land(data_dir: Path, day: date, frame: pl.DataFrame) -> LandedRun:
    """Write one night as the collector leaves it."""
    started = datetime(day.year, day.month, day.day, 10, 23, tzinfo=UTC)
    run_id = f"{started:%Y%m%dT%H%M%SZ}-00beef"
    folder = data_dir / "landing" / "hub_models" / day.isoformat() / run_id
    (folder / "models").mkdir(parents=True)
    frame.write_parquet(folder / "models" / "00000.parquet", compression="lz4")
    manifest = Manifest(
        run_id=run_id,
        source="hub_models",
        endpoint="http://127.0.0.1",
        scope="full",
        snapshot_date=day,
        expand=(),
        started_at=started,
        finished_at=started + timedelta(hours=1),
        status="landed",
        models=len(frame),
        synthetic=True,
    )
    (folder / "manifest.json").write_text(manifest.to_json(), encoding="utf-8")
    return LandedRun(folder, manifest)


class Collector:
    """A process that loads, resolves and publishes; it obeys one order after the other."""

    def __init__(self, data_dir: Path, memory_limit: str = MEMORY_LIMIT) -> None:
        command = [sys.executable, "-m", "tests.bench.histories", "--collector", str(data_dir), memory_limit]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._owed = 0

    def __enter__(self) -> Collector:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        if error is not None:
            self._process.kill()
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()

    def tell(self, order: str, argument: str = "") -> None:
        """Give an order and do not wait."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{order}\t{argument}\n")
        self._process.stdin.flush()
        self._owed += 1

    def answers(self) -> list[Laps]:
        """Wait until all orders are obeyed; return their laps."""
        assert self._process.stdout is not None
        owed, self._owed = self._owed, 0
        lines = [self._process.stdout.readline() for _ in range(owed)]
        if not all(lines):
            raise RuntimeError("the loading process ended early; its own message stands above")
        return [json.loads(line) for line in lines]

    def ask(self, order: str, argument: str = "") -> Laps:
        """Give an order and return its laps."""
        self.tell(order, argument)
        return self.answers()[-1]


def obey(data_dir: Path, memory_limit: str) -> None:
    """Obey orders from stdin: load a landed run, run a whole night, restate, tell the peak of memory."""
    from tracker import registry
    from tracker.settings import Settings

    settings = Settings(data_dir=data_dir, memory_limit=memory_limit, threads=2)
    curated = registry.load()
    for line in sys.stdin:
        order, _, argument = line.rstrip("\n").partition("\t")
        laps: Laps = {}
        started = time.perf_counter()
        match order:
            case "load":
                with store.open_work(settings) as work:
                    work.load(_landed(Path(argument)))
            case "night":
                before = _written()
                laps = whole_night(settings, curated, _landed(Path(argument)))
                laps["written"] = _written() - before
            case "restate":
                from tracker.pipeline import trace

                with store.open_work(settings) as work:
                    trace(work, curated, restate=True)
                    work.publish()
            case "peak":
                laps["peak_megabytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
        laps["total"] = time.perf_counter() - started
        print(json.dumps(laps), flush=True)


def _written() -> float:
    """Return the megabytes that this process has written to the disk, by the kernel's count."""
    lines = Path("/proc/self/io").read_text(encoding="utf-8").splitlines()
    return int(dict(line.split(": ") for line in lines)["write_bytes"]) / 1e6


def _landed(folder: Path) -> LandedRun:
    return LandedRun(folder, Manifest.from_json((folder / "manifest.json").read_text(encoding="utf-8")))


def whole_night(settings: Any, curated: Any, landed: LandedRun) -> Laps:
    """Do what the nightly job does after the fetch; return the seconds of each stage."""
    from tracker import gates, lineage
    from tracker.landing.parse.facts import night_facts
    from tracker.pipeline import NOTABLE_DOWNLOADS

    laps: Laps = {}
    marks = [time.perf_counter()]

    def lap(name: str) -> None:
        marks.append(time.perf_counter())
        laps[name] = marks[-1] - marks[-2]

    with store.open_work(settings) as work:
        last = work.night_before(landed.manifest)
        gates.judge(night_facts(landed, curated), night_facts(last, curated) if last else None)
        work.missing_candidates(landed, NOTABLE_DOWNLOADS)
        lap("gates")
        work.load(landed)
        lap("load")
        candidates = work.candidates()
        lap("candidates")
        variants = lineage.resolve_all(candidates, curated)
        lap("resolve, all variants")
        work.save_lineage(curated, variants)
        lap("save lineage, roll up")
        work.publish()
        lap("publish")
    return laps


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["--collector", folder, limit]:
            obey(Path(folder), limit)
        case ["--land", folder, models, nights, last_night]:
            last = date.fromisoformat(last_night)
            for day, frame in synthetic_nights(int(models), int(nights), last_night=last):
                land(Path(folder), day, frame)
        case _:
            sys.exit(__doc__)
