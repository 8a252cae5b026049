"""Sources that are there for the length of a test: files put where the package looks for them."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import tracker.sources
from tracker.sources.discovery import found

MADE = Path(__file__).with_name("made_source.py").read_text(encoding="utf-8")


@contextmanager
def placed(folder: Path, modules: Mapping[str, str]) -> Iterator[None]:
    """Let these modules (name -> text) be found as sources; a name with a slash is a file inside a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in modules.items():
        path = folder / f"{name}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    before = set(sys.modules)
    tracker.sources.__path__.append(str(folder))
    found.cache_clear()
    try:
        yield
    finally:
        tracker.sources.__path__.remove(str(folder))
        found.cache_clear()
        for name in set(sys.modules) - before:
            if name.startswith("tracker.sources."):
                del sys.modules[name]
                vars(tracker.sources).pop(name.rpartition(".")[2], None)
