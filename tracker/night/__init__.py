"""What stands around a night: is it owed, how did runs end, which registry is it read with, what does it add.

May import: answers, columns, disk, errors, files, landing, lock, registry, scope, settings, sources,
sources.hub_models, store, words.
"""
