"""What stands around a night: whether it is owed, how runs of it ended, and how the folder grows by it.

May import: columns, errors, files, landing, scope, settings, sources, sources.hub_models, store.
"""
