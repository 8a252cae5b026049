"""What a watch found in one night, in a sentence: many models are counted, and the first of them named."""

from __future__ import annotations

from collections.abc import Sequence

NAMED = 3

_MANY = {"removed": "{count:,} models of {names} were removed: ", "publisher": "{names} has {count:,} new models: "}


def digest(watch: str, found: Sequence[tuple[str, str]]) -> str:
    """Return what a watch (`removed mistralai/*`) found: of subjects and their sentences."""
    kind, _, names = watch.partition(" ")
    if len(found) > 1 and kind in _MANY:
        start = _MANY[kind].format(count=len(found), names=names)
        more = f" and {len(found) - NAMED:,} more" if len(found) > NAMED else ""
        return f"{start}{', '.join(subject for subject, _ in found[:NAMED])}{more}"
    more = f"; and {len(found) - NAMED:,} more" if len(found) > NAMED else ""
    return "; ".join(text for _, text in found[:NAMED]) + more
