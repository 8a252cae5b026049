"""The synthetic ecosystem: a Hub of any size that does not exist, night by night, and the truth about it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tracker.demo.synthetic import words
from tracker.demo.synthetic.counters import Counters, Shown
from tracker.demo.synthetic.facts import Facts
from tracker.demo.synthetic.items import Declared, Scene, lines
from tracker.demo.synthetic.population.life import live, redirects
from tracker.demo.synthetic.population.oddities import Oddities, plant
from tracker.demo.synthetic.population.parents import Edges, choose_parents
from tracker.demo.synthetic.population.population import Ints, poll_moment, populate, publisher_count
from tracker.demo.synthetic.population.traits import dress, free_namespaces, name_all
from tracker.demo.synthetic.terms import Terms
from tracker.demo.synthetic.trend import SECONDS_A_DAY, days
from tracker.demo.synthetic.truth import Lineages, Sources, Truth, as_record, traceable, truths
from tracker.errors import SettingsError
from tracker.registry import default_directory

LAST_NIGHT = date(2026, 11, 21)


class SyntheticEcosystem:
    """`models` repositories that exist at some time up to `last_night`, seen on the `nights` before it.

    The same arguments and the same registry give the same bytes, in any process. Real are only the names, release
    days and families of the registry's root models; they are the truth that `truth` tells.
    """

    synthetic = True

    def __init__(
        self,
        models: int = 20_000,
        nights: int = 30,
        seed: int = 1,
        last_night: date = LAST_NIGHT,
        registry: Path | None = None,
        stress: bool = False,
    ) -> None:
        """Make the population. `stress` adds merges: three times as many, of up to ten parents."""
        if models < 1 or nights < 1:
            raise SettingsError(f"{models} models on {nights} nights: there must be one of each at least")
        self.nights: Sequence[date] = [last_night - timedelta(days=back) for back in range(nights - 1, -1, -1)]
        self.facts = Facts(registry or default_directory())
        self.population = populate(models, seed, last_night, self.facts, 0.065 if stress else None)
        self._parentage = choose_parents(self.population, many=stress)
        first = poll_moment(self.nights[0])
        publishers = words.publishers(publisher_count(models))
        self.oddities: Oddities = plant(self.population, self._parentage, self.facts, publishers, first)
        known = free_namespaces(self.facts, self.population)
        self.naming = name_all(self.population, self._parentage, publishers, known, self.oddities.hostile)
        self.terms = Terms(self.facts)
        self.traits = dress(self.population, self._parentage, self.terms, first, last_night)
        self.life = live(self.population, self._parentage, self.naming, self.oddities.rows, self.nights)
        self.edges = self._parentage.edges()
        self._shown = _with_untrue(self.edges, self.oddities)

    def lines(self, night: date) -> Iterator[bytes]:
        """Yield one list item a model that is public on a night, as JSON bytes."""
        yield from lines(self.scene(night), self.rows(night))

    def renames(self, night: date) -> Mapping[str, str]:
        """Return old name -> present name of public models, for all renames up to a night."""
        return redirects(self.life, self.naming, self.life.public(self.population, night), night)

    def truth(self, night: date) -> dict[str, Truth]:
        """Return the truth about every public model of a night, by its name on that night."""
        return {each.model_id: each for each in self._truths(night)}

    def truth_lines(self, night: date) -> Iterator[bytes]:
        """Yield the truth about each public model of a night as a JSON object, without a line end."""
        for each in self._truths(night):
            yield json.dumps(as_record(each), ensure_ascii=False).encode()

    def rows(self, night: date) -> Ints:
        """Return the rows that a night shows."""
        return np.flatnonzero(self.life.public(self.population, night))

    def shown(self, night: date) -> Shown:
        """Return the counters of every row on a night."""
        return self._counters.shown(night)

    @cached_property
    def _counters(self) -> Counters:
        return Counters(self.population, self.traits.interest, self.nights)

    @cached_property
    def _lineages(self) -> Lineages:
        return Lineages(self.edges, len(self.population))

    def _truths(self, night: date) -> Iterator[Truth]:
        scene, silent = self.scene(night), self.life.silent(self._parentage, night)
        declares = np.zeros(len(self.population), dtype=np.bool_)
        declares[scene.declared.derivative] = True
        unnamed = self._parentage.missing_tag & silent
        sources = Sources(
            self.facts,
            self.terms,
            self._lineages,
            scene,
            declares,
            traceable(self.edges, unnamed),
            self._flags(night, unnamed),
        )
        return truths(sources, self.rows(night), night)

    def scene(self, night: date) -> Scene:
        """Return all that a night shows, ready to be written."""
        commits = {row: day * SECONDS_A_DAY for row, day in self.life.touched(night).items()}
        return Scene(
            self.population,
            self.traits,
            self.naming,
            self._declared(night),
            self.shown(night),
            self.life.names(night),
            commits,
        )

    def _declared(self, night: date) -> Declared:
        says = ~self.life.silent(self._parentage, night)[self._shown.derivative]
        edges = Edges(self._shown.derivative[says], self._shown.parent[says])
        public = self.life.public(self.population, night)
        return Declared(edges.derivative, edges.parent, edges.starts(len(public)), self.oddities.stubs, public)

    def _flags(self, night: date, unnamed: NDArray[np.bool_]) -> dict[str, list[int]]:
        day, life = days(night), self.life
        removed_parent = self._shown.parent >= 0
        removed_parent &= ~life.public(self.population, night)[np.maximum(self._shown.parent, 0)]
        return {
            "dangling": self.oddities.dangling,
            "hostile": sorted({*self.oddities.hostile, *self.traits.hostile_tags}),
            "in_cycle": sorted(set(self.oddities.in_cycle)),
            "late_declaration": [row for row, since in life.declared_on.items() if since <= day],
            "mirror": [
                int(self.population.row_of_role[at]) for at, role in enumerate(self.population.roles) if role.is_mirror
            ],
            "missing_tag": np.flatnonzero(unnamed).tolist(),
            "parent_removed": sorted(set(self._shown.derivative[removed_parent].tolist())),
            "renamed": [row for row, steps in life.renamed.items() if steps[0][0] <= day],
            "returned": np.flatnonzero(life.returned_on <= day).tolist(),
            "reused_name": sorted(life.reused),
            "self_reference": self.oddities.self_reference,
        }


def _with_untrue(edges: Edges, oddities: Oddities) -> Edges:
    """Return the edges with the false ones that the Hub shows, after the true ones of each model."""
    untrue = np.array(sorted(oddities.untrue), dtype=np.int32).reshape(-1, 2)
    derivative = np.concatenate([edges.derivative, untrue[:, 0]])
    parent = np.concatenate([edges.parent, untrue[:, 1]])
    order = np.argsort(derivative, kind="stable")
    return Edges(derivative[order], parent[order])
