"""Where pages stand: paths that no file system and no static host confuses, and links between them.

A path has lower-case letters, digits, dots, dashes and inner underscores. Names that would share one get a mark of
their own each, and the plain path then names them all.
"""

from __future__ import annotations

import hashlib
import posixpath
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from urllib.parse import quote

_OTHER = re.compile(r"[^a-z0-9._-]+")
_EDGE = "-._"
_LONGEST = 80  # letters; file systems allow 255 bytes
_MARK = 8  # digits of a name's hash
# what stands in a folder already, and what some systems keep for devices
_TAKEN = frozenset(
    ("index", "con", "prn", "aux", "nul", *(f"{kind}{at}" for kind in ("com", "lpt") for at in range(10)))
)


def slug(name: str) -> str:
    """Return a name as a part of a path; different names may have the same."""
    return "/".join(_part(part) for part in name.split("/"))


def _part(name: str) -> str:
    plain = _OTHER.sub("-", name.lower()).strip(_EDGE)
    if not plain or plain.partition(".")[0] in _TAKEN:
        return f"x-{plain}-{mark(name)}" if plain else f"x-{mark(name)}"
    return plain if len(plain) <= _LONGEST else f"{plain[:_LONGEST].rstrip(_EDGE)}-{mark(name)}"


def mark(name: str) -> str:
    """Return what tells a name from those that look like it."""
    return hashlib.sha256(name.encode()).hexdigest()[:_MARK]


@dataclass(frozen=True)
class Addresses:
    """The paths of the pages of some names below a folder; they depend on the set of names, never on its order."""

    folder: str
    names: frozenset[str]

    @classmethod
    def of(cls, folder: str, names: Iterable[str]) -> Addresses:
        """Return the addresses of names."""
        return cls(folder, frozenset(names))

    def path(self, name: str) -> str:
        """Return the path of a name's page; raise KeyError for one without."""
        return self._paths[name]

    def get(self, name: str) -> str | None:
        """Return the path of a name's page, None where it has none."""
        return self._paths.get(name)

    @cached_property
    def shared(self) -> Mapping[str, list[str]]:
        """The plain path of names that look alike -> these names, in order."""
        return {
            f"{self.folder}/{at}.html": sorted(names) for at, names in sorted(self._alike.items()) if len(names) > 1
        }

    @cached_property
    def _alike(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for name in self.names:
            found[slug(name)].append(name)
        return found

    @cached_property
    def _paths(self) -> Mapping[str, str]:
        return {
            name: f"{self.folder}/{at if len(names) == 1 else f'{at}-{mark(name)}'}.html"
            for at, names in self._alike.items()
            for name in names
        }


def link(here: str, there: str) -> str:
    """Return the relative address of a path (with its #anchor) as it stands on the page of another."""
    path, _, anchor = there.partition("#")
    if path == here and anchor:
        return f"#{anchor}"
    relative = _relative(posixpath.dirname(here) or ".", path)
    return f"{relative}#{anchor}" if anchor else relative


@lru_cache(maxsize=100_000)  # the frame of every page has the same thirty, and most pages share a folder with others
def _relative(folder: str, path: str) -> str:
    return quote(posixpath.relpath(path, folder))
