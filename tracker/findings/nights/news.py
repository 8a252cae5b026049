"""What a week shows for the first time: marks that are passed, first GGUFs, and months that have become whole."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from tracker.findings.monthly import spelt
from tracker.findings.sentence import Sentence, strong

Rows = Sequence[Mapping[str, Any]]


def of_marks(rows: Rows, first: date, last: date, mark: str) -> Iterator[Sentence]:
    """Yield which releases have passed the mark on these nights, of rows of `launch`."""
    for row in rows:
        if row["passed"] and first <= row["snapshot_date"] <= last:
            most = "at most " if row["flag"] in ("gap", "catch-up") else ""
            days = strong(_count(row["days"], "day"))
            text = f"{strong(row['name'])} has passed {mark} downloads, {most}{days} after its release."
            yield Sentence("passed", text, float(row["days"]), "launch", "launch")


def of_ggufs(rows: Rows, first: date, last: date) -> Iterator[Sentence]:
    """Yield how many roots had their first GGUF in these days, of rows of `first_gguf` up to the last of them."""
    age = (last - first).days
    found = [row for row in rows if row["days"] is not None and row["age"] - row["days"] <= age]
    if found:
        soonest = min(found, key=lambda row: (row["days"], row["root_id"]))
        told = f"{strong(_count(len(found), 'root'))} had {'its' if len(found) == 1 else 'their'} first GGUF this week"
        after = f"after {_count(soonest['days'], 'day')}" if soonest["days"] else "on its first day"
        yield Sentence(
            "gguf", f"{told}, soonest {soonest['root_id']} {after}.", float(len(found)), "first_gguf", "ggufs"
        )


def whole_since(before: date | None, until: date) -> str | None:
    """Return the month, as 2026-10, that is whole by a night and was not by the one before it; None where none is."""
    month = until.replace(day=1) - timedelta(days=1)
    is_new = before is None or before.replace(day=1) < until.replace(day=1)
    return f"{month:%Y-%m}" if is_new else None


def of_downloads(rows: Rows, month: str) -> Iterator[Sentence]:
    """Yield how far the downloads of a month are concentrated on few models, of rows of `concentration_by_month`."""
    for row in rows:
        if row["month"] == month and row["top_10"] is not None:
            most = f", the 1,000 most downloaded {_part(row['top_1000'])}" if row["top_1000"] is not None else ""
            text = f"In {spelt(month)} the ten most downloaded models had {strong(_part(row['top_10']))} of downloads"
            yield Sentence("concentrated", f"{text}{most}.", row["top_10"], "top_models", "downloads")


def of_switches(rows: Rows, month: str, nameless: Collection[str]) -> Iterator[Sentence]:
    """Yield how many publishers moved to another family in a month, of rows of `base_switches`."""
    mine = [row for row in rows if row["month"] == month]
    moved = [row for row in mine if row["family"] != row["family_before"]]
    named = [row for row in moved if not {row["family"], row["family_before"]} & set(nameless)]
    if not named:
        return
    count, every = (sum(row["publishers"] for row in which) for which in (moved, mine))
    most = max(named, key=lambda row: (row["publishers"], row["family_before"], row["family"]))
    where = f"most from {most['family_before']} to {most['family']} ({most['publishers']:,})"
    text = f"In {spelt(month)} {strong(f'{count:,} of {every:,}')} publishers built on another family than before"
    yield Sentence("moved base", f"{text}, {where}.", float(count), "switches", "switches")


def _part(share: float) -> str:
    return f"{share:.1%}"


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'s' * (number != 1)}"
