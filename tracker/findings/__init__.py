"""Sentences that figures allow: bounds and chance are checked first, and nothing is said if they do not allow it.

Input: frames and numbers. Output: a sentence, empty if there is no finding. Titles are made of these.

May import: nothing.
"""
