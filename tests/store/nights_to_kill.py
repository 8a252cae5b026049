"""A collector to be killed: loads, resolves and publishes prepared nights, saying what it has acknowledged."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

from tests.store.nights import small_registry
from tracker import landing, lock, pipeline, store
from tracker.settings import Settings


def main(data_dir: Path, registry_folder: Path, done: set[date]) -> None:
    curated = small_registry(registry_folder)
    settings = Settings(data_dir=data_dir, memory_limit="500MB")
    print("ready", flush=True)
    for run in landing.runs(data_dir):
        day = run.manifest.snapshot_date
        if day in done:
            continue
        with lock.hold(data_dir), store.open_work(settings) as work:
            work.load(run)
            print(f"loaded {day}", flush=True)
            pipeline.trace(work, curated)
            work.publish()
            print(f"published {day}", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), {date.fromisoformat(day) for day in sys.argv[3].split(",") if day})
