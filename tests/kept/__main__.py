"""Write a data folder to keep, as the present code writes it."""

from __future__ import annotations

import json
import sys
import tarfile
import tempfile
from pathlib import Path

from tests.kept.said import answered, said
from tests.planted import NIGHTS, SNAPSHOT, curated, rows
from tests.registry_folder import add_row
from tests.store.nights import land, update
from tracker import registry, store
from tracker.pipeline import trace
from tracker.settings import Settings

HERE = Path(__file__).parent


def write(folder: Path) -> None:
    """Make the nights, replace the newest, restate all, and note what the copy says."""
    settings = Settings(data_dir=folder / "data", memory_limit="1GB", threads=2)
    known = curated(folder / "registry")
    for night in NIGHTS:
        update(settings, known, land(settings.data_dir, night, rows(night)))
    again = [row | {"likes": row["likes"] + 1} for row in rows(SNAPSHOT)]
    update(settings, known, land(settings.data_dir, SNAPSHOT, again, attempt=2))
    changed = folder / "registry"
    add_row(changed, "families", line="Solo", developer="Someone", first_release="2026-07")
    add_row(changed, "organizations", namespace="someone", organization="Someone", country="FR")
    add_row(changed, "roots", pattern="someone/solo", line="Solo")
    with store.open_work(settings) as work:
        trace(work, registry.load(changed), restate=True)
        work.publish()
    with store.open_published(settings.data_dir) as published:
        told = {"tables": said(published), "answers": answered(published)}
    (folder / "data" / "said.json").write_text(json.dumps(told, indent=0), encoding="utf-8")


def main(name: str) -> None:
    with tempfile.TemporaryDirectory() as place, tarfile.open(HERE / f"{name}.tar.gz", "x:gz") as archive:
        write(Path(place))
        for part in ("data", "registry"):
            archive.add(Path(place) / part, part)


main(*sys.argv[1:])
