"""Export into an object store: files, then the export that names them, then logs and hashes; what is not named goes."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tracker import files, store
from tracker.errors import Busy, SettingsError
from tracker.handover.objects import letting_go, logs, manifests
from tracker.handover.objects.manifests import NIGHTS, SUMS, TABLES, File, Manifest
from tracker.handover.objects.place import Object, Place
from tracker.settings import Settings
from tracker.store.delta import actions, described

_TRIES = 5


@dataclass(frozen=True)
class _Made:
    """What is to stand in the place: what it is of, each file with where it is on this machine."""

    facts: Mapping[str, Any]
    files: Sequence[File]
    places: Mapping[str, Path]  # by object


def export(settings: Settings, url: str) -> list[str]:
    """Export the newest published copy into `s3://BUCKET/PREFIX`; return the addresses of the objects that were put.

    Only what the place lacks is sent. Until the export is put that names it, readers have the one before; a run that
    is killed leaves that one, and the next completes it. Raises SettingsError for a place that holds what something
    else wrote, or whose store cannot be relied on, SourceError where it does not answer, Busy where a newer copy
    stands there, or others export at the same time again and again.
    """
    place = Place(url)
    _require_ours(place, place.objects())
    place.require_put_if_absent()
    with tempfile.TemporaryDirectory(prefix="tracker-export-") as folder:
        made = _made(settings, Path(folder) / "export")
        put: list[str] = []
        for _ in range(_TRIES):
            objects = place.objects()
            kept = [manifests.read(place, number) for number in manifests.numbers(objects)]
            newest = kept[-1] if kept else None
            if newest and newest.files == tuple(made.files):
                break
            _require_next(place, made, newest)
            put += _put_files(place, made, newest, objects)
            if (added := _put_manifest(place, made, newest)) is not None:
                put.append(manifests.key(added.number))
                kept.append(added)
                break
        else:
            raise Busy(f"others export into {place.url} at the same time; run it again")
    objects = place.objects()
    logs.follow(place, objects, kept)
    _put_sums(place, kept[-1])
    letting_go.let_go(place, kept, purged=store.purged_ids(settings.data_dir), grace_seconds=settings.grace_seconds)
    return [f"{place.url}/{key}" for key in put]


def _require_ours(place: Place, objects: Mapping[str, Object]) -> None:
    """Refuse a place where something else has laid logs: of tables that ours would mix with."""
    if not manifests.numbers(objects) and (found := [table for table in logs.tables(objects) if _is_ours(table)]):
        raise SettingsError(
            f"{place.url} holds a Delta table that `tracker export --to` did not write, {found[0]}; name another prefix"
        )


def _is_ours(table: str) -> bool:
    return table == NIGHTS or table.startswith(f"{TABLES}/")


def _made(settings: Settings, folder: Path) -> _Made:
    """Write the export on this machine: tables as files, nights as links to those of the record."""
    written = store.export_parquet(
        settings.data_dir,
        folder,
        memory_limit=settings.memory_limit,
        bring=lambda source, path: path.symlink_to(source.resolve()),
    )
    with store.open_published(folder, memory_limit=settings.memory_limit) as published:
        facts = published.facts()
    of_tables = [path for path in written if path.suffix == ".parquet"]
    said = dict(zip(of_tables, described.describe(of_tables), strict=True))
    named = {path: _file(folder, path, said.get(path)) for path in written if path.name != SUMS}
    told = {"generation": facts.generation, "day": facts.snapshot_date.isoformat(), "copy_id": facts.copy_id}
    return _Made(told, list(named.values()), {each.object: path for path, each in named.items()})


def _file(folder: Path, path: Path, said: described.Described | None) -> File:
    name, digest = path.relative_to(folder).as_posix(), files.sha256(path)
    key = name if name.startswith(f"{NIGHTS}/") else f"{TABLES}/{path.stem}/{digest[:16]}{path.suffix}"
    schema, statistics = (said.schema, said.statistics) if said else (None, None)
    return File(name, key, path.stat().st_size, digest, schema, statistics)


def _require_next(place: Place, made: _Made, newest: Manifest | None) -> None:
    """Refuse to put an older copy over a newer one, or one of another record."""
    if newest is None:
        return
    if newest.facts["generation"] > made.facts["generation"]:
        raise Busy(
            f"{place.url} holds generation {newest.facts['generation']:,}, which is newer than this folder's "
            f"{made.facts['generation']:,}; export from the folder that it came from"
        )
    others = {each.object: each.sha256 for each in newest.files if each.object.startswith(f"{NIGHTS}/")}
    other = [each.object for each in made.files if others.get(each.object, each.sha256) != each.sha256]
    if other:
        raise SettingsError(f"{place.url} holds nights of another record, {other[0]} first; name another prefix")


def _put_files(place: Place, made: _Made, newest: Manifest | None, objects: Mapping[str, Object]) -> Iterator[str]:
    """Put what the newest export does not name, and yield it: what it does not name, others may be deleting."""
    named = newest.objects if newest else {}
    for each in made.files:
        is_there = each.object in objects and objects[each.object].size == each.bytes
        if each.object not in named or not is_there:
            place.put(each.object, made.places[each.object])
            yield each.object


def _put_manifest(place: Place, made: _Made, newest: Manifest | None) -> Manifest | None:
    """Put the export that follows the newest; None where another one was faster."""
    content = manifests.following(newest, made.facts, made.files, actions.moment_of(made.facts["day"]))
    number = newest.number + 1 if newest else 1
    there = place.put_new(manifests.key(number), content)
    return manifests.parse(place.url, number, there) if there == content else None


def _put_sums(place: Place, newest: Manifest) -> None:
    lines = (f"{each.sha256}  {each.object}\n" for each in newest.files)
    content = "".join(lines).encode()
    if place.get(SUMS) != content:
        place.put(SUMS, content)
