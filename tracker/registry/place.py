"""Where the registry is read from: the folder that a setting names, else the one that ships with the package."""

from __future__ import annotations

import os
from pathlib import Path

import tracker

PACKAGED = "_registry"  # its name inside an installed wheel


def default_directory() -> Path:
    """Return the registry that ships with the package: inside an installed wheel, else data/registry beside it."""
    package = Path(tracker.__file__).parent
    packaged = package / PACKAGED
    return packaged if packaged.is_dir() else package.parent / "data" / "registry"


def is_there(directory: Path | str | None) -> bool:
    """Return whether there is a folder of that name that may be read; what is in it may be wrong."""
    return os.access(chosen(directory), os.R_OK | os.X_OK) and chosen(directory).is_dir()


def chosen(directory: Path | str | None) -> Path:
    """Return the folder that is named, else the one that ships with the package."""
    return default_directory() if directory is None else Path(directory)
