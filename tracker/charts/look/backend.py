"""matplotlib, loaded whatever MPLBACKEND says; only PNG and PDF need it.

A notebook names its own backend to every process, and matplotlib cannot be imported where that is not installed.
Figures need none: each has a canvas of its own.
"""

from __future__ import annotations

import contextlib
import os
import sys


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
    if named:
        with contextlib.suppress(ValueError):
            mpl.rcParams["backend"] = named
