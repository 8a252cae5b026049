"""What a curator of the registry needs: coverage, what to review next, what is stale, contradicted or moved, edits.

Everything works on a published copy, or on `sample_tables` made from a recorded sample.

Only `pages` uses the network, to open the sources of rows; callers import it when they need it.

May import: curation.licensed, disk, errors, files, lineage, lineage.choose, registry, registry.elsewhere,
registry.terms, sources.outward.
"""

from tracker.curation.addresses import addresses
from tracker.curation.audit import audit
from tracker.curation.coverage import Coverage, coverage, next_organizations, next_roots
from tracker.curation.declared import Declared, of_copy, of_sample
from tracker.curation.edit import KINDS, Added, add, sort
from tracker.curation.moved import moved
from tracker.curation.renames import renames
from tracker.curation.sample_tables import SampleTables, sample_tables
from tracker.curation.samples import read_sample
from tracker.curation.show import Fact, show
from tracker.curation.stale import stale

__all__ = [
    "KINDS",
    "Added",
    "Coverage",
    "Declared",
    "Fact",
    "SampleTables",
    "add",
    "addresses",
    "audit",
    "coverage",
    "moved",
    "next_organizations",
    "next_roots",
    "of_copy",
    "of_sample",
    "read_sample",
    "renames",
    "sample_tables",
    "show",
    "sort",
    "stale",
]
