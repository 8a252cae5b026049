"""Raw pages in, typed rows out, Parquet in parts; what cannot be read is quarantined.

May import: columns, disk, errors, files, gates, landing, sql.
"""

from tracker.landing.parse.parser import PageParser, ParseSummary

__all__ = ["PageParser", "ParseSummary"]
