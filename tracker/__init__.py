"""Which base models the Hugging Face Hub builds on, where they come from, and how that is changing.

import tracker

with tracker.open("data") as t:
    print(t.share(by="family", month="2026-10"))
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tracker.api import Ancestors, Answer, Copy, Definition, Descendants, Rows, TrackerError, open

__version__ = "0.1.0"

# Raised when parsing or lineage gives other rows for the same pages and the same registry: ids of copies depend on it.
METHOD_VERSION = 4

__all__ = ["Ancestors", "Answer", "Copy", "Definition", "Descendants", "Rows", "TrackerError", "open"]

if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        """Import the library when it is first asked for, since `tracker --help` need not wait for it."""
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from tracker import api

        return getattr(api, name)
