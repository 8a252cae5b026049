"""How far names of other sources than the Hub reach: to a maker, a country, a family, a word on weights.

May import: curation, disk, errors, registry, registry.elsewhere.
"""

from tracker.curation.elsewhere.reach import coverage_of, read, rows_of, unattributed

__all__ = ["coverage_of", "read", "rows_of", "unattributed"]
