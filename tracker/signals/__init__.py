"""Sources beside the Hub's night: one run of each when it is due, and how each of them is.

May import: errors, files, landing, lock, logs, registry, registry.elsewhere, settings, sources, store.
"""
