"""A week's report as files in a folder of its week, and the feed of all weeks beside them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tracker import disk, files
from tracker.pages.commands import command
from tracker.pages.report import feed
from tracker.pages.report.content import Content
from tracker.pages.report.markdown import markdown
from tracker.pages.report.page import about, html

TITLE = "Open models on the Hugging Face Hub, week by week"


def write(content: Content, reports: Path, now: str) -> list[Path]:
    """Write report.html, report.md and report.json of the week, and the feed; return them.

    `now` is when the copy was published: an entry of the feed is updated then, if its week says something new.
    """
    folder = reports / str(content.week)
    made = {"report.html": html(content), "report.md": markdown(content)}
    for name, text in made.items():
        files.write(folder / name, text)
    path = folder / feed.NOTE
    files.write(path, _json(note(content, _read(path), now)))
    return [*(folder / name for name in made), path, feed.write(reports, TITLE)]


def kept(reports: Path) -> tuple[list[dict[str, Any]], dict[str, bytes]]:
    """Return the notes of all reports that a folder has, and the pages of those that have one, by week."""
    notes = [found for path in disk.matching(reports, f"*/{feed.NOTE}") if (found := _read(path))]
    pages = {path.parent.name: disk.read_bytes(path) for path in disk.matching(reports, "*/report.html")}
    return notes, pages


def note(content: Content, old: Mapping[str, Any], now: str) -> dict[str, Any]:
    """Return what the week says, as data; its time stays where the old note says the same already."""
    new: dict[str, Any] = {
        "week": str(content.week),
        "title": content.title,
        "about": about(content),
        "endpoint": content.facts.endpoint or "",
        "sentences": [
            {
                "kind": each.sentence.kind,
                "text": each.sentence.plain,
                "number": each.sentence.number,
                "command": command(each.answer),
                "sql": each.answer.sql,
            }
            for each in content.statements
        ],
        "published": now,
        "updated": now,
    }
    if old:
        new["published"] = old["published"]
        new["updated"] = old["updated"] if _said(old) == _said(new) else now
    return new


def _read(path: Path) -> dict[str, Any]:
    """Return the note that is there; one that cannot be read is rebuilt."""
    try:
        found: dict[str, Any] = json.loads(disk.read_text(path))
    except (OSError, ValueError):
        return {}
    return found if {"published", "updated", "sentences", "title"} <= set(found) else {}


def _said(note: Mapping[str, Any]) -> list[str]:
    return [note["title"], *(each["text"] for each in note["sentences"])]


def _json(note: Mapping[str, Any]) -> str:
    return json.dumps(note, ensure_ascii=False, indent=1) + "\n"
