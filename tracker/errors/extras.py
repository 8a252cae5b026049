"""Packages that only a few need, each set of them an extra: one message where it is not installed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tracker.errors.tree import TrackerError


@contextmanager
def needs(extra: str, *packages: str) -> Iterator[None]:
    """Raise TrackerError, which says how the extra is installed, where what happens inside lacks one of its packages.

    `packages` are the names under which they are imported; what is missing beside them is somebody else's error.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        if missing not in packages:
            raise
        raise TrackerError(
            f"the package {missing} is not installed; run `pip install 'hub-adoption-tracker[{extra}]'`, in a "
            f"checkout `.venv/bin/pip install -r requirements/{extra}.lock`"
        ) from None
