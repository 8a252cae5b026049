"""Names that look like one that nothing is called by."""

from __future__ import annotations

from collections.abc import Iterable


def nearest(name: str, known: Iterable[str], count: int = 3) -> list[str]:
    """Return up to `count` known names that look like `name` or begin with it, ignoring case, best first."""
    import difflib

    by_lower = {each.lower(): each for each in known}
    matches = difflib.get_close_matches(name.lower(), list(by_lower), n=count, cutoff=0.6)
    begun = [each for each in sorted(by_lower) if name and each.startswith(name.lower())]
    return [by_lower[match] for match in dict.fromkeys((*matches, *begun))][:count]


def alike(word: str, known: Iterable[str]) -> list[str]:
    """Return the known names that hold a word, else those that look like it."""
    names = list(known)
    return [name for name in names if word and word in name] or nearest(word, names)
