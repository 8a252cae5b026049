"""The floor of the store: migrations of work.duckdb, the facts of a data folder, and the table of runs.

May import: errors, files, landing, sql, words.
"""
