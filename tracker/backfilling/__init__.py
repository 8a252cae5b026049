"""Backfill: nights of public archives go into the record, while the nightly job goes first.

May import: landing, lock, night, pipeline, registry, settings, store.
"""

from tracker.backfilling.loading import Folder, open_folder

__all__ = ["Folder", "open_folder"]
