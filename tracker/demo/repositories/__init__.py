"""Repositories of data sets that are written through the loopback Hub: commits, tags and large objects, until it ends.

Input: operations of a commit. Output: every state there ever was, by branch, tag or hash.
"""
