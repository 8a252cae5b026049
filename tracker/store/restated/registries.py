"""What has changed between two contents of the registry, and of which class that is.

A row that was changed or taken away was wrong; one that came says more than before, and so does a definition.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from tracker.store.restated.causes import Cause

Content = Mapping[str, bytes]  # file name -> bytes

_SAY_HOW = ("definitions.csv", "counting_rules.csv", "claims.csv")  # how is counted, not what is so


def kept(folder: Path | None) -> Content:
    """Return what a kept registry holds; nothing where none was kept."""
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.csv"))} if folder else {}


def cause(before: Content, after: Content) -> Cause | None:
    """Return what a change of the registry is to figures; None where its rows are the same, in whatever order."""
    told, is_wrong = [], not before
    for name in sorted({*before, *after}):
        were, are = _rows(before.get(name, b"")), _rows(after.get(name, b""))
        came, went = (are - were).total(), (were - are).total()
        is_wrong |= bool(went) and name not in _SAY_HOW
        if came or went:
            told.append(f"{name} ({came} rows came, {went} went)")
    if before and not told:
        return None
    text = f"the registry has changed: {', '.join(told)}" if before else "the registry has changed"
    return Cause("correction" if is_wrong else "method", "registry", told=text)


def _rows(content: bytes) -> Counter[tuple[str, ...]]:
    """Return the rows of a file, its header among them."""
    return Counter(tuple(row) for row in csv.reader(io.StringIO(content.decode("utf-8-sig"))) if row)
