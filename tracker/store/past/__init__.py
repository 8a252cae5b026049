"""An earlier day: the newest generation of that day or, if there was none yet, the nights up to it.

May import: errors, files, flow, sql, store.base, store.publish, store.record, store.vintages.
"""
