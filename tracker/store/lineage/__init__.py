"""Lineage as tables: what is declared goes out as arrays, what was resolved comes back as rows.

May import: errors, files, graph, registry, registry.elsewhere, registry.terms, sql, store.base,
store.restated, words.
"""
