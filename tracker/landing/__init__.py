"""What runs brought home: raw pages, journals and manifests on the disk, later one Parquet file each.

May import: errors.
"""

from tracker.landing.run import (
    DEMO_HEADER,
    LandedRun,
    Manifest,
    PageLine,
    Status,
    Sums,
    Walk,
    page_name,
    prune,
    read_journal,
    run_id,
    runs,
    writing,
)

__all__ = [
    "DEMO_HEADER",
    "LandedRun",
    "Manifest",
    "PageLine",
    "Status",
    "Sums",
    "Walk",
    "page_name",
    "prune",
    "read_journal",
    "run_id",
    "runs",
    "writing",
]
