"""What `tracker --help` takes to answer, against an interpreter that does nothing, and a question against its SQL.

python -m tests.bench.bench_start

A question is asked of the planted copy, whose SQL takes next to nothing: what is left is the cost of asking. CPU
seconds are those of the process and of those that it starts.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

from tests import planted
from tests.bench.figure import Figure, table

RUNS = 15
LONGEST_MILLISECONDS = 150.0
MOST_TIMES_AN_INTERPRETER = 4.5
MOST_CPU_SECONDS = 0.35
TRACKER = str(Path(sys.executable).with_name("tracker"))
QUESTIONS = {
    "share": ("share",),
    "top": ("top",),
    "trend": ("trend",),
    "lineage": ("lineage", "Qwen/Qwen3-8B"),
    "sql": ("sql", "select count(*) as models from models"),
}
PLAIN = "import sys, duckdb; print(duckdb.connect(sys.argv[1], read_only=True).sql(sys.argv[2]).fetchall())"


def figures(scale: float = 1.0) -> list[Figure]:
    """Return medians; every run is a process of its own."""
    idle = [sys.executable, "-c", "pass"]
    bare, answer = milliseconds(idle), milliseconds([TRACKER, "--help"])
    name = f"tracker --help, median of {RUNS} runs"
    alone, help_cpu = cpu_seconds(idle), cpu_seconds([TRACKER, "--help"])
    return [
        Figure(name, answer, "ms", LONGEST_MILLISECONDS, False, f"python -c pass: {bare:.0f} ms", answer / bare),
        Figure("its CPU over that of python -c pass", help_cpu / alone, "", MOST_TIMES_AN_INTERPRETER, False),
        *(_question(name, arguments) for name, arguments in QUESTIONS.items()),
    ]


def _question(name: str, arguments: Sequence[str]) -> Figure:
    """Return the CPU of a question, against its SQL alone on the package around duckdb."""
    copy = planted.folder()
    command = [TRACKER, *arguments, "--data-dir", str(copy)]
    said = json.loads(subprocess.run([*command, "--json"], check=True, capture_output=True).stdout)
    took = cpu_seconds(command)
    plain = cpu_seconds([sys.executable, "-c", PLAIN, str(copy / "tracker.duckdb"), said["sql"]])
    told = f"its SQL in a Python with duckdb: {plain:.3f} s"
    return Figure(f"tracker {name}, CPU", took, "s", MOST_CPU_SECONDS, False, told, took / plain)


def milliseconds(command: Sequence[str]) -> float:
    """Return the median time of a command, after one run that warms the file cache."""
    return _median(command, time.perf_counter) * 1e3


def cpu_seconds(command: Sequence[str]) -> float:
    """Return the median CPU time of a command and of what it starts, its own and the system's for it."""
    return _median(command, _of_children)


def _of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _median(command: Sequence[str], clock: Callable[[], float]) -> float:
    return median([_once(command, clock) for _ in range(RUNS + 1)][1:])


def _once(command: Sequence[str], clock: Callable[[], float]) -> float:
    began = clock()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return clock() - began


if __name__ == "__main__":
    print(table(figures()))
