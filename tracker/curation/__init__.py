"""What a curator of the registry needs: how much is covered, what to review next, what has gone stale, what is known.

Everything works on a published copy, or on `sample_tables` made from a recorded sample.

May import: disk, errors, lineage, lineage.choose, registry.
"""

from tracker.curation.coverage import Coverage, coverage, next_organizations, next_roots
from tracker.curation.sample_tables import SampleTables, sample_tables
from tracker.curation.samples import read_sample
from tracker.curation.show import Fact, show
from tracker.curation.stale import stale

__all__ = [
    "Coverage",
    "Fact",
    "SampleTables",
    "coverage",
    "next_organizations",
    "next_roots",
    "read_sample",
    "sample_tables",
    "show",
    "stale",
]
