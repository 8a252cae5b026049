"""The manifests of a place: what each export is of, and the objects that it consists of.

Each names the one before it, so that none can be lost unseen, and is put where nothing stands, so that none is
overwritten. The newest is what readers are to have.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tracker import __version__, files
from tracker.errors import SourceError
from tracker.handover.objects.place import Object, Place

SUMS = "SHA256SUMS"
NIGHTS = "snapshots"
TABLES = "tables"
FOLDER = files.EXPORTS
_NAMED = re.compile(rf"{FOLDER}/(\d{{6,}})\.json")


@dataclass(frozen=True)
class File:
    """A file of an export: its name in an exported folder, its object, and what a Delta log says of it."""

    name: str
    object: str
    bytes: int
    sha256: str
    schema: str | None  # as a Delta log spells it; None for what is no table of one
    statistics: Mapping[str, Any] | None

    @property
    def table(self) -> str:
        """The folder of the table that it is a file of."""
        return NIGHTS if self.object.startswith(f"{NIGHTS}/") else self.object.rpartition("/")[0]


@dataclass(frozen=True)
class Manifest:
    """One export as it stands in the place."""

    number: int
    facts: Mapping[str, Any]  # before, generation, day, copy_id, timestamp, tracker_version
    files: tuple[File, ...]
    sha256: str

    @property
    def objects(self) -> dict[str, File]:
        """The files by the keys of their objects."""
        return {each.object: each for each in self.files}


def key(number: int) -> str:
    """Return the key of a manifest."""
    return f"{FOLDER}/{number:06}.json"


def numbers(objects: Mapping[str, Object]) -> list[int]:
    """Return the numbers of the manifests among objects, oldest first."""
    return sorted(int(match[1]) for name in objects if (match := _NAMED.fullmatch(name)))


def following(before: Manifest | None, facts: Mapping[str, Any], of: Sequence[File], moment: int) -> bytes:
    """Return the manifest that follows another. `moment`: of its day, in milliseconds since 1970."""
    schemas = {_short(each.schema): each.schema for each in of if each.schema}
    told = {
        **facts,
        "before": before and {"export": before.number, "sha256": before.sha256},
        "timestamp": max(moment, before.facts["timestamp"] + 1) if before else moment,
        "tracker_version": __version__,
        "schemas": schemas,
        "files": [
            {
                **{name: getattr(each, name) for name in ("name", "object", "bytes", "sha256")},
                **({"schema": _short(each.schema), "statistics": each.statistics} if each.schema else {}),
            }
            for each in of
        ],
    }
    return (json.dumps(told, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n").encode()


def read(place: Place, number: int) -> Manifest:
    """Return a manifest. Raises SourceError where it is missing or damaged."""
    content = place.get(key(number))
    if content is None:
        raise SourceError(f"{place.url}/{key(number)} is gone; run it again")
    return parse(place.url, number, content)


def parse(url: str, number: int, content: bytes) -> Manifest:
    """Return the manifest that these bytes are."""
    try:
        facts = json.loads(content)
        schemas = facts.pop("schemas")
        named = [
            File(each["name"], each["object"], each["bytes"], each["sha256"],
                 schemas[each["schema"]] if "schema" in each else None, each.get("statistics"))
            for each in facts.pop("files")
        ]  # fmt: skip
        if not facts.keys() >= {"before", "copy_id", "day", "generation", "timestamp", "tracker_version"}:
            raise ValueError("it lacks what an export tells")
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise SourceError(
            f"{url}/{key(number)} was written by something else ({error!r}); export into another prefix"
        ) from None
    return Manifest(number, facts, tuple(named), hashlib.sha256(content).hexdigest())


def _short(text: str | None) -> str:
    return hashlib.sha256((text or "").encode()).hexdigest()[:12]
