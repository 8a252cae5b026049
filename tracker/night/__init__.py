"""Around a night: whether it is owed, how runs ended, which registry it is read with, what it adds.

May import: answers, columns, disk, errors, files, landing, lock, registry, scope, settings, sources,
sources.hub_models, store, words.
"""
