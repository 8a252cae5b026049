"""A copy for an engine other than duckdb: its contents as SQL text and files.

May import: sql, store.publish.
"""
