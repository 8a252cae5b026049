"""What a place keeps: the newest export, those of a grace time before it, and what they name.

A reader that has an earlier one open keeps its files as long. Of one whose rows were purged since nothing is kept.
Nothing is deleted that no export of ours has named, but for tables under their own names that nobody came to name.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from tracker.handover.objects import manifests
from tracker.handover.objects.manifests import TABLES, Manifest
from tracker.handover.objects.place import PROBE, Object, Place

_OF_A_TABLE = re.compile(rf"{TABLES}/\w+/[0-9a-f]{{16}}\.(parquet|csv)")


def let_go(place: Place, kept: Sequence[Manifest], *, purged: Collection[str], grace_seconds: float) -> None:
    """Delete the exports that are over, oldest first, with what they alone name: files, then what named them.

    `kept`: all that stand there, oldest first. `purged`: ids of copies whose rows were purged.
    """
    objects = place.objects()
    over = datetime.now(UTC) - timedelta(seconds=grace_seconds)
    gone = [
        each
        for each, following in pairwise(kept)
        if each.facts["copy_id"] in purged or _modified(objects, following) < over
    ]
    stays = {name for each in kept if each not in gone for name in each.objects}
    files = {name for each in gone for name in each.objects} | set(_left(objects, over))
    place.delete(sorted((files - stays) & objects.keys()))
    place.delete([manifests.key(each.number) for each in gone])


def _modified(objects: Mapping[str, Object], manifest: Manifest) -> datetime:
    found = objects.get(manifests.key(manifest.number))
    return found.modified if found else datetime.now(UTC)


def _left(objects: Mapping[str, Object], over: datetime) -> Iterator[str]:
    """Yield what a run which was killed has left, or one that came too late: files of tables, and what was tried."""
    for name, each in objects.items():
        if (_OF_A_TABLE.fullmatch(name) or name.startswith(PROBE)) and each.modified < over:
            yield name
