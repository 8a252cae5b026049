"""What leads and crossings allow a sentence to state: who leads since when, and who passed whom for good."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tracker.findings.monthly import spelt

MOST = 3  # crossings that one sentence tells, the latest

# why a lead holds -> what is said of its first point: before the first of all that are compared nothing is known
_TO_THE_END = {"leads to the end": "", "leads throughout": " or before"}

Row = Mapping[str, Any]


def statement(rows: Iterable[Row]) -> str:
    """Return what may be stated of rows of leads and crossings, empty where bounds or chance forbid all of it."""
    stated = [row for row in rows if row["is_stated"]]
    leads = [row for row in stated if row["kind"] == "leads" and row["why"] in _TO_THE_END]
    passes = sorted((row for row in stated if row["kind"] == "passes"), key=lambda row: str(row["since"]))
    parts = [f"{row['first']} has led since {_when(row)}{_TO_THE_END[row['why']]}" for row in leads]
    parts += [f"{row['first']} passed {row['second']} for good in {_when(row)}" for row in passes[-MOST:]]
    return "; ".join(parts)


def _when(row: Row) -> str:
    since = str(row["since"])
    return spelt(since) if len(since) == len("2026-10") else since
