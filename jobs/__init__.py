"""Jobs: when things run, and what happens when they fail. What they do is in `tracker`.

May import: api, errors, logs, notify, settings, sources.outward, words.
"""
