"""Raw pages in, typed rows out, one Parquet file a run; what cannot be read is quarantined.

May import: errors, files, gates, landing, sql.
"""

from tracker.landing.parse.parser import PageParser, ParseSummary, parse_pages

__all__ = ["PageParser", "ParseSummary", "parse_pages"]
