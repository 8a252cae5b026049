"""An earlier day: the generation that said what was said on it, or, before there was one, the nights up to it.

May import: errors, files, flow, sql, store.base, store.publish, store.record, store.vintages.
"""
