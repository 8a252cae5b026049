"""Remove a night from the record, and compute again everything that it changed.

May import: errors, landing, lock, night, pipeline, registry, settings, store, words.
"""
