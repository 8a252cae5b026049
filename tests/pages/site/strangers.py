"""Small sites of names that strangers choose, and of a registry that changes; each made once for all workers."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import tracker
from tests.registry_folder import write_registry
from tests.store.nights import land, model, night, update
from tracker import registry
from tracker.api import site
from tracker.settings import Settings

MARKUP = 'zq</script><img src=x onerror=1> "q"\u2028<!--<script>'
FAMILIES = ["Zq", "_zq", "A|B", "通义", "R&D #1 {x}", "zq <3B", "index", MARKUP]
MODELS = ["zqA/Model", "zqa/model", "zq/_test", "_zq/x", "zq/constructor", "zq/__proto__", "zq/toString",
          "zq/hasOwnProperty", "zq/<b>", "zq/a__b__c", "con/nul", "zq/index"]  # fmt: skip
FORMER, PRESENT = ["Zq", "Zp", "Zr", "Zr"], ["Zq", "Zs", "Zt", "Zu"]  # Zp is renamed, Zr split


def publish(folder: Path, families: Sequence[str], nights: Sequence[int], developers: str = "O") -> None:
    """Publish a copy a night: root `o<n>/root-<n>` of the n-th family with 60 derivatives, and models of hard names.

    In nights after the first one a model has another name. The second developer's name begins with `developers`.
    """
    settings = Settings(data_dir=folder / "data", registry=folder / "registry", memory_limit="1GB")
    curated = _curated(settings.registry or folder, families, developers)
    names = list(enumerate(families))
    roots = [model(f"o{at}/root-{at}", 1 + at, downloads_30d=900 + at) for at, _ in names]
    built = [
        model(name, 100 + at, parents={(1, "o0/root-0"): None}, downloads_30d=500 + at)
        for at, name in enumerate(MODELS)
    ]
    rest = [
        model(f"p/d-{number}", 1000 + number, downloads_30d=1, parents={(1 + at, f"o{at}/root-{at}"): None})
        for number in range(60 * len(families))
        for at in (number % len(families),)
    ]
    for number in nights:
        if number:
            built[0]["model_id"] = "zqA/Renamed"
        update(settings, curated, land(settings.data_dir, night(number), [*roots, *built, *rest]))


def _curated(folder: Path, families: Sequence[str], developers: str) -> registry.Registry:
    names = list(enumerate(families))
    called = [MARKUP, f"{developers}1", *(f"O{at}" for at, _ in names[2:])]
    organizations = [
        {"namespace": f"o{at}", "organization": called[at], "country": ("NO", "NA", "US")[at % 3]} for at, _ in names
    ]
    write_registry(
        folder,
        organizations=organizations,
        families=[{"line": name, "developer": called[families.index(name)]} for name in dict.fromkeys(families)],
        roots=[{"pattern": f"o{at}/*", "line": name} for at, name in names],
    )
    shutil.copy(registry.default_directory() / "definitions.csv", folder)
    shipped = (registry.default_directory() / "claims.csv").read_text(encoding="utf-8")
    (folder / "claims.csv").write_text(shipped.partition("\n")[0] + "\n", encoding="utf-8")
    return registry.load(folder)


def write(folder: Path, root: Path, *, freeze: bool = False) -> None:
    """Write the site of what was published last."""
    with tracker.open(folder / "data", registry=folder / "registry") as copy:
        site.write(copy, root, site.Options("https://example.org/t", models=60, pictures=False, freeze=freeze))
