"""Flow in the store: each night of a chain against the one before, model by model, and the incidents of its classes.

Only honest readings count. A model whose counter is below its last honest reading, or that a night lacks, keeps that
reading; the first reading that is back covers all days since. So increases telescope, whatever falls and returns.

May import: flow, files, sql, store.base, store.record, words.
"""
