"""The card on the Hub: what the tracker writes again each night, and what others have written there.

    front matter   entries that the tracker writes are its own, and first; others, whole, are kept
    text           what stands between two marks is the tracker's; what stands above and below is kept

The first mark holds hashes of what was written, so that an edit within is seen, and told before it goes. Kept is no
`dataset_info`: it says which columns there were, and nothing would load as soon as there is another.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

CARD = "README.md"
_NEVER_KEPT = ("configs", "dataset_info")
_ENTRY = re.compile(r"^(?:([\"']?)([A-Za-z_][\w-]*)\1\s*:)", re.MULTILINE)
_BEGINS = "<!-- written by tracker, {}: edits down to the next mark are lost, those elsewhere are kept -->\n"
_BEGUN = re.compile(r"^<!-- written by tracker, ([0-9a-f]{16}) ([0-9a-f]{16}) (\d+):[^\n]*-->\n", re.MULTILINE)
_ENDS = "<!-- up to here -->\n"


@dataclass(frozen=True)
class Merged:
    """A card, and what of another's is not in it any more, as sentences."""

    text: str
    lost: tuple[str, ...] = ()


def merged(ours: str, theirs: str | None) -> Merged:
    """Return the card that the tracker has made, with what others wrote into the one on the Hub, if there is one."""
    (front, text), (their_front, their_text) = _parts(ours), _parts(theirs or "")
    entries, before = _entries(front), _Before.read(their_front, their_text)
    kept = {name: entry for name, entry in before.foreign.items() if name not in (*entries, *_NEVER_KEPT)}
    lost = [f"`{name}` of the front matter" for name, entry in before.foreign.items() if _is_lost(name, entry, entries)]
    if before.is_edited:
        lost.append("an edit of the text that is written anew")
    told = f"{_digest(text)} {_digest(''.join(entries.values()))} {len(entries)}"
    head = "".join([*entries.values(), *kept.values()])
    body = f"{before.above}{_BEGINS.format(told)}{text}{_ENDS}{before.below}"
    return Merged(f"---\n{head}---\n{body}" if head else body, tuple(lost))


@dataclass(frozen=True)
class _Before:
    """What others wrote into a card: entries of the front matter, text around the marks, or between them."""

    foreign: Mapping[str, str]
    above: str = ""
    below: str = ""
    is_edited: bool = False

    @classmethod
    def read(cls, front: str, text: str) -> _Before:
        """Read it; without marks all is theirs, and stands below."""
        entries, begun = _entries(front), _BEGUN.search(text)
        if begun is None:
            return cls(entries, below=f"\n{text.lstrip()}" if text.strip() else "")
        written = list(entries.items())[: int(begun[3])]
        if _digest("".join(entry for _, entry in written)) == begun[2]:
            entries = _without(entries, (name for name, _ in written))
        within, _, below = text[begun.end() :].partition(_ENDS)
        return cls(entries, text[: begun.start()], below, _digest(within) != begun[1])


def _is_lost(name: str, entry: str, entries: Mapping[str, str]) -> bool:
    if name in entries:
        return entries[name].split() != entry.split()
    return name in _NEVER_KEPT


def _parts(card: str) -> tuple[str, str]:
    """Return front matter and text, each ending in a line end or empty."""
    card = card.replace("\r\n", "\n").removeprefix("\ufeff")
    found = re.match(r"---[ \t]*\n(.*?)^---[ \t]*(?:\n|\Z)", card, re.DOTALL | re.MULTILINE)
    front, text = (found[1], card[found.end() :]) if found else ("", card)
    return front, text if not text or text.endswith("\n") else f"{text}\n"


def _entries(front: str) -> Mapping[str, str]:
    """Return the entries at the top of front matter, each with all its lines."""
    names = [*_ENTRY.finditer(front)]
    starts = [0, *(each.start() for each in names[1:]), len(front)]
    return {each[2]: front[starts[at] : starts[at + 1]] for at, each in enumerate(names)}


def _without(entries: Mapping[str, str], names: Iterable[str]) -> Mapping[str, str]:
    left_out = set(names)
    return {name: entry for name, entry in entries.items() if name not in left_out}


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
