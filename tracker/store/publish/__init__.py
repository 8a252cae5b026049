"""The published copy: built from work.duckdb and the record's files, swapped in, exported.

May import: columns, disk, errors, files, graph, landing, sql, store.base, store.delta, store.flow, store.lineage,
store.record, store.restated, store.vintages, words.
"""
