"""Flow in the store: each night of a chain against the one before, model by model, and the incidents of its classes.

Only honest readings count. A model whose counter lies below its last honest reading, or that a night lacks, is held at
that reading; the first that is back speaks for all days since. So increases telescope, whatever falls and comes back.

May import: flow, files, sql, store.base, store.record, words.
"""
