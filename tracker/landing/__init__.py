"""What runs brought home: raw pages, a journal and a manifest on the disk, later the typed rows beside them.

    <data_dir>/landing/<source>/<YYYY-MM-DD>/<run_id>/
        pages/00001.json.gz    one answer each, as the Hub compressed it
        journal.jsonl          one line a page, written after the page and before the next request
        manifest.json          what was asked, how it ended, the counts
        models.parquet         the typed rows, one a model
        quarantine.jsonl       records, or single values of records, that could not be used

A landed run is never changed again. A walk that was cut off is continued from its journal.

May import: errors, files, words.
"""

from tracker.landing.journal import PageLine, Sums, page_name, read_journal
from tracker.landing.manifest import DEMO_HEADER, Manifest, run_id
from tracker.landing.runs import LandedRun, prune, runs
from tracker.landing.walk import Walk, writing

__all__ = [
    "DEMO_HEADER",
    "LandedRun",
    "Manifest",
    "PageLine",
    "Sums",
    "Walk",
    "page_name",
    "prune",
    "read_journal",
    "run_id",
    "runs",
    "writing",
]
