"""Sources beside the Hub's night: run each one when it is due, and report its state.

May import: errors, files, landing, lock, logs, registry, registry.elsewhere, settings, sources, store.
"""
