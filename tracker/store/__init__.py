"""The store: the record, the collector's database and the published copy. The only room that imports duckdb.

    landed run ──load──► work.duckdb ──publish──► tracker-<generation>.duckdb ◄── tracker.duckdb (link)
                   └──► snapshots/…/<run_id>.parquet   (the record: immutable, read by every generation)

`open_work` is the collector's door, `open_published` everybody else's.

May import: disk, errors, files, graph, landing, registry, settings, sql, sql.foreign, table, words.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from tracker.store.read import Published, SnapshotFacts, open_published

if TYPE_CHECKING:
    from tracker.store.anew.order import RecordedRun
    from tracker.store.backup import Backup, back_up, restore
    from tracker.store.base.generations import nights_of
    from tracker.store.base.remarks import Remark
    from tracker.store.base.runs import LandedRef
    from tracker.store.export import export_parquet, export_single_file, left_out
    from tracker.store.forget import open_without, recorded_runs
    from tracker.store.load.loading import LoadSummary
    from tracker.store.places import copy_bytes, require_places
    from tracker.store.verify import Problem, verify_record
    from tracker.store.vintages.told import SourceAbout, SourceTable
    from tracker.store.work import Work, check_endpoint, open_work

# what a question to a copy does not need is imported when it is first asked for
_LATER = {
    "Backup": "backup",
    "LandedRef": "base.runs",
    "LoadSummary": "load.loading",
    "Problem": "verify",
    "RecordedRun": "anew.order",
    "Remark": "base.remarks",
    "SourceAbout": "vintages.told",
    "SourceTable": "vintages.told",
    "Work": "work",
    "back_up": "backup",
    "check_endpoint": "work",
    "export_parquet": "export",
    "export_single_file": "export",
    "left_out": "export",
    "nights_of": "base.generations",
    "open_without": "forget",
    "open_work": "work",
    "recorded_runs": "forget",
    "copy_bytes": "places",
    "require_places": "places",
    "restore": "backup",
    "verify_record": "verify",
}

__all__ = [
    "Backup",
    "LandedRef",
    "LoadSummary",
    "Problem",
    "Published",
    "RecordedRun",
    "Remark",
    "SnapshotFacts",
    "SourceAbout",
    "SourceTable",
    "Work",
    "back_up",
    "check_endpoint",
    "copy_bytes",
    "export_parquet",
    "export_single_file",
    "left_out",
    "nights_of",
    "open_published",
    "open_without",
    "open_work",
    "recorded_runs",
    "require_places",
    "restore",
    "verify_record",
]

if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        if name not in _LATER:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
