"""Backfill: nights of public archives are fetched, judged, landed and loaded, while the nightly job goes first.

A run that was cut off anywhere is gone on with: what landed stays, and is not fetched again.

May import: errors, files, landing, lock, logs, night, pipeline, registry, settings, sources, store.
"""

from tracker.backfilling.loading import Folder, open_folder

__all__ = ["Folder", "open_folder"]
