"""Write small registry folders for tests: only the columns that a test is about, the rest filled in."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from tracker.registry import FILES

FILLED = {
    "source_url": "https://example.org/page",
    "verified": "knowledge",
    "reviewed_on": "2026-11-22",
    "notes": "written for a test",
    "kind": "company",
    "country": "US",
    "modality": "text",
    "region": "Europe",
    "eu": "false",
}
CORE = ("organizations", "aliases", "families", "roots", "mirrors", "overrides", "countries")


def write_registry(folder: Path, **files: list[dict[str, Any]]) -> Path:
    """Write one folder; `files` are rows by file name without .csv, sorted here as the registry wants them.

    Countries used by organizations are added, so that a test about something else need not name them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    used = {row.get("country", "US") for row in files.get("organizations", [])} - {"unknown"}
    files.setdefault("countries", [{"country": code, "name": code} for code in sorted(used)])
    for name in dict.fromkeys((*CORE, *files)):
        rule = FILES[f"{name}.csv"]
        rows = [
            {column: row.get(column, FILLED.get(column, "")) for column in rule.columns} for row in files.get(name, [])
        ]
        rows.sort(key=lambda row: [row[column].casefold() for column in rule.key])
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rule.columns), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    return folder


def add_row(folder: Path, name: str, **cells: Any) -> None:
    """Put one more row into `<name>.csv` of a folder, where the order of its key has it."""
    path = folder / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    rule = FILES[path.name]
    rows.append({column: cells.get(column, FILLED.get(column, "")) for column in rule.columns})
    rows.sort(key=lambda row: [row[column].casefold() for column in rule.key])
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rule.columns), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
