"""Out of the folder: what others read without us.

May import: disk, errors, files, settings, store, words.
"""
