"""The thin layer over duckdb: connections, literals, parameters, and the Arrow stream that results leave through.

May import: disk, errors, table.
"""
