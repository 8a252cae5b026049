"""Rebuild the collector's state from the record, as if some nights had never been loaded.

May import: errors, landing, landing.parse, scope, sql, store.base, store.lineage, store.load, store.load.archived,
store.record, store.restated, words.
"""
