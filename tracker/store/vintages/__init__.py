"""Rows of sources that give tables of their own: one immutable file a run, every vintage kept, shown as views.

The store takes names, frames and comments, and knows no single source.

May import: disk, errors, files, landing, sql, store.base, words.
"""
