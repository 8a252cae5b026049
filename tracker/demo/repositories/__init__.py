"""Repositories of data sets that are written through the loopback Hub: commits, tags and large objects, until it ends.

In come operations of a commit, out goes each state that there ever was, by branch, tag or hash.
"""
