"""Coverage of names from other sources: which have a maker, a country, a family, a statement on weights.

May import: curation, disk, errors, registry, registry.elsewhere.
"""

from tracker.curation.elsewhere.reach import coverage_of, read, rows_of, unattributed

__all__ = ["coverage_of", "read", "rows_of", "unattributed"]
