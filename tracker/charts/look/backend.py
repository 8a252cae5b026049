"""matplotlib, loaded whatever MPLBACKEND says; only PNG and PDF need it.

A notebook names its own backend to every process, and matplotlib cannot be imported where that is not installed.
Figures need none: each has a canvas of its own.
"""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path


def load() -> None:
    """Import matplotlib; from then on a plain import gives it."""
    if "matplotlib" in sys.modules:
        return
    named = os.environ.pop("MPLBACKEND", None)
    try:
        import matplotlib as mpl
    finally:
        if named is not None:
            os.environ["MPLBACKEND"] = named
    if not _has_cache():
        os.environ["XDG_CACHE_HOME"] = mpl.get_cachedir()
    if named:
        with contextlib.suppress(ValueError):
            mpl.rcParams["backend"] = named


def _has_cache() -> bool:
    """Return whether this user may keep caches; else fontconfig complains on stderr when matplotlib asks for fonts."""
    place = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")  # noqa: PTH111  # no home is no error
    there = next(each for each in (Path(place), *Path(place).parents) if os.access(each, os.F_OK))
    return not place.startswith("~") and os.access(there, os.W_OK)
