"""When things run, and what happens when they fail. What they do is in `tracker`.

May import: errors, health, pages, registry, settings, store.
"""
