"""Bulk uploads and mass deletions of a period, said where its models are counted: facts, left out only when asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from tracker.answers.counted.within import IN_BULK, SINGLY, UPLOAD, Within
from tracker.words import BULK_UPLOAD

if TYPE_CHECKING:
    from tracker.store import Published

MOST = 3  # labels of a kind are named, the largest

_LABELS = """
select label, remark, models
from night_labels
where first_day <= $until and last_day >= $first
order by label, models desc, first_day, publisher
"""

_LEFT_OUT = f"""
select count(*) as models, count(distinct publisher) as publishers
from models
where model_key in ({IN_BULK} and label.last_day >= $first and label.first_day <= $until)
"""


def notes(
    published: Published, first: date, until: date, within: Sequence[Within] = (), *, of_new: bool = False
) -> tuple[str, ...]:
    """Return notes on the labels of a period; `of_new`: months of creation, so that it begins with that of `first`."""
    if not published.has("night_labels"):
        return ()
    period = {"first": first.replace(day=1) if of_new else first, "until": until}
    found = published.table(_LABELS, period).rows
    uploads = [remark for label, remark, _ in found if label == BULK_UPLOAD]
    deletions = [remark for label, remark, _ in found if label != BULK_UPLOAD]
    if any(each.column == UPLOAD and each.names == (SINGLY,) for each in within):
        ((models, publishers),) = published.table(_LEFT_OUT, period).rows
        what = f"{models:,} models of {len(uploads)} bulk uploads by {publishers} accounts"
        told: tuple[str, ...] = (f"left out: {what if models else 'nothing, no bulk upload falls into this period'}",)
        uploads = []
    else:
        told = tuple(f"counted with all others: {each}" for each in uploads[:MOST])
    more = len(uploads) - MOST
    return (
        *told,
        *((f"{more} more bulk uploads: see night_labels; --where upload=singly leaves them out",) if more > 0 else ()),
        *(f"in this period {each}" for each in deletions[:MOST]),
    )
