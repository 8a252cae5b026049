"""The site of a large copy: from nothing, the night after over it, and over itself.

The nights that are published are of one week, so that models of note, which follow whole weeks, keep their pages. Each
site is written by a process of its own, as the nightly job does.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

from tests.bench.figure import Figure
from tests.bench.histories import History, make

HISTORY = History(3_500_000, 3, 2, date(2026, 11, 24), beforehand=True)  # Sunday, Monday, Tuesday
MODELS = 5_000
KB = 1_000


def figures(scale: float) -> list[Figure]:
    """Return what the site of 3.5 million models costs."""
    with tempfile.TemporaryDirectory() as place:
        history = History(round(HISTORY.models * scale), *list(vars(HISTORY).values())[1:])
        make(Path(place) / "data", history)
        return measured(Path(place) / "data", Path(place) / "site", f"{history.models / 1e6:g} M models")


def measured(data_dir: Path, root: Path, of: str) -> list[Figure]:
    """Return what sites of a folder's last two generations cost, one written over the other."""
    first, after, again = (_written(data_dir, root, generation) for generation in (1, 2, 2))
    cpu = [f"CPU {each['cpu']:.1f} s" for each in (first, after, again)]
    pages = [path.stat().st_size for path in root.rglob("*.html")]
    night = f"the next night over it, {after['changed']:,} files changed"
    return [
        Figure(f"{of}: a site of {first['files']:,} files from nothing", first["wall"], "s", 240, alternative=cpu[0]),
        Figure("pages of it", len(pages)),
        Figure("its peak memory", first["megabytes"], "MB"),
        Figure(night, after["wall"], "s", 30, alternative=cpu[1]),
        Figure(f"over itself, {again['changed']:,} files changed", again["wall"], "s", alternative=cpu[2]),
        Figure("largest page", max(pages) / KB, "KB", 400),
    ]


def _written(data_dir: Path, root: Path, generation: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.bench.bench_site", str(data_dir), str(root), str(generation)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def write(data_dir: Path, root: Path, generation: int) -> dict[str, float]:
    """Write the site of a generation; return how many files it has and changed, and what that took."""
    from tracker.api import Copy, site
    from tracker.settings import Settings

    began = time.perf_counter()
    with Copy(Settings(data_dir=data_dir), timeout=site.TIMEOUT_SECONDS, generation=generation) as copy:
        written = site.write(copy, root, site.Options("https://example.org/", models=MODELS, pictures=False))
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "files": written.files,
        "changed": written.changed,
        "wall": time.perf_counter() - began,
        "cpu": used.ru_utime + used.ru_stime,
        "megabytes": used.ru_maxrss * 1024 / 1e6,
    }


if __name__ == "__main__":
    print(json.dumps(write(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))))
