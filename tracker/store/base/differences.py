"""What a manifest names, told as the difference from the one before: what is gone, what came, and where it stands.

Files are named in an order; the difference tells places in it, so that what is made of it is what was written, in the
same order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Named = Mapping[str, Sequence[Mapping[str, Any]]]  # the files of each table, in order

GONE, CAME = "gone", "came"  # places in the list before; places in the list after, with what stands there


def difference(before: Named, after: Named) -> dict[str, dict[str, Any]]:
    """Return what leads from one to the other, of tables that are not the same."""
    gone: dict[str, dict[str, Any]] = {table: {GONE: None} for table in before if table not in after}
    changed = {table: _of_list(before.get(table, ()), named) for table, named in after.items()}
    return gone | {table: each for table, each in changed.items() if table not in before or any(each.values())}


def _of_list(before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    were, are = {_key(each) for each in before}, {_key(each) for each in after}
    return {
        GONE: [place for place, each in enumerate(before) if _key(each) not in are],
        CAME: [[place, each] for place, each in enumerate(after) if _key(each) not in were],
    }


def _key(named: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
    return tuple(sorted(named.items()))


def applied(before: Named, changes: Mapping[str, Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    """Return what the difference leads to. Raises LookupError, TypeError or ValueError where it is of another list."""
    after = {table: list(named) for table, named in before.items()}
    for table, change in changes.items():
        if change[GONE] is None:
            del after[table]
            continue
        gone = set(change[GONE])
        if gone and max(gone) >= len(after.get(table, ())):
            raise ValueError(f"it tells of more {table} than there were")
        left = [each for place, each in enumerate(after.get(table, ())) if place not in gone]
        for place, each in change[CAME]:
            if place > len(left):
                raise ValueError(f"it tells of more {table} than there were")
            left.insert(place, each)
        after[table] = left
    return after
