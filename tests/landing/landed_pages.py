"""Runs made by hand: pages of any content, as if they had been landed."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from tracker.landing import LandedRun, Manifest, PageLine, Walk, read_journal
from tracker.landing.parse import PageParser, ParseSummary

DAY = date(2026, 11, 22)


def land(data_dir: Path, pages: Sequence[bytes], *, day: date = DAY, scope: str = "full") -> LandedRun:
    """Put bodies on the disk as the pages of a run."""
    manifest = Manifest(
        run_id=f"{day:%Y%m%d}T101700Z-{len(pages):06x}",
        source="hub_models",
        endpoint="http://127.0.0.1:1",
        scope=scope,
        snapshot_date=day,
        expand=("likes",),
        started_at=datetime(day.year, day.month, day.day, 10, 17, tzinfo=UTC),
    )
    walk = Walk.create(data_dir, manifest)
    for number, body in enumerate(pages, 1):
        walk.append(page_line(number, body), gzip.compress(body, 1, mtime=0))
    walk.close()
    return walk.note(last_page_seen=True)


def page_line(number: int, body: bytes) -> PageLine:
    content = gzip.compress(body, 1, mtime=0)
    return PageLine(
        number=number,
        url=f"http://127.0.0.1:1/api/models?limit=1000&cursor={number}",
        next=f"http://127.0.0.1:1/api/models?limit=1000&cursor={number + 1}",
        sha256=hashlib.sha256(content).hexdigest(),
        bytes=len(content),
        body_bytes=len(body),
        records=body.count(b'"createdAt":'),
        status=200,
        fetched_at="2026-11-22T10:17:00+00:00",
    )


def parse_pages(folder: Path, *, snapshot_date: date) -> ParseSummary:
    """Write the typed rows and `quarantine.jsonl` of a landed run from its journal's pages.

    One row per hub_id, the one seen latest in the walk. Raises StoreError where the disk is full or a
    page is not a JSON list at all.
    """
    with PageParser(folder, snapshot_date) as parser:
        for line in read_journal(folder):
            parser.add(line)
        return parser.finish()


def parsed(
    data_dir: Path, pages: Sequence[Sequence[Any] | bytes], *, day: date = DAY
) -> tuple[LandedRun, ParseSummary]:
    """Land pages (lists of records, or bodies) and parse them."""
    bodies = [page if isinstance(page, bytes) else json.dumps(page).encode() for page in pages]
    run = land(data_dir, bodies, day=day)
    return run, parse_pages(run.folder, snapshot_date=day)
