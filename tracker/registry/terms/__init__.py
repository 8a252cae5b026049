"""Licences: the two files of them, what holds for a name on a day, and what a row and the Hub's tag decide together.

May import: registry, words.
"""

from tracker.registry.terms.licensing import NO_TERMS, Licensed, Licensing
from tracker.registry.terms.rows import FILE, TAGS, License, LicenseTag, is_line, of_row, rules, tag_of_row

__all__ = [
    "FILE",
    "NO_TERMS",
    "TAGS",
    "License",
    "LicenseTag",
    "Licensed",
    "Licensing",
    "is_line",
    "of_row",
    "rules",
    "tag_of_row",
]
