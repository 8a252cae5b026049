"""A copy as others may ask it from outside this machine: without the rows that may not leave, as an export is.

May import: errors, sql, sql.foreign, store, store.base, store.publish, store.record, store.vintages.
"""
