"""The floor of the store: migrations of work.duckdb, facts of a data folder, the table of runs, generations' manifests.

May import: columns, disk, errors, files, landing, sql, words.
"""

LINK = "tracker.duckdb"  # in a data folder: leads to the published copy
