"""Nights of public archives become part of the record: who was there, and counters; the present state stays as it is.

May import: columns, errors, landing, landing.parse, scope, sql, store.base, store.lineage, store.load,
store.record, store.restated.
"""
