"""How long `tracker --help` takes to answer, against an interpreter that does nothing.

python -m tests.bench.bench_start
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from tests.bench.figure import Figure, table

RUNS = 15
LONGEST_MILLISECONDS = 150.0


def figures(scale: float = 1.0) -> list[Figure]:
    """Return the medians of both, in milliseconds; every run is a process of its own."""
    bare = milliseconds([sys.executable, "-c", "pass"])
    answer = milliseconds([str(Path(sys.executable).with_name("tracker")), "--help"])
    name = f"tracker --help, median of {RUNS} runs"
    return [Figure(name, answer, "ms", LONGEST_MILLISECONDS, False, f"python -c pass: {bare:.0f} ms", answer / bare)]


def milliseconds(command: Sequence[str]) -> float:
    """Return the median time of a command, after one run that warms the file cache."""
    return median([_once(command) for _ in range(RUNS + 1)][1:])


def _once(command: Sequence[str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return (time.perf_counter() - began) * 1e3


if __name__ == "__main__":
    print(table(figures()))
