"""The look of every figure: caption, fonts, colours, labels that do not overlap, files that are the same bytes."""

import contextlib
import os
import sys


def _load_matplotlib() -> None:
    """Import matplotlib, whatever MPLBACKEND says.

    A notebook names its own backend to every process, and matplotlib cannot be imported where that is not installed.
    Figures need none: each has a canvas of its own.
    """
    named = os.environ.pop("MPLBACKEND", None)
    try:
        import matplotlib as mpl
    finally:
        if named is not None:
            os.environ["MPLBACKEND"] = named
    if named:
        with contextlib.suppress(ValueError):
            mpl.rcParams["backend"] = named


if "matplotlib" not in sys.modules:
    _load_matplotlib()
