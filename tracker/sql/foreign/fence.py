"""A fence around the lean process, where the kernel has one (Landlock, Linux 5.13): it may read the copy, nothing else.

It may write nothing, and open no TCP connection (since Linux 6.7), nor send a signal to others (6.12). What duckdb
refuses anyway is refused once more by the kernel, should duckdb be wrong. It holds this thread and those that it
starts later, so it stands before duckdb has any. Runs in the lean process.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import struct
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

_CREATE, _ADD_RULE, _RESTRICT = 444, 445, 446  # the same on every architecture
_VERSION, _PATH_BENEATH = 1, 1
_READ_FILE, _READ_DIR = 1 << 2, 1 << 3
_WILDCARDS = "*?["  # what duckdb takes for a pattern in a path
# kernels know more and more kinds of access: how many bits, from which version of Landlock on
_OF_FILES = ((1, 13), (2, 14), (3, 15), (5, 16))
_OF_NETWORK = ((4, 2),)
_OF_OTHERS = ((6, 2),)


def fence(readable: Sequence[str]) -> None:
    """Leave these files and folders to be read, if the kernel can do that."""
    if sys.platform != "linux":
        return
    call = ctypes.CDLL(None, use_errno=True).syscall
    version = call(_CREATE, None, ctypes.c_size_t(0), ctypes.c_uint(_VERSION))
    if version < 1:
        return
    handled = struct.pack("<QQQ", *(_bits(kinds, version) for kinds in (_OF_FILES, _OF_NETWORK, _OF_OTHERS)))
    size = 8 if version < 4 else 16 if version < 6 else 24
    rules = call(_CREATE, handled, ctypes.c_size_t(size), ctypes.c_uint(0))
    if rules < 0:
        return
    for place in (*_places(readable), str(Path(os.__file__).parent)):  # duckdb imports what types of Python it meets
        _allow(call, rules, place, _READ_FILE | _READ_DIR)
    for place in filter(None, map(_searched, readable)):
        _allow(call, rules, place, _READ_DIR)
    call(_RESTRICT, rules, ctypes.c_uint(0))
    os.close(rules)


def _bits(kinds: Sequence[tuple[int, int]], version: int) -> int:
    return (1 << max((count for since, count in kinds if since <= version), default=0)) - 1


def _places(readable: Sequence[str]) -> Iterator[str]:
    """Yield what may be read, and where links in these folders lead: an older month may stand on another disk."""
    for place in readable:
        yield place
        with contextlib.suppress(OSError):  # a file, or nothing that can be listed
            yield from (entry.path for entry in os.scandir(place) if entry.is_symlink())


def _searched(place: str) -> str | None:
    """Return the folder where duckdb looks for a place with `*`, `?` or `[` in its path; it may list that, not read."""
    odd = [part for part in Path(place).parts if any(char in part for char in _WILDCARDS)]
    return place[: place.index(f"/{odd[0]}") + 1] if odd else None


def _allow(call: ctypes._NamedFuncPointer, rules: int, place: str, access: int) -> None:
    try:
        opened = os.open(place, os.O_PATH | os.O_CLOEXEC)
    except OSError:  # it is not there, so nobody reads it
        return
    if not Path(place).is_dir():
        access &= ~_READ_DIR
    call(_ADD_RULE, rules, ctypes.c_int(_PATH_BENEATH), struct.pack("<Qi", access, opened), ctypes.c_uint(0))
    os.close(opened)
