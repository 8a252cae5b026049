"""The store on generated histories: what a night costs, what the record weighs, how fast questions are answered.

    python -m tests.bench.bench_store [MODELS] [NIGHTS]

The synthetic ecosystem is made in this process; nights are loaded, resolved and published in another one,
whose memory is measured. Ratios are against the obvious alternative on the same rows.
"""

from __future__ import annotations

import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import polars as pl

from tracker import store
from tracker.demo.history import synthetic_nights
from tracker.landing import LandedRun, Manifest
from tracker.store import connect

LAST_NIGHT = date(2026, 11, 22)
MEMORY_LIMIT = "6GB"
REPEATS = 5


def run(models: int, nights: int, last_night: date = LAST_NIGHT) -> dict[str, Any]:
    """Return all figures of one size."""
    with tempfile.TemporaryDirectory(prefix="tracker-bench-") as folder:
        data_dir = Path(folder) / "data"
        with collector(data_dir) as ask:
            laps = [ask("night", str(run.folder)) for run in landed_nights(data_dir, models, nights, last_night)]
            again = ask("night", str(newest_run(data_dir).folder))
            restated = ask("restate", "")
            peak = ask("peak", "")["peak_megabytes"]
        return {
            "models": models,
            "nights": nights,
            **night_figures(laps),
            "rerun_seconds": again["total"],
            "restate_seconds_a_night": restated["restated"] / nights,
            "peak_megabytes": peak,
            **record_figures(data_dir),
            **question_figures(data_dir),
        }


def night_figures(laps: list[dict[str, float]]) -> dict[str, Any]:
    """Return seconds a night and stage: the first, the tenth, the last, and the ratio of the last to the tenth."""
    tenth = median(lap["total"] for lap in laps[max(0, min(9, len(laps) - 3) - 2) : 12][-5:])
    last = median(lap["total"] for lap in laps[-5:])
    return {
        "first_night_seconds": laps[0]["total"],
        "tenth_night_seconds": tenth,
        "last_night_seconds": last,
        "last_to_tenth": last / tenth,
        "slowest_later_night_seconds": max(lap["total"] for lap in laps[1:] or laps),
        "stages_of_last_night": laps[-1],
    }


def record_figures(data_dir: Path) -> dict[str, Any]:
    """Return bytes per model and night of the record, and of a plain table of the same rows in key order."""
    with store.open_published(data_dir) as published:
        weights = published.query(
            "select month is not null as closed, sum(bytes)::double / sum(models) as bytes from record_files group by 1"
        )
        newest = published.query("select max(snapshot_date) as d from nights").item()
    by_kind = dict(weights.rows())
    naive = naive_bytes(data_dir, newest)
    return {
        "bytes_a_model_night": by_kind[False],
        "bytes_a_model_night_closed_month": by_kind.get(True),
        "bytes_naive_table": naive,
        "ratio_to_naive_table": by_kind[False] / naive,
        "published_megabytes": (data_dir / "tracker.duckdb").resolve().stat().st_size / 1e6,
        "work_megabytes": (data_dir / "work.duckdb").stat().st_size / 1e6,
    }


def naive_bytes(data_dir: Path, day: date) -> float:
    """Return bytes a row of one night as a DuckDB table ordered by key."""
    connection = connect.instance(MEMORY_LIMIT)
    path = data_dir / "naive.duckdb"
    connect.attach(connection, path, "naive")
    night = f"read_parquet('{data_dir}/snapshots/snapshot_date={day}/*.parquet', hive_partitioning = true)"
    columns = "snapshot_date, model_key, downloads_30d, downloads_all_time, likes"
    connection.execute(f"create table snapshots as select {columns} from {night} order by model_key")
    connection.execute("checkpoint naive")
    count = connect.value(connection, "select count(*) from snapshots")
    connection.execute("use memory")
    connection.execute("detach naive")
    connection.close()
    size = path.stat().st_size
    path.unlink()
    return size / float(count)


QUESTIONS = {
    "as_of": "select count(*), sum(downloads_30d) from counters_as_of($middle)",
    "as_of_with_names": "select max(model_id), sum(downloads_30d) from models_as_of($middle)",
    "movers": "select model_id, downloads_30d_change from movers($before, $last) order by 2 desc, 1 limit 20",
    "one_model": "select snapshot_date, downloads_30d from model_history($model)",
    "monthly_share": """
        select created_month, family, sum(weight) from lineage where status <> 'root' group by all order by all
    """,
    "family_trend": "select snapshot_date, family, downloads_30d from downloads_by_family order by all",
    "family_trend_from_record": """
        select c.snapshot_date, l.family, sum(l.weight * c.downloads_30d) as downloads_30d
        from history as c join lineage_rows as l on l.model_key = c.model_key
        group by all order by all
    """,
}


