"""What a page is made of, as a digest: where it is that of the page which stands there, nothing is rendered again.

A page is a function of its template, of the values that this fills in, and of the code and the templates of pages; all
of them are in the digest. So a build over an older site equals one from nothing, and costs what has changed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

_PAGES = Path(__file__).parents[1]


def digest(template: str, values: Mapping[str, Any]) -> str:
    """Return the digest of a page; raise TypeError for a value whose text would not tell all that is in it."""
    text = json.dumps([_code(), template, values], default=_plain, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return [type(value).__name__, *(getattr(value, each.name) for each in fields(value))]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    raise TypeError(f"a page is made of {type(value).__name__}, which does not tell all that is in it")


@cache
def _code() -> str:
    """Return the digest of the code and the templates of pages."""
    made = hashlib.sha256()
    for path in sorted(_PAGES.rglob("*")):
        if path.is_file() and path.suffix != ".pyc":
            made.update(path.read_bytes())
    return made.hexdigest()
