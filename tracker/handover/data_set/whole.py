"""Write a data set so that nobody ever sees half of it: built beside the folder, then exchanged with it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from tracker import disk, files, store
from tracker.errors import SettingsError
from tracker.handover import tree
from tracker.handover.data_set import card, citation, configs, croissant, package
from tracker.handover.data_set.subject import Subject
from tracker.handover.tree import Tree

CARD = "README.md"
MANIFESTS = "manifests"
_REPOSITORY = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*", re.ASCII)


def write(
    data_dir: Path, folder: Path, *, registry: Path | None = None, repository: str = "", memory_limit: str = "4GB"
) -> list[Path]:
    """Write the newest published copy of a data folder as a data set; return its files, those that SHA256SUMS lists.

    `folder` is new or holds a data set, whose place the new one takes in one step; whatever else stands there stays.
    `repository` (OWNER/NAME) is where it will stand on the Hub, for the examples of the card. `registry` has the ledger
    of claims. Raises SettingsError for a folder with something else in it, Busy where another run writes there.
    """
    if repository and not _REPOSITORY.fullmatch(repository):
        raise SettingsError(f"{repository!r} names no repository of the Hub; write OWNER/NAME")
    with tree.anew(folder, "the data set", known_by=(CARD, tree.SUMS), option="--dataset") as of_folder:
        _build(data_dir, of_folder, registry, repository, memory_limit)
        written = [*tree.listed(of_folder.new), tree.SUMS]
    return [of_folder.before / path for path in written]


def _build(data_dir: Path, of_folder: Tree, registry: Path | None, repository: str, memory_limit: str) -> None:
    new = of_folder.new
    tables = store.export_parquet(data_dir, new, memory_limit=memory_limit, bring=of_folder.bring)
    with store.open_published(new, memory_limit=memory_limit) as published:
        generation = published.facts().generation
        alike = store.export_alike(data_dir, new, generation, memory_limit=memory_limit)
        subject = Subject(published, configs.read(new, published, alike), registry, repository)
        made = [*_made(new, subject), *_manifests(data_dir, new, generation)]
    made += [new / name for each in alike for name in each.files]
    listed = sorted(path for path in (*tables, *made) if path.name != tree.SUMS)
    (new / tree.SUMS).write_text(tree.sums(new, listed), encoding="utf-8")


def _made(new: Path, subject: Subject) -> Iterator[Path]:
    """Yield what is made of the exported copy."""
    for chart in subject.charts:
        yield _write(new / chart.path, chart.content)
    made = {CARD: card.text(subject), "CITATION.cff": citation.cff(subject), **dict(package.schemas(subject))}
    digest = partial(_digest, new)
    made |= {"croissant.json": croissant.text(subject, digest), "datapackage.json": package.text(subject, digest)}
    for name, text in made.items():
        yield _write(new / name, text.encode())


def _digest(root: Path, path: str) -> tuple[str, int]:
    """Return sha256 and bytes of a file of the data set."""
    return files.sha256(root / path), (root / path).stat().st_size


def _manifests(data_dir: Path, new: Path, generation: int) -> Iterator[Path]:
    """Yield the manifests of all generations up to one, copied as they are."""
    for path in store.manifests(data_dir, generation):
        yield _write(new / MANIFESTS / path.name, disk.read_bytes(path))


def _write(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path
