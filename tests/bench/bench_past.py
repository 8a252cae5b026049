"""What the past costs: every night published and kept, its bytes a model and night, and how long it is until it opens.

    python -m tests.bench.bench_past MODELS NIGHTS

One night after the other, in one process. Bytes are those on the disk at the end, database files apart; `past` is what
only generations before the newest name. 400 nights of 20,000 models take about an hour.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from tests.bench.histories import History, landed_nights, whole_night
from tracker import registry, store
from tracker.settings import Settings
from tracker.store.base import generations

LAST_NIGHT = date(2026, 11, 27)
FOLDERS = ("snapshots", "history", "descriptions", "rollups", "parts", "pieces", "generations")
SHARE = "select family, sum(credit) / 1e9 as derivatives from lineage where status <> 'root' group by all order by all"


def main(models: int, nights: int) -> None:
    with tempfile.TemporaryDirectory() as place:
        settings = Settings(data_dir=Path(place), memory_limit="2GB", grace_seconds=1.0)
        seconds = []
        for run in landed_nights(settings.data_dir, History(models, nights, nights, LAST_NIGHT)):
            began = time.process_time()
            laps = whole_night(settings, registry.load(), run)
            seconds.append((time.process_time() - began, laps["publish"]))
            print(f"night {len(seconds)}: {seconds[-1][0]:.2f} s of CPU", file=sys.stderr, flush=True)
        tell(settings.data_dir, models * nights, [each for each, _ in seconds])
        questions(settings.data_dir)


def tell(data_dir: Path, model_nights: int, seconds: list[float]) -> None:
    newest = generations.read(data_dir, generations.numbers(data_dir)[-1])
    now = {each["file"] for each in newest.files()}
    print(f"{'folder':<14}{'bytes a model and night':>24}{'of them past':>14}")
    sums = [0.0, 0.0]
    for folder in FOLDERS:
        files = [path for path in (data_dir / folder).rglob("*") if path.is_file()]
        sizes = {path.relative_to(data_dir).as_posix(): path.stat().st_size / model_nights for path in files}
        named = folder != "generations"
        past = sum(size for name, size in sizes.items() if named and name.endswith(".parquet") and name not in now)
        print(f"{folder:<14}{sum(sizes.values()):>24.2f}{past:>14.2f}")
        sums = [sums[0] + sum(sizes.values()), sums[1] + past]
    print(f"{'in all':<14}{sums[0]:>24.2f}{sums[1]:>14.2f}")
    first, last = statistics.median(seconds[1:6]), statistics.median(seconds[-5:])
    print(f"CPU of the last nights over that of the first after the first: {last / first:.2f} ({first:.2f} s)")


def questions(data_dir: Path) -> None:
    known = generations.numbers(data_dir)
    for number in (known[1], known[len(known) // 2]):
        began = time.process_time()
        with store.open_published(data_dir, generation=number) as published:
            opened = time.process_time() - began
            published.query(SHARE)
            asked = time.process_time() - began - opened
        print(f"generation {number}: {opened:.2f} s of CPU until it is open, {asked:.2f} s for shares of families")


main(*map(int, sys.argv[1:]))
