"""Which of many name patterns speaks for a repository.

The most specific one: an exact name first, then the pattern with the most literal text, then the one
with the most of it before its first `*`, then the first in the alphabet.

Patterns are grouped by namespace, so that names in a namespace without patterns cost one dictionary
lookup. Within a namespace all globs are one regular expression whose alternatives stand in order of
precedence, and the first that matches the whole name is the answer.

Case does not matter: the Hub gives no two repositories names that differ only in case, and
`base_model` tags are written by hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

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


def _expression(glob: str) -> str:
    return ".*".join(re.escape(part) for part in glob.split(STAR))


class Namespace:
    """The patterns of one namespace, in lower case."""

    def __init__(self, numbered: Sequence[tuple[int, str]]) -> None:
        self._exact = {name: number for number, name in numbered if STAR not in name}
        self._globs = sorted((entry for entry in numbered if STAR in entry[1]), key=lambda entry: precedence(entry[1]))

    @cached_property
    def _expression(self) -> re.Pattern[str]:
        return re.compile("|".join(f"({_expression(glob)})" for _, glob in self._globs))

    def match(self, name: str) -> int:
        """Return the number of the most specific pattern that fits a lower-case name, -1 if none does."""
        number = self._exact.get(name)
        if number is not None:
            return number
        found = self._expression.fullmatch(name) if self._globs else None
        return self._globs[found.lastindex - 1][0] if found and found.lastindex else -1

    def match_each(self, name: str) -> list[int]:
        """Return the numbers of all patterns that fit a lower-case name."""
        exact = [self._exact[name]] if name in self._exact else []
        return exact + [number for number, glob in self._globs if re.fullmatch(_expression(glob), name)]


class Patterns:
    """All patterns of a file; numbers are positions in the sequence given.

    `present` maps former namespaces to present ones: either name finds the patterns written for both.
    """

    def __init__(self, patterns: Sequence[str], present: Mapping[str, str]) -> None:
        renamed = {old.lower(): new.lower() for old, new in present.items()}
        grouped: dict[str, list[tuple[int, str]]] = {}
        for number, pattern in enumerate(patterns):
            namespace, name = split(pattern.lower())
            grouped.setdefault(renamed.get(namespace, namespace), []).append((number, name))
        self.namespaces = {namespace: Namespace(numbered) for namespace, numbered in grouped.items()}
        for old, new in renamed.items():
            if new in self.namespaces:
                self.namespaces[old] = self.namespaces[new]

    def match(self, model_id: str) -> int:
        """Return the number of the pattern that speaks for a repository, -1 if none does."""
        found = self.match_all([model_id])
        return found[0][1] if found else -1

    def all_matches(self, model_id: str) -> list[int]:
        """Return the numbers of all patterns that fit a repository, most specific first."""
        namespace, name = split(model_id.lower())
        found = self.namespaces.get(namespace)
        return found.match_each(name) if found else []

    def match_all(self, model_ids: Iterable[str]) -> list[tuple[int, int]]:
        """Return (position, pattern number) for each repository that a pattern speaks for."""
        namespaces, answers = self.namespaces, []
        for position, model_id in enumerate(model_ids):
            namespace, slash, name = model_id.lower().partition("/")
            found = namespaces.get(namespace if slash else "")
            if found is not None:
                number = found.match(name if slash else namespace)
                if number >= 0:
                    answers.append((position, number))
        return answers
