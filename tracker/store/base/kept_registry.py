"""The registry as generations were resolved with it: each content once, under its version.

    <data_dir>/registries/<version>/organizations.csv ...

It stays for as long as the manifests that name it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tracker import disk, files

FOLDER = "registries"  # not `registry`: a data folder may be ./data, where the curated one is


def keep(data_dir: Path, version: str, content: Mapping[str, bytes]) -> None:
    """Write the files of a registry, unless they are there."""
    for name, written in content.items():
        path = data_dir / FOLDER / version / name
        if not disk.has_file(path) or path.read_bytes() != written:
            files.write(path, written)


def place(data_dir: Path, version: str | None) -> Path | None:
    """Return the folder of a version; None where it was resolved before they were kept."""
    folder = data_dir / FOLDER / (version or "none")
    return folder if disk.has_folder(folder) else None


def registries(data_dir: Path, version: str | None) -> tuple[Path | None, list[Path]]:
    """Return the folder of a version, None where it is not kept, and those of all others, by their versions."""
    folders = sorted(path.parent for path in disk.matching(data_dir / FOLDER, "*/families.csv"))
    return place(data_dir, version), [folder for folder in folders if folder.name != version]


def named(data_dir: Path, version: str | None) -> list[dict[str, Any]]:
    """Return the files of a version as a manifest names them; none where it was resolved before they were kept."""
    return [
        {
            "file": path.relative_to(data_dir).as_posix(),
            "bytes": path.stat().st_size,
            "sha256": files.sha256(path),
        }
        for path in disk.matching(data_dir / FOLDER / (version or "none"), "*.csv")
    ]
