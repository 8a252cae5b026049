"""What a kept folder's copy said, in today's words: `family` was the line, `families.top_family` the family."""

from __future__ import annotations

import re
from typing import Any

LINES = {"models": "own_line", "parents": "parent_line", "families": "line"}


def in_todays_words(told: dict[str, Any]) -> dict[str, Any]:
    """Return tables and answers with the line called line and the family beside it; others as they are."""
    columns = told["tables"]["families"]["columns"]
    if "top_family" not in columns:
        return told
    family, top = columns.index("family"), columns.index("top_family")
    tops = {row[family]: row[top] for row in told["tables"]["families"]["rows"]}
    tables = {name: _table(name, table, tops) for name, table in told["tables"].items()}
    for word in ("unknown", "unreviewed"):
        tables["families"]["rows"].append([word, None, word, word, word, None, None])
    tables.pop("downloads_by_family")  # had a row a line; its rows are sums of daily_families, which stays
    lineage = [_lineage(row, tops) for row in told["answers"]["lineage"]]
    return {"tables": tables, "answers": told["answers"] | {"lineage": lineage}}


def _table(name: str, table: dict[str, Any], tops: dict[str, str]) -> dict[str, Any]:
    former = "parent_family" if name == "parents" else "family"
    if former not in table["columns"]:
        return table
    place, line = table["columns"].index(former), LINES.get(name, "line")
    columns = [line if each == former else "family" if each == "top_family" else each for each in table["columns"]]
    rows = [[_why(value, tops) for value in row] for row in table["rows"]]
    if name != "families":
        columns.append(line.replace("line", "family"))
        rows = [[*row, tops.get(row[place], row[place])] for row in rows]
    return {"columns": columns, "rows": rows}


def _lineage(told: dict[str, Any], tops: dict[str, str]) -> dict[str, Any]:
    roots = [
        root | {"family": tops.get(root["family"], root["family"]), "line": root["family"]} for root in told["roots"]
    ]
    return told | {"roots": roots, "why": _why(told["why"], tops)}


def _why(text: str | None, tops: dict[str, str]) -> str | None:
    """Return a sentence of why with family and line, where they differ."""
    found = re.search(r"; family (.+?) of ", text or "")
    if text is None or found is None or tops[found[1]] == found[1]:
        return text
    return text.replace(f"; family {found[1]} of ", f"; family {tops[found[1]]}, line {found[1]} of ")
