"""What editors, desktops and sync tools leave beside our files is none of ours: not read, not named, never deleted."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from tests.store.nights import land, model, night, small_registry, update
from tracker import landing, lock, pipeline, registry, store
from tracker.settings import Settings

LINKS = (".#{}", ".nfs0000")  # of Emacs and NFS; the first lead nowhere
COPIES = (
    *("#{}#", "{}~", ".{}.swp", "._{}", "{}.orig", "{}.rej", "Copy of {}", "{} (1)", "Thumbs.db", ".DS_Store"),
    *("{stem} (conflicted copy 2026-11-01){suffix}", "{stem}.sync-conflict-20261101-101010-ABCDEF{suffix}"),
)

SIGNS = (" ", "~", ".orig", ".rej", "sync-conflict", "Thumbs")


def strew(folder: Path) -> dict[Path, bytes]:
    """Leave strays beside every file of a folder; return them with what is in each."""
    for file in [each for each in folder.rglob("*") if each.is_file() and each.name != ".lock"]:
        for form in (*LINKS, *COPIES):
            place = file.with_name(form.format(file.name, stem=file.stem, suffix=file.suffix))
            if form == LINKS[0]:
                place.symlink_to("me@host.example.4711:1790000000")
            elif not os.path.lexists(place):
                shutil.copyfile(file, place)
    return dict(strays(folder))


def strays(folder: Path) -> Iterator[tuple[Path, bytes]]:
    for path in folder.rglob("*"):
        if path.name != ".lock" and (path.name[0] in ".#" or any(sign in path.name for sign in SIGNS)):
            yield path, path.read_bytes() if path.is_file() else b""


def test_a_data_folder_full_of_them_is_the_same_folder(settings: Settings, tmp_path: Path) -> None:
    curated = small_registry(tmp_path / "registry")
    for number in (0, 1):
        update(settings, curated, land(settings.data_dir, night(number), [model("Qwen/Qwen3-8B", 1), model("a/b", 2)]))
    runs, before = landing.runs(settings.data_dir), registry.load(tmp_path / "registry").version
    left = strew(settings.data_dir)
    assert len(left) > 100
    assert landing.runs(settings.data_dir) == runs and store.verify_record(settings.data_dir) == []

    update(settings, curated, land(settings.data_dir, night(2), [model("Qwen/Qwen3-8B", 1), model("a/b", 2)]))
    pipeline.publish(settings)
    landing.prune(settings.data_dir, keep_nights=9)
    with lock.hold(settings.data_dir):
        store.back_up(settings, tmp_path / "backup")
    assert {path: path.read_bytes() if path.is_file() else b"" for path in left} == left
    assert store.verify_record(settings.data_dir) == [] and not dict(strays(tmp_path / "backup"))
    for manifest in (settings.data_dir / "generations").glob("0*.json"):
        assert "onflict" not in manifest.read_text() and "Copy of" not in manifest.read_text()
    with store.open_published(settings.data_dir) as published:
        assert published.query("select count(*) as n from snapshots")["n"][0] == 6
        assert published.facts().registry_version == before


def test_a_registry_folder_full_of_them_is_the_same_registry(tmp_path: Path) -> None:
    small_registry(tmp_path)
    before = registry.load(tmp_path)
    left = strew(tmp_path)
    os.mkfifo(tmp_path / "notes.csv~~")
    after = registry.load(tmp_path)
    assert (after.version, after.content) == (before.version, before.content)
    assert registry.check(tmp_path) == [] and dict(strays(tmp_path)).keys() >= left.keys()