def question_figures(data_dir: Path) -> dict[str, Any]:
    """Return the median seconds of each question on a sealed connection, and trend against record."""
    with store.open_published(data_dir, memory_limit=MEMORY_LIMIT, timeout_seconds=600) as published:
        days = published.query("select snapshot_date from nights order by 1")["snapshot_date"].to_list()
        parameters = {
            "middle": days[len(days) // 2],
            "before": days[max(0, len(days) - 31)],
            "last": days[-1],
            "model": published.query("select model_id from latest order by downloads_30d desc limit 1").item(),
        }
        seconds = {}
        for name, sql in QUESTIONS.items():
            used = {key: each for key, each in parameters.items() if f"${key}" in sql}
            repeats = 1 if name == "family_trend_from_record" else REPEATS
            seconds[f"{name}_seconds"] = median(timed(lambda: published.query(sql, used)) for _ in range(repeats))  # noqa: B023
        rollup, record = (published.query(QUESTIONS[name]) for name in ("family_trend", "family_trend_from_record"))
    off = rollup.join(record, on=["snapshot_date", "family"], how="full").select(
        ((pl.col("downloads_30d") - pl.col("downloads_30d_right")).abs() / pl.col("downloads_30d").clip(1)).max()
    )
    return {
        **seconds,
        "trend_ratio": seconds["family_trend_from_record_seconds"] / seconds["family_trend_seconds"],
        "trend_largest_relative_difference": off.item(),
        "trend_rows": (len(rollup), len(record)),
    }


def timed(do: Callable[[], object]) -> float:
    """Return how many seconds something takes."""
    started = time.perf_counter()
    do()
    return time.perf_counter() - started


def landed_nights(data_dir: Path, models: int, nights: int, last_night: date) -> Iterator[LandedRun]:
    """Yield synthetic nights as landed runs; the one before is deleted when the next is asked for."""
    for day, frame in synthetic_nights(models, nights, last_night=last_night):
        run = land(data_dir, day, frame)
        yield run
        if day != last_night:
            shutil.rmtree(run.folder)


def land(data_dir: Path, day: date, frame: pl.DataFrame) -> LandedRun:
    """Write one night as the collector leaves it."""
    started = datetime(day.year, day.month, day.day, 10, 23, tzinfo=UTC)
    run_id = f"{started:%Y%m%dT%H%M%SZ}-00beef"
    folder = data_dir / "landing" / "hub_models" / day.isoformat() / run_id
    folder.mkdir(parents=True)
    frame.write_parquet(folder / "models.parquet", compression="lz4")
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


def newest_run(data_dir: Path) -> LandedRun:
    """Return the run whose landing is still there."""
    from tracker import landing

    return landing.runs(data_dir)[-1]


@contextmanager
def collector(data_dir: Path) -> Iterator[Callable[[str, str], dict[str, float]]]:
    """Start the process that loads; hand out a function that gives it one order and returns its laps."""
    command = [sys.executable, "-m", "tests.bench.bench_store", "--collector", str(data_dir)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None

        def ask(order: str, argument: str) -> dict[str, float]:
            process.stdin.write(f"{order}\t{argument}\n")
            process.stdin.flush()
            answer: dict[str, float] = json.loads(process.stdout.readline())
            return answer

        yield ask
        process.stdin.close()


def collect(data_dir: Path) -> None:
    """Obey orders from stdin: load, resolve and publish a landed run, restate, tell the peak of memory."""
    from tracker import registry
    from tracker.settings import Settings

    settings = Settings(data_dir=data_dir, memory_limit=MEMORY_LIMIT, threads=2)
    curated = registry.load()
    for line in sys.stdin:
        order, _, argument = line.rstrip("\n").partition("\t")
        laps: dict[str, float] = {}
        started = time.perf_counter()
        if order == "night":
            laps = load_night(settings, curated, Path(argument))
        elif order == "restate":
            with store.open_work(settings) as work:
                work.restate(curated)
                laps["restated"] = time.perf_counter() - started
                work.publish()
        laps["total"] = time.perf_counter() - started
        laps["peak_megabytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps(laps), flush=True)


def load_night(settings: Any, curated: Any, folder: Path) -> dict[str, float]:
    """Load, resolve and publish one run; return the seconds of each stage."""
    from tracker import lineage

    manifest = Manifest.from_json((folder / "manifest.json").read_text(encoding="utf-8"))
    laps = {}
    marks = [time.perf_counter()]

    def lap(name: str) -> None:
        marks.append(time.perf_counter())
        laps[name] = marks[-1] - marks[-2]

    with store.open_work(settings) as work:
        lap("open")
        work.load(LandedRun(folder, manifest))
        lap("load")
        candidates = work.candidates()
        lap("candidates")
        variants = {name: lineage.resolve(lineage.choose(candidates, curated, name)) for name in lineage.VARIANTS}
        lap("resolve")
        work.save_lineage(curated, variants)
        lap("save_lineage")
        work.publish()
        lap("publish")
    lap("close")
    return laps


def main() -> None:
    """Run one size and print its figures as JSON."""
    if sys.argv[1:2] == ["--collector"]:
        collect(Path(sys.argv[2]))
        return
    models, nights = (int(each) for each in [*sys.argv[1:3], "100000", "5"][:2])
    print(json.dumps(run(models, nights), indent=1))


if __name__ == "__main__":
    main()
