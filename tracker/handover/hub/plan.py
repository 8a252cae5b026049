"""What a publish changes: the files that are not there or not the same, and those that are not ours any more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from tracker.handover.hub import card
from tracker.handover.hub.card import CARD
from tracker.handover.hub.folder import SUMS, Folder, git_oid
from tracker.handover.hub.standing import Standing


@dataclass(frozen=True)
class Change:
    """One file that a commit adds, replaces or deletes: `size` bytes, `content` where the folder has it otherwise."""

    kind: Literal["add", "replace", "delete"]
    path: str
    size: int
    content: bytes | None = None


@dataclass(frozen=True)
class Plan:
    """The changes of one commit; `lost` are sentences on what others wrote and will not stand there any more."""

    changes: tuple[Change, ...]
    lost: tuple[str, ...] = ()


def between(folder: Folder, there: Standing | None) -> Plan:
    """Return what makes the state there that of the folder. None: nothing is there."""
    standing, theirs = (there.files, there.card) if there else ({}, None)
    made = card.merged(folder.card, theirs)
    changes = [*_of_tables(folder, there)]
    lost = [f"{told}, in {CARD}" for told in made.lost]
    for path, content in ((CARD, made.text.encode()), (SUMS, folder.listed())):
        if (file := standing.get(path)) is None or git_oid(content) != file.oid:
            changes.append(Change("add" if file is None else "replace", path, len(content), content))
    if there:
        lost += [f"{path} as another has written it" for path in _of_others(folder, there, changes)]
        gone = (path for path in there.sums if path not in (*folder.sums, CARD, SUMS) and path in standing)
        changes += [Change("delete", path, standing[path].size) for path in gone]
    return Plan(tuple(changes), tuple(lost))


def _of_tables(folder: Folder, there: Standing | None) -> Iterator[Change]:
    for path, digest in folder.sums.items():
        file = there.files.get(path) if there else None
        if file is None:
            yield Change("add", path, folder.size(path))
        elif file.sha256 != digest and (file.sha256 is not None or file.oid != folder.git_oid(path)):
            yield Change("replace", path, folder.size(path))


def _of_others(folder: Folder, there: Standing, changes: list[Change]) -> Iterator[str]:
    """Yield the files that are replaced and are not what the tracker published last, as far as the Hub says."""
    for change in changes:
        file = there.files.get(change.path)
        is_ours = change.path in (CARD, SUMS) or file is None
        if change.kind == "replace" and not is_ours and file is not None:
            known = there.sums.get(change.path)
            if known is None or file.sha256 not in (None, known):
                yield change.path
