"""Hand over: files that others read without the tracker.

May import: disk, errors, files, settings, store, words.
"""
