"""The floor of the store: migrations of work.duckdb, facts of a data folder, the table of runs, generations' manifests.

May import: columns, disk, errors, files, landing, sql, words.
"""
