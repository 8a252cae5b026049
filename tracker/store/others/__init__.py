"""A copy as others may ask it from outside this machine: like an export, without the rows that may not leave.

May import: errors, sql, sql.foreign, store, store.base, store.publish, store.record, store.vintages.
"""
