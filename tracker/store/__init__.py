"""The store: the record, the collector's database and the published copy. The only room that imports duckdb.

    landed run ──load──► work.duckdb ──publish──► tracker-<generation>.duckdb ◄── tracker.duckdb (link)
                   └──► snapshots/…/<run_id>.parquet   (the record: immutable, read by every generation)

`open_work` is the collector's door, `open_published` everybody else's, also to what was published on an earlier day
(`generation_of_day`).

May import: disk, errors, files, flow, graph, landing, registry, settings, sql, sql.foreign, table, words.
"""

from typing import TYPE_CHECKING

from tracker import later

if TYPE_CHECKING:
    from tracker.store.alike import Alike, export_alike
    from tracker.store.anew.order import RecordedRun
    from tracker.store.backup import Backup, back_up, restore
    from tracker.store.base.generations import generation_of_day, manifests, nights_of
    from tracker.store.base.kept_registry import registries
    from tracker.store.base.remarks import Remark
    from tracker.store.base.runs import LandedRef
    from tracker.store.export import export_parquet, export_single_file, left_out
    from tracker.store.forget import open_without, recorded_runs
    from tracker.store.load.archived.asked import COUNTERS
    from tracker.store.load.archived.backfilled import Backfilled
    from tracker.store.load.archived.described import Undescribed
    from tracker.store.load.archived.other_names import OtherNames, Rename
    from tracker.store.load.loading import LoadSummary
    from tracker.store.places import copy_bytes, published_name, require_places
    from tracker.store.read import Published, SnapshotFacts, open_published
    from tracker.store.verify import Problem, purged, purged_ids, verify_record
    from tracker.store.vintages.saved import held
    from tracker.store.vintages.told import SourceAbout, SourceTable
    from tracker.store.watched import WatchMatch
    from tracker.store.work import Work, check_endpoint, open_work

__all__ = [
    "COUNTERS",
    "Alike",
    "Backfilled",
    "Backup",
    "LandedRef",
    "LoadSummary",
    "OtherNames",
    "Problem",
    "Published",
    "RecordedRun",
    "Remark",
    "Rename",
    "SnapshotFacts",
    "SourceAbout",
    "SourceTable",
    "Undescribed",
    "WatchMatch",
    "Work",
    "back_up",
    "check_endpoint",
    "copy_bytes",
    "export_alike",
    "export_parquet",
    "export_single_file",
    "generation_of_day",
    "held",
    "left_out",
    "manifests",
    "nights_of",
    "open_published",
    "open_without",
    "open_work",
    "published_name",
    "purged",
    "purged_ids",
    "recorded_runs",
    "registries",
    "require_places",
    "restore",
    "verify_record",
]

if not TYPE_CHECKING:
    __getattr__ = later(
        __name__,
        {
            "tracker.store.alike": "Alike export_alike",
            "tracker.store.anew.order": "RecordedRun",
            "tracker.store.backup": "Backup back_up restore",
            "tracker.store.base.generations": "generation_of_day manifests nights_of",
            "tracker.store.base.kept_registry": "registries",
            "tracker.store.base.remarks": "Remark",
            "tracker.store.base.runs": "LandedRef",
            "tracker.store.export": "export_parquet export_single_file left_out",
            "tracker.store.forget": "open_without recorded_runs",
            "tracker.store.load.archived.asked": "COUNTERS",
            "tracker.store.load.archived.backfilled": "Backfilled",
            "tracker.store.load.archived.described": "Undescribed",
            "tracker.store.load.loading": "LoadSummary",
            "tracker.store.load.archived.other_names": "OtherNames Rename",
            "tracker.store.places": "copy_bytes published_name require_places",
            "tracker.store.read": "Published SnapshotFacts open_published",
            "tracker.store.verify": "Problem purged purged_ids verify_record",
            "tracker.store.vintages.saved": "held",
            "tracker.store.vintages.told": "SourceAbout SourceTable",
            "tracker.store.watched": "WatchMatch",
            "tracker.store.work": "Work check_endpoint open_work",
        },
    )
