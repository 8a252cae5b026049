"""Restatements: what changed a published figure, from what to what, and why.

    causes       what has changed the state since figures were compared last, in order
    figures      what people quote, as it is now
    said         the same as it was compared last, a table of work.duckdb
    restating    where the two differ, rows of `restatements` with the class and reason of what caused it

A cause of another class lets what those before it changed be settled first, so that each row has one.

May import: landing, sql, store.base, store.flow, store.record, words.
"""
