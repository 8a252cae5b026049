"""A backfill to be killed: loads all landed nights of archives and publishes, saying what it has done."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from tests.backfilling.truth import SOURCES, lives, renames
from tracker import backfilling, landing
from tracker.settings import Settings


def main(data_dir: Path, registry_folder: Path, models: int, pause_seconds: float) -> None:
    settings = Settings(data_dir=data_dir, registry=registry_folder, memory_limit="500MB")
    print("ready", flush=True)
    with backfilling.open_folder(settings, renames(lives(models))) as folder:
        for source in SOURCES:
            done = folder.loaded(source)
            for run in landing.runs(data_dir, source):
                if run.manifest.snapshot_date not in done:
                    folder.load([run])
                    print(f"loaded {source} {run.manifest.snapshot_date}", flush=True)
                    time.sleep(pause_seconds)
        folder.publish()
    print("published", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]))
