"""A copy for an engine that is not duckdb: what it consists of, as text and files.

May import: sql, store.publish.
"""
