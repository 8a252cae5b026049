"""All benchmarks: every figure with its bar and the obvious alternative.

    python -m tests.bench [--quick] [--only PART ...] [--results FILE]

Each part runs in a process of its own, one after the other, and starts further processes for what is
measured, so that peak memory is what that piece alone took. Figures hold for the machine that is written
beside them; ratios travel better than seconds. The results file keeps the newest run of every part.
"""

from __future__ import annotations

import argparse
import importlib
import json
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.bench import machine
from tests.bench.figure import Figure, table

# part -> (module, what is handed to its `figures` beside the scale)
PARTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "start": ("bench_start", ()),
    "lineage": ("bench_lineage", ()),
    "hub": ("bench_hub", ()),
    "collect": ("bench_collect", ()),
    "archives": ("bench_archives", ()),
    "site": ("bench_site", ()),
    "store/month": ("bench_store", ("month",)),
    "store/small": ("bench_store", ("small",)),
    "store/year": ("bench_store", ("year",)),
    "store/large": ("bench_store", ("large",)),
    "engines": ("bench_engines", ()),
}
QUICK = 0.1


def main() -> None:
    """Run the chosen parts, print their tables, write the results; exit 1 where a bar was missed at full size."""
    given = _options()
    if given.part:
        print(json.dumps([asdict(figure) for figure in _measure(given.part, given.scale)]))
        return
    chosen = [part for part in PARTS if not given.only or any(part.startswith(name) for name in given.only)]
    scale = QUICK if given.quick else 1.0
    missed = [name for part in chosen for name in _run(part, scale, given.results)]
    if missed:
        print(f"\n{len(missed)} missed: " + "; ".join(missed))
    sys.exit(1 if missed and not given.quick else 0)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Measure the tracker against its bars.")
    parser.add_argument("--quick", action="store_true", help="a tenth of the sizes, for a look; bars are not binding")
    parser.add_argument(
        "--only", action="append", metavar="PART", help=f"one of {', '.join(PARTS)}, or the beginning of some"
    )
    parser.add_argument("--results", type=Path, default=Path("bench-results.json"), help="where the JSON goes")
    parser.add_argument("--part", help=argparse.SUPPRESS)
    parser.add_argument("--scale", type=float, default=1.0, help=argparse.SUPPRESS)
    given = parser.parse_args()
    for name in given.only or ():
        if not any(part.startswith(name) for part in PARTS):
            parser.error(f"no part begins with {name!r}; there are {', '.join(PARTS)}")
    return given


def _measure(part: str, scale: float) -> list[Figure]:
    module, arguments = PARTS[part]
    figures: list[Figure] = importlib.import_module(f"tests.bench.{module}").figures(scale, *arguments)
    return figures


def _run(part: str, scale: float, results: Path) -> list[str]:
    """Run one part in a process of its own, print and keep its figures; return the names of the bars it missed."""
    before, began = machine.describe(), time.perf_counter()
    print(f"\n{part}{' (a tenth of the size)' if scale < 1 else ''}: {machine.in_words(before)}", flush=True)
    command = [sys.executable, "-m", "tests.bench", "--part", part, "--scale", str(scale)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
    figures = [Figure(**each) for each in json.loads(done.stdout.splitlines()[-1])]
    print(table(figures), flush=True)
    _keep(results, part, scale, before, time.perf_counter() - began, figures)
    return [f"{part}: {figure.name}" for figure in figures if figure.kept == "MISSED"]


def _keep(
    results: Path, part: str, scale: float, before: dict[str, Any], seconds: float, figures: list[Figure]
) -> None:
    """Write one part into the results, whatever other parts stand there already."""
    parts = json.loads(results.read_text(encoding="utf-8")) if results.exists() else {}
    parts[part] = {
        "machine": {**before, "load_after": machine.describe()["load"]},
        "scale": scale,
        "seconds": round(seconds, 1),
        "figures": [{**asdict(figure), "kept": figure.kept} for figure in figures],
    }
    results.write_text(json.dumps(parts, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
