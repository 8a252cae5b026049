"""A small world of every way to a class of licence: by tag, by row, by exception, changed since, by nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.registry_folder import write_registry
from tests.store.nights import model
from tracker import registry
from tracker.registry import Registry

PAGE = "https://example.org/license"
TAGS = [
    {"tag": "apache-2.0", "spdx": "Apache-2.0", "license_class": "open-source", "osi_approved": "yes"},
    {"tag": "cc-by-sa-4.0", "spdx": "CC-BY-SA-4.0", "license_class": "permissive-weights", "osi_approved": "no"},
    {"tag": "cc-by-nc-4.0", "spdx": "CC-BY-NC-4.0", "license_class": "non-commercial", "osi_approved": "no"},
    {"tag": "llama3.1", "license_class": "restricted", "osi_approved": "no"},
    {"tag": "cc", "license_class": "unknown", "osi_approved": "no"},
    {"tag": "other", "license_class": "unknown", "osi_approved": "no"},
    {"tag": "unknown", "license_class": "unknown", "osi_approved": "no"},
]
OLD = {"license": "LicenseRef-Yi", "license_class": "restricted", "field_of_use": "no military use"}
FREE = {"license": "Apache-2.0", "license_class": "open-source"}
LICENSES = [
    {"pattern": "01-ai/Yi-*", **OLD, "valid_from": "2023-11-04", "valid_to": "2024-05-30"},
    {"pattern": "01-ai/Yi-*", **FREE, "valid_from": "2024-05-30"},
    {"pattern": "01-ai/Yi-VL*", "license": "LicenseRef-Yi-VL", "license_class": "non-commercial"},
    {"pattern": "Kolors", "license": "LicenseRef-Kolors", "license_class": "restricted", "exception": "yes"},
    {"pattern": "Llama", "license": "LicenseRef-Llama", "license_class": "restricted", "user_threshold": "700M MAU"},
    {"pattern": "Llama 4", "license": "LicenseRef-Llama-4", "license_class": "restricted", "territory": "EU"},
    {"pattern": "old-name/*", "license": "LicenseRef-M2-NC", "license_class": "non-commercial", "valid_from": "2026-10",
     "notes": "dearer since October"},
    {"pattern": "old-name/*", "license": "MIT", "license_class": "open-source", "valid_to": "2026-10"},
]  # fmt: skip
FILES: dict[str, list[dict[str, Any]]] = {
    "organizations": [
        {"namespace": "01-ai", "organization": "01.AI", "country": "CN"},
        {"namespace": "Kwai-Kolors", "organization": "Kuaishou", "country": "CN"},
        {"namespace": "meta-llama", "organization": "Meta"},
        {"namespace": "facebook", "organization": "Meta"},
        {"namespace": "new-name", "organization": "Mini", "country": "CN"},
    ],
    "aliases": [{"old_namespace": "old-name", "namespace": "new-name"}],
    "families": [
        {"line": line, "parent": parent, "developer": developer,
         **({} if parent else {"weights": "scratch", "weights_source": PAGE})}
        for line, parent, developer in (
            ("Yi", "", "01.AI"), ("Kolors", "", "Kuaishou"), ("Llama", "", "Meta"), ("Llama 3", "Llama", "Meta"),
            ("Llama 4", "Llama", "Meta"), ("Mini", "", "Mini"),
        )
    ],
    "roots": [
        {"pattern": "01-ai/Yi-*", "line": "Yi"},
        {"pattern": "Kwai-Kolors/*", "line": "Kolors"},
        {"pattern": "facebook/llama-*", "line": "Llama"},
        {"pattern": "meta-llama/Llama-3*", "line": "Llama 3"},
        {"pattern": "meta-llama/Llama-4*", "line": "Llama 4"},
        {"pattern": "new-name/*", "line": "Mini"},
        {"pattern": "tuner/llama-*", "line": "Llama 3"},
    ],
    "licenses": LICENSES,
    "license_tags": TAGS,
}  # fmt: skip

# name -> the tag (None: none), month of creation, class now, what says so, and class when it was created
WORLD: Mapping[str, tuple[str | None, str, str, str | None, str]] = {
    "01-ai/Yi-6B": ("apache-2.0", "2023-11", "open-source", "tag", "restricted"),
    "01-ai/Yi-1.5-6B": (None, "2024-06", "open-source", "table", "open-source"),
    "01-ai/Yi-VL-6B": ("other", "2024-01", "non-commercial", "table", "non-commercial"),
    "Kwai-Kolors/Kolors": ("apache-2.0", "2024-07", "restricted", "table", "restricted"),
    "facebook/llama-7b": (None, "2023-02", "restricted", "table", "restricted"),
    "meta-llama/Llama-3-8B": ("LLAMA3.1", "2024-07", "restricted", "tag", "restricted"),
    "meta-llama/Llama-4-17B": ("unknown", "2025-04", "restricted", "table", "restricted"),
    "new-name/M2": ("other", "2026-09", "non-commercial", "table", "open-source"),
    "new-name/M3": ("other", "2026-10", "non-commercial", "table", "non-commercial"),
    "tuner/llama-tuned": (None, "2024-08", "unreviewed", None, "unreviewed"),
    "tuner/free": ("apache-2.0", "2024-08", "open-source", "tag", "open-source"),
    "tuner/share-alike": ("cc-by-sa-4.0", "2024-08", "permissive-weights", "tag", "permissive-weights"),
    "tuner/vague": ("cc", "2024-08", "unknown", "tag", "unknown"),
    "tuner/other": ("other", "2024-08", "unreviewed", None, "unreviewed"),
    "tuner/two": ("apache-2.0, cc-by-nc-4.0", "2024-08", "unreviewed", None, "unreviewed"),
    "tuner/said": ("my own \u202e licence \x0b", "2024-08", "unreviewed", None, "unreviewed"),
}
# what each tune is built on
PARENTS: Mapping[str, tuple[str, ...]] = {
    "tuner/llama-tuned": ("meta-llama/Llama-3-8B",),
    "tuner/free": ("meta-llama/Llama-3-8B", "01-ai/Yi-6B"),
    "tuner/share-alike": ("tuner/free",),
    "tuner/vague": ("01-ai/Yi-6B",),
    "tuner/other": ("meta-llama/Llama-4-gone",),
    "tuner/said": ("01-ai/Yi-VL-6B",),
}


def book(folder: Path) -> Registry:
    """Write and load its registry."""
    return registry.load(write_registry(folder, **FILES))


def models() -> list[dict[str, Any]]:
    """Return its landed rows; tags say what else one has, a hundred downloads for the first, one more for the next."""
    numbers = {name: number for number, name in enumerate(WORLD, 1)}
    rows = []
    for name, (tag, month, *_) in WORLD.items():
        year, of_year = month.split("-")
        parents = [(numbers.get(parent, 999), parent) for parent in PARENTS.get(name, ())]
        rows.append(
            model(
                name,
                numbers[name],
                created_at=datetime(int(year), int(of_year), 15, tzinfo=UTC),
                tags=["en", *(f"license:{each}" for each in (tag or "").split(", ") if each)],
                downloads_30d=99 + numbers[name],
                **({"parents": parents} if parents else {}),
            )
        )
    return rows
