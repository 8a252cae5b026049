"""What is published, as Parquet files in a folder, or as one DuckDB file."""

from __future__ import annotations

from pathlib import Path

from tracker import store
from tracker.handover import tree
from tracker.settings import Settings

ABOUT = "about.parquet"


def left_out(settings: Settings) -> list[str]:
    """Return one sentence for each source whose rows exports leave out, for its use rights forbid more."""
    return store.left_out(settings.data_dir)


def to_folder(settings: Settings, folder: Path) -> list[Path]:
    """Write everything published as Parquet files into a folder; return these files.

    `folder` is new or holds an export, whose place the new one takes in one step: files that did not change are
    carried, and whatever else stands there stays. Raises SettingsError for a folder with something else in it.
    """
    with tree.anew(folder, "the export", known_by=(ABOUT, tree.SUMS), option="--to") as of_folder:
        written = store.export_parquet(
            settings.data_dir, of_folder.new, memory_limit=settings.memory_limit, bring=of_folder.bring
        )
    return [of_folder.before / path.relative_to(of_folder.new) for path in written]


def to_single_file(settings: Settings, path: Path) -> Path:
    """Write everything published, the snapshots included, into one DuckDB file."""
    return store.export_single_file(settings.data_dir, path)
