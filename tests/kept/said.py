"""What a published copy says: every table and view, every value as text, in an order of its own; and some answers."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from tests.planted import SNAPSHOT
from tracker import answers, store
from tracker.answers import Axes, ancestry
from tracker.registry import definitions

Said = dict[str, dict[str, list[list[str | None]] | list[str]]]

# facts about the file itself, not about the Hub; rows that a view shows
OF_THE_FILE = ("about", "record_files", "rollup_files", "open_rollup", "open_families")


def said(published: store.Published) -> Said:
    """Return columns and sorted rows of each relation."""
    tables = published.schema().filter(pl.col("type") != "function")["table"].unique().sort()
    found: Said = {}
    for table in tables:
        if table not in OF_THE_FILE:
            frame = published.query(f"select columns(*)::varchar from {table} order by all")
            found[table] = {"columns": frame.columns, "rows": [list(row) for row in frame.rows()]}
    return found


def answered(published: store.Published) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of some answers, as their JSON has them."""
    known = published.definitions()
    default = definitions.find(known, "default")
    asked = {
        "share": answers.share(published, default, first=date(2026, 9, 1), until=SNAPSHOT),
        "share by line, full credit": answers.share(
            published, definitions.find(known, "default+credit=full"), by="line", first=date(2026, 9, 1)
        ),
        "trend": answers.trend(published, default, Axes("families", "downloads")),
        "top": answers.top(published, default, Axes("models", "downloads")),
        "diff": answers.diff(published, date(2026, 9, 30), SNAPSHOT),
    }
    rows = {name: answer.as_json()["rows"] for name, answer in asked.items()}
    rows["diff"] = [row for row in rows["diff"] if row["change"] != "family moved"]  # folders are older
    told = ancestry.ancestors(published, "erin/merge").as_json()
    return rows | {"lineage": [{name: value for name, value in told.items() if name != "about"}]}
