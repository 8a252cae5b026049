"""The weekly report of a published copy."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from tracker import disk, files
from tracker.api.copy import Copy
from tracker.errors import SettingsError
from tracker.pages.drawing import Studio
from tracker.pages.report import content, folder
from tracker.pages.report.content import Content
from tracker.pages.report.markdown import markdown
from tracker.pages.report.page import html
from tracker.pages.report.week import Week
from tracker.registry.definitions import Definition

__all__ = ["Content", "Week", "of_week", "published_at", "save", "write"]

_KINDS = {".html": html, ".htm": html, ".md": markdown}


def of_week(copy: Copy, week: str | Week | None = None, *, definition: str | Definition = "default") -> Content:
    """Return the report of a week (YYYY-Www; None: the copy's newest): what changed, with figures.

    Raises SettingsError for a week that the year lacks, or without a night in the copy.
    """
    named = Week.read(week) if isinstance(week, str) else week
    return content.of_week(Studio(copy.published, copy.definition(definition)), named)


def write(copy: Copy, report: Content) -> list[Path]:
    """Write a report into reports/<year>-W<week> of the copy's data folder, and the feed; return the files.

    Raises SettingsError for an export or a data set: nothing is written beside it.
    """
    if files.is_copy(copy.data_dir):
        raise SettingsError(f"{copy.data_dir} is a copy to ask, nothing is written there; name a file with --output")
    reports = copy.data_dir / "reports"
    with disk.explained(f"cannot write into {reports}"):
        return folder.write(report, reports, published_at(copy))


def save(report: Content, path: Path) -> Path:
    """Write a report as one file, .html or .md."""
    make = _KINDS.get(path.suffix.lower())
    if make is None:
        raise SettingsError(f"{path}: a report is written as .html or .md")
    with disk.explained(f"cannot write {path}"):
        files.write(path, make(report))
    return path


def published_at(copy: Copy) -> str:
    """Return when the newest run of the copy ended (RFC 3339); midnight of its day if no run is known."""
    sql = "select max(finished_at) as at from runs where status = 'published'"
    at = copy.published.query(sql)["at"][0]
    moment = at if isinstance(at, datetime) else datetime.combine(copy.facts.snapshot_date, datetime.min.time())
    return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
