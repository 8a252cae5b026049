"""Rules of counting: a library has one rule at a time, which begins, changes and ends in this order."""

from __future__ import annotations

from collections.abc import Iterator

from tracker.registry.cross.told import Sheets
from tracker.registry.files import CHANGED, COUNTING, NEW, REMOVED
from tracker.registry.read import Problem, Row


def rules_follow_one_another(sheets: Sheets) -> Iterator[Problem]:
    """A new rule stands where there is none, a change and an end where there is one."""
    before: dict[str, Row] = {}
    for row in sorted(sheets[COUNTING], key=lambda row: row["changed_on"]):
        library, last = row["library"].lower(), before.get(row["library"].lower())
        if row["kind"] not in (NEW, CHANGED, REMOVED):
            continue
        if last and (row["kind"] == NEW) != (last["kind"] == REMOVED):
            what = "ended" if last["kind"] == REMOVED else "had begun"
            yield row.says(
                f"a {row['kind']} of {row['library']}, but its rule {what} on {last['changed_on']} (line {last.line}); "
                "correct kind, or add what happened between"
            )
        before[library] = row
