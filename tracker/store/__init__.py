"""The store: the record, the collector's database and the published copy. The only room that imports duckdb.

    landed run ──load──► work.duckdb ──publish──► tracker-<generation>.duckdb ◄── tracker.duckdb (link)
                   └──► snapshots/…/<run_id>.parquet   (the record: immutable, read by every generation)

`open_work` is the collector's door, `open_published` everybody else's.

May import: errors, files, graph, landing, registry, settings, sql, words.
"""

from tracker.store.backup import Backup, back_up, restore
from tracker.store.base.runs import LandedRef
from tracker.store.export import export_parquet, export_single_file, left_out
from tracker.store.load.loading import LoadSummary
from tracker.store.read import Published, SnapshotFacts, open_published
from tracker.store.verify import Problem, verify_record
from tracker.store.vintages.told import SourceAbout, SourceTable
from tracker.store.work import Work, check_endpoint, open_work

__all__ = [
    "Backup",
    "LandedRef",
    "LoadSummary",
    "Problem",
    "Published",
    "SnapshotFacts",
    "SourceAbout",
    "SourceTable",
    "Work",
    "back_up",
    "check_endpoint",
    "export_parquet",
    "export_single_file",
    "left_out",
    "open_published",
    "open_work",
    "restore",
    "verify_record",
]
