"""Who is meant by a name of a maker: by a row of makers.csv, else a namespace of the Hub, else an organization."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from tracker.registry.elsewhere.names import bare
from tracker.registry.elsewhere.rows import HIDDEN, Maker

if TYPE_CHECKING:
    from tracker.registry.book import Registry

UNKNOWN, UNREVIEWED = "unknown", "unreviewed"


@dataclass(frozen=True)
class Who:
    """An organization, its country and its namespaces on the Hub; `weights` as in makers.csv, empty where it is silent.

    An account that roots.csv knows and organizations.csv does not is `unreviewed`, with its namespace.
    """

    organization: str
    country: str
    weights: str = ""
    namespaces: tuple[str, ...] = ()


class Makers:
    """The makers of one registry, by the names that sources give them."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def called(self, name: str, source: str) -> Who | None:
        """Return who a source means by a name, None for nobody known; of several who sit in one country the first."""
        if not name:
            return None
        whole = self._one(name, source)
        parts = [part for part in name.replace("/", ",").split(",") if part.strip()]
        if whole or len(parts) < 2:
            return whole
        named = [who for part in parts if (who := self._one(part.strip(), source))]
        if not named:
            return None
        countries = {who.country for who in named} - {UNKNOWN, UNREVIEWED}
        spaces = tuple(dict.fromkeys(space for who in named for space in who.namespaces))
        return replace(named[0], country=countries.pop() if len(countries) == 1 else UNKNOWN, namespaces=spaces)

    def of_namespace(self, namespace: str) -> Who | None:
        """Return who uploads under a namespace of the Hub."""
        publisher = self._registry.publisher(namespace)
        if publisher.row:
            others = self._namespaces[publisher.organization]
            spaces = tuple(dict.fromkeys((publisher.row.namespace, *others)))
            return Who(publisher.organization, publisher.country, "", spaces)
        is_known = namespace.lower() in self._registry.root_namespaces
        return Who(UNREVIEWED, UNREVIEWED, "", (namespace,)) if is_known else None

    def is_company(self, namespace: str) -> bool:
        """Return whether a namespace of the Hub is an organization's, whose name nobody else takes elsewhere."""
        row = self._registry.publisher(namespace).row
        return row is not None and row.kind != "individual"

    def _one(self, name: str, source: str) -> Who | None:
        row = self._rows.get((bare(name), source)) or self._rows.get((bare(name), ""))
        if row:
            return self._of_row(row)
        organization = self._organizations.get(bare(name))
        if organization:
            return self._of_organization(organization)
        return self.of_namespace(name) or self.of_namespace(name.replace(" ", ""))

    def _of_row(self, row: Maker) -> Who:
        if row.weights == HIDDEN:
            return Who(HIDDEN, UNKNOWN, HIDDEN)
        if row.organization in self._namespaces:
            return replace(self._of_organization(row.organization), weights=row.weights)
        return Who(row.organization, row.country or UNKNOWN, row.weights)

    def _of_organization(self, organization: str) -> Who:
        spaces = self._namespaces[organization]
        return Who(organization, self._registry.publisher(spaces[0]).country, "", spaces)

    @cached_property
    def _rows(self) -> Mapping[tuple[str, str], Maker]:
        return {(bare(row.name), row.source): row for row in self._registry.makers}

    @cached_property
    def _organizations(self) -> Mapping[str, str]:
        return {bare(name): name for name in self._namespaces}

    @cached_property
    def _namespaces(self) -> Mapping[str, tuple[str, ...]]:
        """Present namespaces by organization."""
        found: dict[str, dict[str, None]] = {}
        for publisher in self._registry.publishers():
            if publisher.row:
                found.setdefault(publisher.organization, {})[publisher.row.namespace] = None
        return {name: tuple(spaces) for name, spaces in found.items()}
