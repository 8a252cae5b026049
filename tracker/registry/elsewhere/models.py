"""Which model is meant: whose line its name belongs to, in a namespace of its maker or as a brand.

The first rule that answers wins:

    hub id       the source names the repository
    row          other_names.csv does
    name         in a namespace of its maker a row of roots.csv speaks of a repository of this name, or all that begin
                 so are of one family
    brand        a developer's line is called so, and who offers it here is that developer, or a tuner
    namesake     all repositories that are called so, or begin so, are of one family, whoever uploads them
    relative     in a namespace of its maker a shorter name is known: its family, and no word on weights
    namespace    its maker's models are all of one line
    maker        nothing is known of the model, only who made it
    none         nothing is known
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from tracker.registry.elsewhere.makers import Who
from tracker.registry.elsewhere.names import Said
from tracker.registry.patterns import STAR, Patterns, literal_length, split

if TYPE_CHECKING:
    from tracker.registry.book import Registry

HUB_ID, ROW, NAME, BRAND, NAMESAKE = "hub id", "row", "name", "brand", "namesake"
RELATIVE, NAMESPACE, MAKER, NONE = "relative", "namespace", "maker", "none"
OF_WEIGHTS = (HUB_ID, ROW, NAME, BRAND, NAMESAKE)  # rules that speak of weights which somebody has seen


@dataclass(frozen=True)
class Found:
    """The rule that answered, and what it leads to: a repository, a line of the registry, both or neither."""

    rule: str
    model_id: str | None = None
    line: str | None = None

    @property
    def has_weights(self) -> bool:
        """Whether the registry knows weights of this name."""
        return self.rule in OF_WEIGHTS


class Models:
    """The models of one registry, by the names that sources give them."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def called(self, said: Said, who: Who | None, names: Sequence[str]) -> Found:
        """Return what the first rule that answers says of a model, by the spellings of its name."""
        if said.hub_id:
            return self._repository(HUB_ID, said.hub_id)
        row = self._row(said.source, who, names)
        return row or self._in_namespaces(who, names) or self.by_brand(who, names) or self._last(who, names)

    def by_brand(self, who: Who | None, names: Sequence[str]) -> Found | None:
        """Return what a developer's line of such a name, or all repositories of such a name, say."""
        for name in names:
            code = self._registry.line_of_name(name)
            if code is not None and self._may_carry(who, self._registry.lines[code].developer):
                return Found(BRAND, None, self._registry.lines[code].line)
        for name in names if who is None or not who.weights else ():
            if any(map(str.isdigit, name)) and (line := self._agreed(self._everywhere.beginning(name))):
                return Found(NAMESAKE, None, line)
        return None

    def opened(self, who: Who | None, found: Found, names: Sequence[str]) -> str | None:
        """Return what openness.csv says of a model by the name it has, or would have, on the Hub; None for nothing."""
        for each in (*filter(None, [found.model_id]), *_in(who, names)):
            number = self._openness.match(each)
            if number >= 0:
                return self._registry.openness[number].weights
        return None

    def _row(self, source: str, who: Who | None, names: Sequence[str]) -> Found | None:
        for each in (*_in(who, names), *names):
            for number in self._others.all_matches(each):
                row = self._registry.other_names[number]
                if row.source in ("", source):
                    return self._repository(ROW, row.model_id)
        return None

    def _in_namespaces(self, who: Who | None, names: Sequence[str]) -> Found | None:
        for name in _in(who, names):
            # what a source calls `mistral-nemo` is `Mistral-Nemo-Instruct-2407`
            spelt = max((name, f"{name}-"), key=self._told)
            if self._told(spelt):
                return Found(NAME, name, self._line(spelt))
        for name in _in(who, names):
            begun = self._exact.beginning(self._registry.present_id(name))
            if begun:
                return Found(NAME, name, self._agreed(begun))
        return None

    def _last(self, who: Who | None, names: Sequence[str]) -> Found:
        """Return what the maker alone says, and the longest name of its own that is the beginning of this one."""
        for name in _in(who, names):
            shorter = self._registry.present_id(name)
            while "-" in shorter.partition("/")[2]:
                shorter = shorter.rpartition("-")[0]
                if shorter in self._exact.lines:
                    return Found(RELATIVE, None, self._exact.lines[shorter])
        lines = [self._line(f"{space}/{names[0]}") for space in (who.namespaces if who else ())]
        line = self._agreed([each for each in lines if each]) if lines and all(lines) else None
        return Found(NAMESPACE, None, line) if line else Found(MAKER if who else NONE)

    def _agreed(self, lines: Sequence[str]) -> str | None:
        """Return the line that all of these are, or the family; None where they are of several families."""
        if len(set(lines)) == 1:
            return lines[0]
        families = {self._registry.line(line).family for line in lines}
        return families.pop() if len(families) == 1 else None

    def _told(self, model_id: str) -> int:
        """Return how much of a name the row tells that speaks of it, 0 for none or one of a whole namespace."""
        rule = self._registry.ruling(model_id).rule
        return 0 if rule is None or rule.pattern.endswith(f"/{STAR}") else literal_length(rule.pattern)

    def _may_carry(self, who: Who | None, developer: str) -> bool:
        """Return whether a name of a developer's line tells the weights of whose model it is.

        A developer's own names are its own (`nova`, `seed`), those of a tuner say what they are tuned from.
        """
        return who is None or who.organization == developer or not self._develops(who)

    def _develops(self, who: Who) -> bool:
        return not who.namespaces or who.organization in self._developers

    def _repository(self, rule: str, model_id: str) -> Found:
        return Found(rule, model_id, self._line(model_id))

    def _line(self, model_id: str) -> str | None:
        line = self._registry.ruling(model_id).line
        return line if line in self._registry.line_numbers else None

    @cached_property
    def _exact(self) -> _Names:
        """Repositories of rows without a star, in lower case and under the present name of their namespace."""
        return _Names(
            {
                self._registry.present_id(root.pattern): root.line
                for root in self._registry.roots
                if STAR not in root.pattern and root.line in self._registry.line_numbers
            }
        )

    @cached_property
    def _everywhere(self) -> _Names:
        """Names without their namespace that are of one family wherever they stand."""
        found: dict[str, list[str]] = {}
        for model_id, line in self._exact.lines.items():
            found.setdefault(split(model_id)[1], []).append(line)
        agreed = {name: self._agreed(lines) for name, lines in found.items()}
        return _Names({name: each for name, each in agreed.items() if each})

    @cached_property
    def _developers(self) -> frozenset[str]:
        return frozenset(line.developer for line in self._registry.lines)

    @cached_property
    def _openness(self) -> Patterns:
        return Patterns([row.pattern for row in self._registry.openness], self._registry.present_names)

    @cached_property
    def _others(self) -> Patterns:
        return Patterns([row.pattern for row in self._registry.other_names], self._registry.present_names)


class _Names:
    """Lines by name, and by how names begin."""

    def __init__(self, lines: Mapping[str, str]) -> None:
        self.lines = lines
        self._sorted = sorted(lines)

    def beginning(self, name: str) -> Sequence[str]:
        """Return the lines of what is called so, or begins with this name and a hyphen."""
        first, last = (bisect_left(self._sorted, each) for each in (f"{name}-", f"{name}."))  # `.` comes after `-`
        found = [self.lines[each] for each in self._sorted[first:last]]
        return [self.lines[name], *found] if name in self.lines else found


def _in(who: Who | None, names: Sequence[str]) -> Iterator[str]:
    """Yield names in the namespaces of a maker."""
    for name in names:
        for space in who.namespaces if who else ():
            yield f"{space}/{name}"
