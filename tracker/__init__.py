"""Which base models the Hugging Face Hub builds on, where they come from, and how that is changing.

import tracker

with tracker.open("data") as t:
    print(t.share(by="family", month="2026-10"))
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tracker.api import Ancestors, Answer, Copy, Definition, Descendants, Rows, TrackerError, open

__version__ = "1.0.0"

# Raised when parsing or lineage gives other rows for the same pages and the same registry: ids of copies depend on it.
METHOD_VERSION = 5

__all__ = ["Ancestors", "Answer", "Copy", "Definition", "Descendants", "Rows", "TrackerError", "open"]


def later(package: str, names: Mapping[str, str]) -> Callable[[str], Any]:
    """Return the `__getattr__` of a package that imports what it offers when that is first asked for.

    `names` has those of each module, with blanks between them. What a question does not need costs it nothing so: to
    import all of the tracker takes longer than most answers.
    """
    homes = {name: module for module, offered in names.items() for name in offered.split()}

    def found(name: str) -> Any:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(import_module(homes[name]), name)

    return found


if not TYPE_CHECKING:
    __getattr__ = later(__name__, {"tracker.api": " ".join(__all__)})
