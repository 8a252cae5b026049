"""The kinds of watches, one module each, found by their place: `derivatives-of` is `derivatives_of.py`.

Each has `spelled(published, watch)`, the watch with its names as the copy spells them; `found(published, watch, told)`,
what is so by the copy's newest night and was not `told`; and `stands(published, watch)`, how it is, in a sentence.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from tracker.watches.watch import Found, Told, Watch

if TYPE_CHECKING:
    from tracker.store import Published


class Kind(Protocol):
    """What a module of this folder has."""

    def spelt(self, published: Published, watch: Watch) -> Watch:
        """Return the watch with names as the copy spells them; raise UnknownName for one that can be none."""

    def found(self, published: Published, watch: Watch, told: Told) -> Sequence[Found]:
        """Return what is so by the newest night, has become so since the watch counts, and was not told."""

    def stands(self, published: Published, watch: Watch) -> str:
        """Return how what it watches is now, in a sentence."""


def names() -> list[str]:
    """Return the kinds."""
    return sorted(path.stem.replace("_", "-") for path in Path(__file__).parent.glob("[a-z]*.py"))


def of(name: str) -> Kind:
    """Return a kind by its name; raise ValueError for one that is none."""
    if name not in names():
        raise ValueError(f"{name!r} is no kind of watch: {', '.join(names())}")
    return cast(Kind, importlib.import_module(f"{__name__}.{name.replace('-', '_')}"))
