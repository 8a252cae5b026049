"""Load a landed run into the present state: keys, descriptions, declared parents, events and the record's file.

May import: columns, errors, graph, landing, landing.parse, scope, sql, store.base, store.lineage, store.record,
store.restated, words.
"""
