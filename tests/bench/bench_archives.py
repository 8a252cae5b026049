"""Days of an archive as large as the Hub: what fetching, landing and loading one costs.

    python -m tests.bench.bench_archives [MODELS]

Three days of the daily archive are served by a loopback Hub that sends clients on to another origin for files, as the
real one does. They are landed by one process of its own, which then loads them beside a night of ours with the same
models; its CPU is divided by three, the Hub's is not in it. The CPU of starting, some 0.3 s once, is in the first.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from tests.bench.figure import Figure
from tracker.demo import hub_process

NAME = "cfahlgren1/hub-stats"
DAYS = [date(2026, 9, 1) + timedelta(days=at) for at in range(3)]
NEEDED = ("id", "createdAt", "downloads", "downloadsAllTime", "likes")
ROWS = """
    select 'publisher-' || (hash(i) % 90000) || '/' || left(md5(i::varchar), 2 + (hash(i) % 18)::integer) || '-' || i
        as id,
      timestamptz '{newest} 04:00:00+00' - interval (i * 26) second as "createdAt",
      if(hash(i, 1) % 10 < 7, hash(i, 2) % 11, (1e6 / (1 + hash(i, 3) % 100000))::bigint + {at})::integer as downloads,
      if(hash(i, 1) % 10 < 7, hash(i, 2) % 60, (9e6 / (1 + hash(i, 3) % 100000))::bigint + {at})::double
        as "downloadsAllTime",
      if(hash(i, 4) % 20 = 0, hash(i, 5) % 300, 0)::integer as likes,
      md5('a' || i) || md5('b' || i) || md5('c' || i) || md5('d' || i) as "cardData",
      ['region:us', 'license:' || (hash(i, 6) % 40), 'base_model:' || left(md5((i // 9)::varchar), 12)] as tags,
      'text-generation' as pipeline_tag, {{'total': hash(i, 7) % 70000000000}} as safetensors
    from range({youngest}, {models}) t(i)
"""


def figures(scale: float = 1.0) -> list[Figure]:
    """Return the figures of three days of two million models."""
    found = run(int(2_000_000 * scale))
    return [
        Figure("CPU a day of 2 M models, landed and loaded", found["landing"] + found["loading"], "s", 4.0),
        Figure("of it landed: fetched, typed, judged, written", found["landing"], "s"),
        Figure("of it loaded: named, hashed, put into the record", found["loading"], "s"),
        Figure(
            "bytes fetched over those of the columns needed",
            found["fetched"] / found["needed"],
            "times",
            1.1,
            alternative=f"the whole file: {found['whole'] / found['needed']:.1f} times",
            ratio=found["fetched"] / found["whole"],
        ),
        Figure("fetched a day", found["fetched"] / 1e6, "MB"),
        Figure("requests a day", found["requests"], ""),
        Figure("peak memory", found["megabytes"], "MB", 1500),
        Figure("landed counters, a model", found["landed"] / found["models"], "bytes"),
    ]


def run(models: int) -> dict[str, Any]:
    """Return what a day costs: CPU seconds, bytes, requests, peak megabytes."""
    with tempfile.TemporaryDirectory() as folder:
        needed, whole = _write(Path(folder) / "set", models)
        with hub_process(plain=1, datasets={NAME: Path(folder) / "set"}, tier_quota=0, other_origin=True) as hub:
            module = [sys.executable, "-m", "tests.bench.bench_archives"]
            subprocess.run([*module, "own", f"{folder}/set", f"{folder}/data"], check=True)
            command = [*module, "land", hub.endpoint, f"{folder}/data"]
            done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    return {**json.loads(done.stdout), "needed": needed, "whole": whole, "models": models}


def _write(folder: Path, models: int) -> tuple[float, float]:
    """Write the files; return the mean bytes of the columns that are needed, and of a file."""
    import duckdb

    needed, whole = 0, 0
    with duckdb.connect() as connection:
        connection.execute("set threads = 2; set timezone = 'UTC'")
        for at, day in enumerate(DAYS):
            path = folder / str(day) / "models.parquet"
            path.parent.mkdir(parents=True)
            youngest = (DAYS[-1] - day).days * 86_400 // 26  # who came after that day is not in it
            rows = ROWS.format(newest=DAYS[-1], at=at, youngest=youngest, models=models)
            connection.execute(f"copy ({rows}) to '{path}' (format parquet, compression zstd, row_group_size 1000000)")
            sql = "select sum(total_compressed_size) from parquet_metadata($path) where path_in_schema in $needed"
            needed += connection.execute(sql, {"path": str(path), "needed": list(NEEDED)}).fetchone()[0]
            whole += path.stat().st_size
    return needed / len(DAYS), whole / len(DAYS)


def _own(archive: Path, data: Path) -> None:
    """Load a night of ours with the models of the newest file, of the day after it."""
    import polars as pl

    from tests.bench.histories import MEMORY_LIMIT, land
    from tests.store.nights import SCHEMA
    from tracker import store
    from tracker.settings import Settings

    listed = pl.read_parquet(archive / str(DAYS[-1]) / "models.parquet").with_row_index("number")
    said = {
        "hub_id": pl.format("{}{}", pl.lit("6" * 14), pl.col("number").cast(pl.String).str.zfill(10)),
        "model_id": pl.col("id"),
        "created_at": pl.col("createdAt"),
        "downloads_30d": pl.col("downloads").cast(pl.Int64),
        "downloads_all_time": pl.col("downloadsAllTime").cast(pl.Int64),
        "likes": pl.col("likes").cast(pl.Int64),
    }
    rows = listed.select(said.get(name, pl.lit(None)).cast(kind).alias(name) for name, kind in SCHEMA.items())
    with store.open_work(Settings(data_dir=data, memory_limit=MEMORY_LIMIT, threads=2)) as work:
        work.load(land(data, DAYS[-1] + timedelta(days=1), rows))


def _land(endpoint: str, data: Path) -> dict[str, Any]:
    import huggingface_hub.utils  # noqa: F401  what a program imports once is not what a day costs

    from tests.sources.walks import settings_for
    from tracker.backfilling import open_folder
    from tracker.backfilling.running import backfill
    from tracker.backfilling.selection import Span
    from tracker.landing import runs
    from tracker.sources import find_archive, reach

    settings = settings_for(data, endpoint, threads=2, page_deadline_seconds=120.0)
    archive, laps = find_archive("hub_stats"), [time.process_time()]
    done = backfill(reach(settings), archive, Span())
    laps.append(time.process_time())
    assert done.count("landed") == len(DAYS), done.observations
    with open_folder(settings) as folder:
        laps.append(time.process_time())  # the registry is read once
        done = backfill(reach(settings), archive, Span(), folder=folder)
        laps.append(time.process_time())
    assert done.count("loaded") == len(DAYS), done.observations
    landed = [run.manifest for run in runs(data, "hub_stats")]
    return {
        "landing": (laps[1] - laps[0]) / len(DAYS),
        "loading": (laps[3] - laps[2]) / len(DAYS),
        "fetched": sum(each.bytes_fetched for each in landed) / len(DAYS),
        "requests": sum(each.requests for each in landed) / len(DAYS),
        "landed": sum(each.bytes_parquet for each in landed) / len(DAYS),
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


if __name__ == "__main__":
    if sys.argv[1:2] == ["land"]:
        print(json.dumps(_land(sys.argv[2], Path(sys.argv[3]))))
    elif sys.argv[1:2] == ["own"]:
        _own(Path(sys.argv[2]), Path(sys.argv[3]))
    else:
        print(json.dumps(run(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000_000), indent=1))
