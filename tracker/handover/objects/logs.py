"""The Delta logs of a place follow its exports: a version of a table for each that gives it other files.

What a version says follows from the manifests alone, so that two who write it write the same, and a run that was
killed is completed by the next. Of the nights each export is a version.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tracker.errors import SourceError
from tracker.handover.objects.manifests import NIGHTS, File, Manifest
from tracker.handover.objects.place import Object, Place
from tracker.store.delta import actions, described, log
from tracker.store.delta.actions import Action

_VERSION = re.compile(rf"(?P<table>.+)/{log.FOLDER}/(?P<number>\d{{20}})\.json")
_BY_MANIFEST = {"generation": "generation", "day": "day", "copyId": "copy_id"}


def tables(objects: Mapping[str, Object]) -> dict[str, int]:
    """Return the newest version of each table that has a log among objects."""
    found: dict[str, int] = {}
    for match in filter(None, map(_VERSION.fullmatch, objects)):
        found[match["table"]] = max(found.get(match["table"], -1), int(match["number"]))
    return found


def follow(place: Place, objects: Mapping[str, Object], kept: Sequence[Manifest]) -> None:
    """Write the versions that logs lack. `kept`: the manifests, oldest first."""
    newest = tables(objects)
    for table in sorted({each.table for each in kept[-1].files if each.schema} | newest.keys()):
        _follow(place, table, newest.get(table, -1), kept)


def _follow(place: Place, table: str, number: int, kept: Sequence[Manifest]) -> None:
    told = _told(place, table, number) if number >= 0 else {}
    by_number = {each.number: each for each in kept}
    for manifest in kept:
        if manifest.number <= told.get("export", 0):
            continue
        before = by_number.get(manifest.facts["before"]["export"]) if manifest.facts["before"] else None
        if number >= 0 and before is None:
            continue  # that one was let go of, which is done once logs have followed
        following = _version(table, before if number >= 0 else None, manifest)
        if following:
            number += 1
            _put(place, table, number, following, manifest)


def _version(table: str, before: Manifest | None, manifest: Manifest) -> list[Action]:
    """Return the actions that lead to a manifest; nothing where a table has the same files as before."""
    was, now = _files(table, before), _files(table, manifest)
    is_same = was.keys() == now.keys()
    if (is_same and (before is None or table != NIGHTS)) or (not now and before is None):
        return []
    moment = manifest.facts["timestamp"]
    schema = _schema(now.values())
    facts = {name: manifest.facts[key] for name, key in _BY_MANIFEST.items()}
    engine = f"{log.OURS}{manifest.facts['tracker_version']}"
    following = [log.said_of(moment, "WRITE", **facts, export=manifest.number, engineInfo=engine)]
    if before is None:
        following.append(actions.PROTOCOL)
    if schema and schema != _schema(was.values()):
        following.append(actions.metadata(table.rpartition("/")[2], schema, moment))
    gone = [actions.remove(_added(table, each, moment)["add"], moment) for name, each in was.items() if name not in now]
    came = [_added(table, each, moment) for name, each in now.items() if name not in was]
    return [*following, *gone, *came]


def _files(table: str, manifest: Manifest | None) -> dict[str, File]:
    files = manifest.files if manifest else ()
    return {each.object: each for each in files if each.table == table and each.schema}


def _schema(files: Any) -> str | None:
    return next((each.schema for each in reversed(list(files))), None)


def _added(table: str, file: File, moment: int) -> Action:
    return actions.add(file.object.removeprefix(f"{table}/"), file.bytes, file.statistics, moment)


def _put(place: Place, table: str, number: int, following: Sequence[Action], manifest: Manifest) -> None:
    key = f"{table}/{log.FOLDER}/{number:020}.json"
    content = actions.text(following).encode()
    if place.put_new(key, content) != content and _told(place, table, number).get("export") != manifest.number:
        raise SourceError(f"{place.url}/{key} was written by something else; export into another prefix")
    if number and number % log.CHECKPOINT_EACH == 0:
        _put_checkpoint(place, table, number, manifest)


def _put_checkpoint(place: Place, table: str, number: int, manifest: Manifest) -> None:
    """Put all that holds at a version, then that it is there."""
    files, moment = _files(table, manifest), manifest.facts["timestamp"]
    metadata = actions.metadata(table.rpartition("/")[2], _schema(files.values()) or "", moment)["metaData"]
    live = {name: _added(table, each, moment)["add"] for name, each in files.items()}
    with tempfile.TemporaryDirectory(prefix="tracker-") as folder:
        described.checkpoint(Path(folder), log.Version(number, {}, metadata, live))
        for name in (f"{number:020}.checkpoint.parquet", log.LAST_CHECKPOINT):
            place.put(f"{table}/{log.FOLDER}/{name}", Path(folder, name).read_bytes())


def _told(place: Place, table: str, number: int) -> Mapping[str, Any]:
    """Return what is said of a version. Raises SourceError where something else wrote it."""
    key = f"{table}/{log.FOLDER}/{number:020}.json"
    try:
        found = [json.loads(line) for line in (place.get(key) or b"").splitlines()]
        told: Mapping[str, Any] = next(each["commitInfo"] for each in found if "commitInfo" in each)
        if told["engineInfo"].startswith(log.OURS) and isinstance(told["export"], int):
            return told
    except (ValueError, LookupError, TypeError, AttributeError, StopIteration):
        pass
    raise SourceError(f"{place.url}/{key} was written by something else; export into another prefix")
