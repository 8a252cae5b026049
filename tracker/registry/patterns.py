"""Which of many name patterns speaks for a repository.

The most specific one: an exact name first, then the pattern with the most literal text, then the one
with the most of it before its first `*`, then the first in the alphabet.

Globs are found by the literal text that they begin with, namespace included: a lookup for each length that such
texts have in a namespace. Nothing is compiled, which for some thousand namespaces takes longer than all else.

Case does not matter: the Hub gives no two repositories names that differ only in case, and
`base_model` tags are written by hand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

STAR = "*"


def split(model_id: str) -> tuple[str, str]:
    """Return namespace and name; a legacy bare name has the namespace ''."""
    namespace, slash, name = model_id.partition("/")
    return (namespace, name) if slash else ("", namespace)


def literal_length(pattern: str) -> int:
    """Return how much of a pattern is literal text."""
    return len(pattern) - pattern.count(STAR)


def precedence(glob: str) -> tuple[int, int, str]:
    """Return the sort key that puts the most specific glob first."""
    return (-literal_length(glob), -glob.index(STAR), glob)


@dataclass(frozen=True)
class Glob:
    """A glob in parts; `begin` is what it begins with, namespace included."""

    begin: str
    middles: tuple[str, ...]
    end: str
    number: int  # of the pattern

    def fits(self, model_id: str) -> bool:
        """Return whether an id that begins as the glob does goes on as it does."""
        start = len(self.begin)
        for middle in self.middles:
            found = model_id.find(middle, start)
            if found < 0:
                return False
            start = found + len(middle)
        return len(model_id) - len(self.end) >= start and model_id.endswith(self.end)


class Patterns:
    """All patterns of a file; numbers are positions in the sequence given.

    `present` maps former namespaces to present ones: either name finds the patterns written for both.
    """

    def __init__(self, patterns: Sequence[str], present: Mapping[str, str]) -> None:
        self.renamed = {old.lower(): new.lower() for old, new in present.items()}
        lower = [split(self._present(pattern)[1]) for pattern in patterns]
        self.exact = {
            f"{namespace}/{name}": number for number, (namespace, name) in enumerate(lower) if STAR not in name
        }
        globs = [(precedence(name), number) for number, (_, name) in enumerate(lower) if STAR in name]
        # the place of each is its place in order of precedence: of several that fit a name the first is the answer
        self.globs = [_parted(*lower[number], number) for _, number in sorted(globs)]
        present_names = {namespace for namespace, _ in lower}
        former = {old for old, new in self.renamed.items() if new in present_names}
        self.namespaces = frozenset(present_names | former)

    def match(self, model_id: str) -> int:
        """Return the number of the pattern that speaks for a repository, -1 if none does."""
        found = self.all_matches(model_id)
        return found[0] if found else -1

    def matches(self, model_ids: Sequence[str] | pl.Series) -> NDArray[np.int32]:
        """Return for each repository the number of the pattern that speaks for it, -1 if none does."""
        from tracker.registry import many_names  # a question at the shell needs no frames, and they take long to import

        return many_names.matches(self, model_ids)

    def all_matches(self, model_id: str) -> list[int]:
        """Return the numbers of all patterns that fit a repository, most specific first."""
        namespace, name = self._present(model_id)
        exact = [self.exact[name]] if name in self.exact else []
        begins = (name[:length] for length in self.lengths.get(namespace, ()) if length <= len(name))
        places = sorted(place for begin in begins for place in self._begun.get(begin, ()))
        return exact + [glob.number for place in places if (glob := self.globs[place]).fits(name)]

    @cached_property
    def lengths(self) -> Mapping[str, Sequence[int]]:
        """By namespace the lengths of what its globs begin with."""
        lengths: dict[str, set[int]] = {}
        for begin in self._begun:
            lengths.setdefault(begin.partition("/")[0], set()).add(len(begin))
        return {namespace: sorted(each) for namespace, each in lengths.items()}

    @cached_property
    def _begun(self) -> Mapping[str, Sequence[int]]:
        """By beginning the places of the globs that begin so."""
        begun: dict[str, list[int]] = {}
        for place, glob in enumerate(self.globs):
            begun.setdefault(glob.begin, []).append(place)
        return begun

    def _present(self, name: str) -> tuple[str, str]:
        """Return the namespace that a name stands under today, and the whole name under it; '' and '/name' without."""
        namespace, rest = split(name.lower())
        namespace = self.renamed.get(namespace, namespace)
        return namespace, f"{namespace}/{rest}"


def _parted(namespace: str, glob: str, number: int) -> Glob:
    begin, *middles, end = glob.split(STAR)
    return Glob(f"{namespace}/{begin}", tuple(middles), end, number)
