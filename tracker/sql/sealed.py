"""The seal of a copy: its files may be read, all else outside the database is forbidden, and that is locked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tracker.sql.connect import literal, literally


def statements(allowed: Sequence[Path]) -> list[str]:
    """Return the statements that seal a connection, in their order; these folders may be read."""
    folders = [f"{place}/" for folder in allowed for place in dict.fromkeys((str(folder), literally(str(folder))))]
    return [
        f"set allowed_directories = {literal(folders)}",
        "set enable_external_access = false",
        "set lock_configuration = true",
    ]
