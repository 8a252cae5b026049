"""An archive that is reduced already: one file a month with all its days, one row a model and day, sorted by model.

A month is fetched once for all its days, and stays until one of another month is wanted. The archive's own list says
which days there are, and which of them hold a part alone.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from tracker import disk, files
from tracker.errors import SnapshotRefused, SourceRefused
from tracker.landing import LandedRun
from tracker.landing.written import writing
from tracker.sources.archives import history, judged, shelf, way
from tracker.sources.archives.landed import Fetched, aside, finish, landing_of
from tracker.sources.archives.opened import Opened, opened
from tracker.sources.archives.remote import read_whole
from tracker.sources.archives.rows import counters
from tracker.sources.archives.rows.counters import Fields
from tracker.sources.contract import COUNTERS, Cost, Reach, Revision
from tracker.sql import connect

FIELDS = Fields(
    model_id="id", hub_id=None, created_at=None, downloads_30d="dl30", downloads_all_time="dl_all", private=None
)
DAY = "day"
META = "meta.json"
SCOPE = "active"  # models that nobody uses are not in it
ONE_SECOND = timedelta(seconds=1)
MOST_META_BYTES = 64 * 2**20


@dataclass(frozen=True)
class Series:
    """One such archive: the source's name and its data set."""

    source: str
    data_set: str

    def revisions(self, reach: Reach) -> list[Revision]:
        """Return the days that the archive says it has, the oldest first."""
        commit = "on disk" if reach.local is not None else self._newest(reach)
        meta = self._meta(reach, commit)
        try:
            days = sorted({date.fromisoformat(day) for day in meta["days"]})
        except (KeyError, TypeError, ValueError) as error:
            raise SourceRefused(f"{META} of {self.data_set} says no days ({error!r})") from error
        return [Revision(day, commit, _path(day), judged.day_end(day) - ONE_SECOND) for day in days]

    def fetch(self, reach: Reach, revision: Revision) -> LandedRun:
        """Land the counters of one day."""
        beside = judged.neighbours(reach, self.source)
        with landing_of(reach, self.source, revision, SCOPE) as run:
            if str(revision.day) in self._meta(reach, revision.commit).get("partial", ()):
                raise SnapshotRefused("the archive itself says that this day is partial")
            with self._month(reach, revision) as file:
                target = run.folder / COUNTERS
                types = counters.types_of(file.connection, counters.rows_of(file.place))
                where = f"try_cast({counters.quoted(DAY)} as date) = {connect.literal(revision.day)}"
                if DAY not in types:
                    raise SnapshotRefused(f"it has no column {DAY}; its columns are {', '.join(types)}"[:500])
                rows = counters.rows_of(file.place)
                counted = counters.write(file.connection, rows, FIELDS, revision.day, target, where)
                content = judged.content_of(None, files.sha256(target))  # the file is that of the whole month
                if found := list(judged.problems(revision, counted, content, beside)):
                    raise SnapshotRefused("; ".join(found))
                fetched = Fetched(file.url, None, file.costs(), file.synthetic)
                return judged.add(reach, self.source, finish(run, reach, counted, fetched))

    def cost(self, reach: Reach, revision: Revision) -> Cost:
        """Return what one day costs: its part of its month."""
        with aside() as place, opened(reach, self.data_set, revision, place) as file:
            file.take_footer(revision)
            requests, size = file.planned(_is_needed)
            days = max(1, sum(1 for each in self.revisions(reach) if each.path == revision.path))
            if file.remote is None:
                return Cost(file.rows() // days, 0, 0, size // days)
            return Cost(file.rows() // days, -(-(file.spent.requests + requests) // days), size // days, size // days)

    def renames(self, reach: Reach) -> list[tuple[date | None, str, str]]:
        """Return the archive's list of renames: the day from which the new name is shown, name before, name after."""
        commit = "on disk" if reach.local is not None else self._newest(reach)
        try:
            return self._renames(reach, commit)
        except SnapshotRefused:  # it had none in its first months
            return []

    def _renames(self, reach: Reach, commit: str) -> list[tuple[date | None, str, str]]:
        with self._whole(reach, commit, "renames.parquet") as file:
            types = counters.types_of(file.connection, counters.rows_of(file.place))
            if not {"old", "new"} <= types.keys():
                raise SourceRefused(f"the renames of {self.data_set} have no columns old and new")
            came = "try_cast(came as date)" if "came" in types else "null"
            sql = f"select {came}, old, new from {connect.parquet(file.place)} where old <> new order by all"
            return [(day, before, after) for day, before, after in connect.rows(file.connection, sql)]

    def describe(self, reach: Reach, revision: Revision, names: Sequence[str]) -> Path:
        """Return what the archive says of models today; it keeps no descriptions of a day."""
        from tracker.sources.archives.rows import said

        with self._whole(reach, revision.commit, "models.parquet") as file:
            target = reach.settings.data_dir / "landing" / self.source / f"described-{revision.day}.parquet"
            said.write(file.connection, file.place, names, target)
            return target

    def _newest(self, reach: Reach) -> str:
        found = reach.shared.get("commit")
        if not isinstance(found, str):
            fetcher = way.fetcher(reach, "api")
            commits = history.commits(fetcher, reach.settings.endpoint, self.data_set)
            if not commits:
                raise SourceRefused(f"{self.data_set} has no commit")
            found = reach.shared["commit"] = commits[-1].id
        return found

    def _meta(self, reach: Reach, commit: str) -> Mapping[str, Any]:
        found = reach.shared.get("meta")
        if not isinstance(found, dict):
            found = reach.shared["meta"] = self._read_meta(reach, commit)
        return found

    def _read_meta(self, reach: Reach, commit: str) -> dict[str, Any]:
        if reach.local is not None:
            with disk.explained(f"cannot read {reach.local / META}"):
                text = disk.read_bytes(reach.local / META) if disk.has_file(reach.local / META) else b""
        else:
            url = f"{reach.settings.endpoint}/datasets/{self.data_set}/resolve/{commit}/{META}"
            with aside() as place:
                text = read_whole(way.fetcher(reach, "files"), url, place / META, MOST_META_BYTES)
        try:
            said = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise SourceRefused(f"{META} of {self.data_set} is missing or no JSON ({error})") from error
        if not isinstance(said, dict):
            raise SourceRefused(f"{META} of {self.data_set} is no object")
        return said

    @contextmanager
    def _month(self, reach: Reach, revision: Revision) -> Iterator[Opened]:
        """Yield the file of a month with the columns that are needed; one that is there already is not fetched."""
        if reach.local is not None:
            with opened(reach, self.data_set, revision, reach.settings.data_dir) as file:
                yield file
            return
        place = reach.settings.data_dir / "landing" / self.source / "month.tmp"
        wanted = {"commit": revision.commit, "path": revision.path}
        is_there = disk.has_file(place / "done.json") and json.loads(disk.read_text(place / "done.json")) == wanted
        with writing(place):
            if not is_there:
                shutil.rmtree(place, ignore_errors=True)
            place.mkdir(parents=True, exist_ok=True)
        if is_there:
            local = Reach(reach.settings, reach.clock, place, shared=reach.shared)
            on_disk = Revision(revision.day, revision.commit, "models.parquet", revision.committed_at)
            with opened(local, self.data_set, on_disk, place) as file:
                yield file
            return
        with opened(reach, self.data_set, revision, place) as file:
            file.take_footer(revision)
            file.take(_is_needed)
            if reach.keep:
                self._keep(reach, revision, file)
            with writing(place):
                files.write(place / "done.json", json.dumps(wanted))
            yield file

    def _keep(self, reach: Reach, revision: Revision, file: Opened) -> None:
        """Keep a month, and which days there are: in the shapes of the archive itself, with hashes."""
        folder = shelf.folder_of(reach, self.source)
        types = counters.types_of(file.connection, counters.rows_of(file.place))
        columns = [name for name in types if _is_needed(name)]
        shelf.keep(file.connection, folder, revision.path, revision, file.place, columns, file.url)
        with writing(folder / META):
            files.write(folder / META, json.dumps(self._meta(reach, revision.commit)))
        shelf.note(folder, META, revision, file.url)

    @contextmanager
    def _whole(self, reach: Reach, commit: str, path: str) -> Iterator[Opened]:
        """Yield a smaller file with all its columns."""
        day = reach.clock.now().date()
        revision = Revision(day, commit, path, reach.clock.now())
        with aside() as place, opened(reach, self.data_set, revision, place) as file:
            file.take_footer(revision)
            file.take(lambda _: True)
            yield file


def _path(day: date) -> str:
    return f"series/{day:%Y-%m}.parquet"


def _is_needed(path: str) -> bool:
    return path in FIELDS.all or path == DAY
