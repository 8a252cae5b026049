"""Parse raw pages into typed rows, as Parquet in parts; items that cannot be read are quarantined.

May import: columns, disk, errors, files, gates, landing, sql.
"""

from tracker.landing.parse.parser import PageParser, ParseSummary

__all__ = ["PageParser", "ParseSummary"]
