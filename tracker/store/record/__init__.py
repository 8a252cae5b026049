"""The record: immutable files of nights, months and rollups, and all that keeps them whole.

May import: columns, disk, errors, files, sql, store.base, settings.
"""
