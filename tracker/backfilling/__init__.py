"""Backfill: download, judge, land and load nights of public archives; the nightly job has priority.

A run that was interrupted is resumed: what landed stays and is not downloaded again.

May import: errors, files, landing, lock, logs, night, pipeline, registry, settings, sources, store.
"""

from tracker.backfilling.loading import Folder, open_folder

__all__ = ["Folder", "open_folder"]
