"""The machine that figures were taken on."""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any


def describe() -> dict[str, Any]:
    """Return cores, memory, versions, the date and how busy the machine is right now."""
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "cores": os.cpu_count(),
        "processor": _line("/proc/cpuinfo", "model name"),
        "memory_gigabytes": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9, 1),
        "python": platform.python_version(),
        "duckdb": version("duckdb"),
        "polars": version("polars"),
        "numpy": version("numpy"),
        "load": [round(each, 2) for each in os.getloadavg()],
    }


def in_words(machine: dict[str, Any]) -> str:
    """Return the machine in one line."""
    return (
        f"{machine['cores']} cores ({machine['processor']}), {machine['memory_gigabytes']} GB, "
        f"Python {machine['python']}, duckdb {machine['duckdb']}, {machine['date']}, load {machine['load'][0]}"
    )


def _line(file: str, name: str) -> str:
    path = Path(file)
    if not path.exists():
        return platform.processor()
    found = (line for line in path.read_text().splitlines() if line.startswith(name))
    return next(found, ":").partition(":")[2].strip()
