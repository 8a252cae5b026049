"""Load nights of public archives into the record: models seen and counters; the present state does not change.

May import: columns, errors, files, landing, landing.parse, scope, sql, store.base, store.lineage, store.load,
store.record, store.restated.
"""
