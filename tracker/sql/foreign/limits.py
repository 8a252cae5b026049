"""What the process that runs SQL of strangers may take, and what it opens."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

LEAST_MEMORY = 160 << 20  # python and duckdb with nothing to do take about 70 MiB
MOST_MEMORY = 1 << 60  # stands for no limit
_UNITS = {name: 1024**power for power, name in enumerate(("bytes", "KiB", "MiB", "GiB", "TiB", "PiB"))}


Stopped = Callable[[], str | None]  # why whoever asked wants no answer any more; None while he does


class Limits(NamedTuple):
    """What one statement may take: seconds, bytes, threads; and how many bytes its rows may come to."""

    seconds: float
    memory: int
    threads: int
    answer: int = MOST_MEMORY


def memory(told: str) -> int:
    """Return the bytes that duckdb means by `5.5 GiB`, as it tells its limit; never fewer than the process needs."""
    number, _, unit = told.partition(" ")
    return min(max(int(float(number) * _UNITS[unit]), LEAST_MEMORY), MOST_MEMORY)


class Opening(NamedTuple):
    """How the process opens a copy: the statements, and the files and folders that it reads."""

    statements: Sequence[str]
    readable: Sequence[Path]
    withheld: Mapping[str, str] = MappingProxyType({})  # names that no statement may hold, each with the reason
    is_laid: bool = False  # what may be read is laid over what may not: no name of a place, and no file
