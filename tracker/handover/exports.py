"""What is published, as Parquet files in a folder, or as one DuckDB file."""

from __future__ import annotations

from pathlib import Path

from tracker import store
from tracker.settings import Settings


def left_out(settings: Settings) -> list[str]:
    """Return one sentence for each source whose rows exports leave out, for its use rights forbid more."""
    return store.left_out(settings.data_dir)


def to_folder(settings: Settings, folder: Path) -> list[Path]:
    """Write everything published into a new folder of Parquet files; return what was written."""
    return store.export_parquet(settings.data_dir, folder)


def to_single_file(settings: Settings, path: Path) -> Path:
    """Write everything published, the snapshots included, into one DuckDB file."""
    return store.export_single_file(settings.data_dir, path)
