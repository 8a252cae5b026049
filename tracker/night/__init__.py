"""Around a night: whether it is due, how runs ended, the registry that it is read with, what it adds.

May import: answers, columns, disk, errors, files, landing, lock, registry, scope, settings, sources,
sources.hub_models, store, words.
"""
