"""What a copy of an earlier version does not tell of its models, said where a question is about it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tracker.store import Published

_CLASSED = "select count(*) as models from models where license_class is not null"


def notes(published: Published, columns: Iterable[str]) -> tuple[str, ...]:
    """Return a note where a question is about classes of licences and the copy was published before they were told."""
    if "license_class" not in columns or published.table(_CLASSED)["models"][0]:
        return ()
    return (
        "this copy was published before classes of licences were told, so every model is unreviewed here; "
        "`tracker resolve` makes one that tells them",
    )
