"""Read the files of the data set at one commit, through the Hub's client, into the landing folder."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from tracker.errors import SnapshotRefused, SourceRefused
from tracker.landing import LandedRun
from tracker.sources.archives import way
from tracker.sources.archives.remote import RemoteFile, Spent
from tracker.sources.arena import boards
from tracker.sources.arena.boards import ARENAS, DATA_SET, FIRST
from tracker.sources.contract import Context, Reach
from tracker.sources.hub_models.body import decompress
from tracker.sources.hub_models.retries import error_text
from tracker.sources.reading import exact

MOST_BYTES = {"latest": 20 * 2**20, "full": 300 * 2**20}  # 0.6 and 58 million were seen
TOLD = frozenset({200, 401, 404, 410})


def collect(context: Context, held: date | None, missed_after: timedelta) -> LandedRun:
    """Land the files; those of the last run where the data set has not moved since.

    `held`: the newest board that is held. The file with all boards is read where there is none, or where polls were
    missed: `missed_after` it there have been others.
    """
    reach = Reach(context.settings, context.clock)
    revision = _revision(context, reach)
    last = context.last
    if last is not None and held is not None and last.manifest.commit == revision:
        for known in last.manifest.files:
            context.run.put(known.name, last.raw(known.name), url=known.url, etag=known.etag)
        return context.run.note(commit=revision, **_counts(Spent(), reach))
    spent = Spent()
    with tempfile.TemporaryDirectory(prefix="tracker-") as folder:
        is_late = held is None or context.snapshot_date - held > missed_after
        kind, landed_as = ("full", boards.since(held)) if is_late else ("latest", "latest")
        for arena, file in _files(context, reach, revision, Path(folder), spent, kind):
            size = file.size or 0
            file.piece(0, size)
            name = f"{arena}.{landed_as}.parquet"
            context.run.put(name, file.read(0, size), url=file.url, etag=file.etag, synthetic=file.synthetic)
    return context.run.note(commit=revision, **_counts(spent, reach))


def _revision(context: Context, reach: Reach) -> str:
    """Return the newest commit of the data set."""
    fetcher = way.fetcher(reach, "api")
    answer = fetcher.answer(f"{context.settings.endpoint}/api/datasets/{DATA_SET}", TOLD)
    if answer.status != 200:
        raise SourceRefused(f"the data set {DATA_SET} is not there (HTTP {answer.status}{error_text(answer)})")
    body = decompress(answer.wire, answer.headers.get("content-encoding", "identity"))
    sha = exact.document(body, f"the data set {DATA_SET}").get("sha")
    if not isinstance(sha, str) or not sha.isalnum():
        raise SourceRefused(f"the data set {DATA_SET} says no commit")
    return sha


def _files(
    context: Context, reach: Reach, revision: str, folder: Path, spent: Spent, kind: str
) -> Iterator[tuple[str, RemoteFile]]:
    for arena in ARENAS:
        url = (
            f"{context.settings.endpoint}/datasets/{DATA_SET}/resolve/{revision}/{arena}/{kind}-00000-of-00001.parquet"
        )
        with RemoteFile(way.fetcher(reach, "files"), url, folder / f"{arena}.parquet", spent) as file:
            try:
                file.end(1)
            except SnapshotRefused as error:
                if arena == FIRST:
                    raise
                context.remark(f"the arena {arena} is left out: {error}")
                continue
            if file.commit not in (None, revision):
                raise SourceRefused(f"asked for commit {revision}, the server answered with {file.commit}")
            if (file.size or 0) > MOST_BYTES[kind]:
                raise SourceRefused(f"{url} has {file.size:,} bytes, and at most {MOST_BYTES[kind]:,} are taken")
            yield arena, file


def _counts(spent: Spent, reach: Reach) -> dict[str, int]:
    asked = way.fetcher(reach, "api").counts
    return {
        "requests": spent.requests + asked.requests,
        "rate_limited": spent.rate_limited + asked.rate_limited,
        "retries": spent.retries + asked.retries,
    }
