"""A night is taken out of the record, and what it changed is made anew.

May import: errors, landing, lock, night, pipeline, registry, settings, store, words.
"""
