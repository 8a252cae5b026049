"""YAML that every parser reads alike: each text between quotes, so that `NO`, `on`, `1e5` and `2026-11-21` are texts.

What 1.1 takes for a line's end or cannot hold raw is written as an escape, which 1.1 and 1.2 read alike.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_RAW = re.compile(r"[^\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_KEY = re.compile(r"[a-z][a-z_-]*")
_WORDS_OF_YAML = {"y", "yes", "n", "no", "on", "off", "true", "false", "null"}


def document(fields: Mapping[str, Any]) -> str:
    """Return the lines of a mapping of texts, whole numbers, truths, and lists and mappings of these.

    Keys are words of ours; empty values are left out. Raises ValueError for a key that YAML would read as no text.
    """
    return "".join(f"{line}\n" for line in _mapping(fields))


def text(value: str) -> str:
    """Return a text between double quotes, whatever it holds."""
    quoted = json.dumps(value.encode("utf-16", "surrogatepass").decode("utf-16", "replace"), ensure_ascii=False)
    return _RAW.sub(lambda found: _escape(ord(found[0])), quoted)


def _escape(code: int) -> str:
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _mapping(fields: Mapping[str, Any]) -> Iterator[str]:
    for key, value in fields.items():
        if not _KEY.fullmatch(key) or key in _WORDS_OF_YAML:
            raise ValueError(f"{key!r} cannot stand as a key without quotes")
        if isinstance(value, str | bool | int):
            if value != "":
                yield f"{key}: {_scalar(value)}"
        elif value:
            yield f"{key}:"
            yield from (f"  {line}" for line in (_mapping(value) if isinstance(value, Mapping) else _list(value)))


def _list(values: Sequence[Any]) -> Iterator[str]:
    for value in values:
        lines = list(_mapping(value)) if isinstance(value, Mapping) else [_scalar(value)]
        yield f"- {lines[0]}"
        yield from (f"  {line}" for line in lines[1:])


def _scalar(value: str | bool | int) -> str:
    return text(value) if isinstance(value, str) else json.dumps(value)
