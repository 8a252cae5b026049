"""Under which licence each repository appears: its developer's terms, mostly kept by what builds on it, or not told."""

from __future__ import annotations

from datetime import date

import numpy as np
from numpy.typing import NDArray

from tracker.demo.synthetic import words
from tracker.demo.synthetic.population.parents import Parentage, first_roots
from tracker.demo.synthetic.population.population import Population
from tracker.demo.synthetic.terms import Terms

KEPT, UNTOLD = 0.72, 0.14  # of the derivatives keep their base's tag, or have none; others draw a new one
SILENT_DEVELOPERS = 0.05  # of the real models have no tag, as some on the Hub


def choose_licenses(
    population: Population, parentage: Parentage, terms: Terms, bare: NDArray[np.bool_], today: date
) -> NDArray[np.int8]:
    """Return the tag of each row, a number in words.LICENSES; rows that are `bare` say nothing."""
    rng = population.rng("licenses")
    models = len(population)
    chance, none = rng.random(models), words.LICENSES.index("")
    tag = rng.choice(len(words.LICENSES), models, p=words.LICENSE_WEIGHTS)
    derived = parentage.first >= 0
    tag[derived & (chance < UNTOLD)] = none
    for number, role in enumerate(population.roles):
        row = int(population.row_of_role[number])
        shown = None if role.is_mirror else terms.tag_for(role.model_id, today)
        if shown in words.LICENSES:
            tag[row] = none if chance[row] < SILENT_DEVELOPERS else words.LICENSES.index(shown)
            derived[row] = False
    mirrors = [int(population.row_of_role[at]) for at, role in enumerate(population.roles) if role.is_mirror]
    keeps = derived & (chance >= 1 - KEPT)
    keeps[mirrors] = derived[mirrors]
    source = first_roots(np.where(keeps, parentage.first, -1).astype(np.int32))
    tag = tag[source]
    tag[bare & ~keeps] = none
    return tag.astype(np.int8)
