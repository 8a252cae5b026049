"""How right inferred lineage is: hide what models declare, infer it from their names, and compare."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from tracker.graph.shapes import Candidates, Int16s, Int32s, Int64s, Resolved
from tracker.lineage.choose import architecture
from tracker.lineage.choose.evidence import choose
from tracker.lineage.choose.inferred import infer
from tracker.lineage.choose.named import Named
from tracker.lineage.resolve import resolve
from tracker.registry import Registry


@dataclass(frozen=True)
class Accuracy:
    """Counts of models. `asked` declare a parent and have no family by their own name; `inferred` got a guess.

    A guess has the right parent if the model declares it, the right root if both lead (mostly) to one
    root, the right family if both lead (mostly) to one family; the last is counted for those
    whose declared parents reach a family.
    """

    asked: int
    inferred: int
    right_parent: int
    right_root: int
    asked_with_family: int
    inferred_with_family: int
    right_family: int

    @property
    def precision(self) -> float:
        """Share of guesses, where the truth is a known family, that name that family."""
        return self.right_family / self.inferred_with_family if self.inferred_with_family else 0.0

    @property
    def recall(self) -> float:
        """Share of models whose true family is known that were guessed to be of it."""
        return self.right_family / self.asked_with_family if self.asked_with_family else 0.0


def measure(candidates: Candidates, registry: Registry) -> Accuracy:
    """Return how right inference is on the models whose parents are declared."""
    named = Named(candidates, registry)
    edges = choose(candidates, registry, named=named)
    resolved = resolve(edges)
    asked = np.zeros(edges.nodes, dtype=np.bool_)
    asked[edges.derivative[edges.derivative < edges.models]] = True
    asked &= edges.line < 0
    nothing = np.zeros(0, dtype=np.int32)
    guesses = np.array(infer(named, asked, nothing, nothing), dtype=np.int64).reshape(-1, 3)
    derivative, parent = guesses[:, 0], guesses[:, 1]
    declared = set(zip(edges.derivative.tolist(), edges.parent.tolist(), strict=True))
    stubs = np.arange(edges.models, edges.nodes, dtype=np.int64)
    root = np.concatenate([_main_root(resolved), stubs])
    family = np.concatenate([_main_family(resolved, registry), _families(edges.line[edges.models :], registry)])
    known = family[derivative] >= 0
    return Accuracy(
        asked=int(asked.sum()),
        inferred=len(derivative),
        right_parent=sum(pair in declared for pair in zip(derivative.tolist(), parent.tolist(), strict=True)),
        right_root=int((root[derivative] == root[parent]).sum()),
        asked_with_family=int((asked & (family >= 0)).sum()),
        inferred_with_family=int(known.sum()),
        right_family=int((known & (family[derivative] == family[parent])).sum()),
    )


def measure_unseen(candidates: Candidates, registry: Registry) -> tuple[int, int, int]:
    """Return of parents with a known line, as if no night had seen them: how many, how many are told, and right.

    Half of all lines are hidden, told from the other half and from architecture tags alone, and the other way round.
    """
    named = Named(candidates, registry)
    edges = choose(candidates, registry, named=named)
    derivative, parent = edges.derivative, edges.parent
    count = len(candidates.names)
    asked = np.unique(parent[(edges.line[parent] >= 0) & (parent < count)])
    ends = _families(registry.whose_weights(edges.line), registry)
    hints = _below(candidates, derivative, parent)
    told = right = 0
    for half in (0, 1):
        hidden = asked[asked % 2 == half]
        line = edges.line.copy()
        line[hidden] = -1
        nodes = pl.DataFrame({"hint": architecture.of_nodes(named, derivative, parent), "line": line[:count]})
        nodes = nodes.with_columns(lower=candidates.names.head(count).str.to_lowercase())
        unseen = pl.DataFrame({"node": hidden, "hint": [hints.get(node, "") for node in hidden.tolist()]})
        guesses = architecture.parents(unseen, nodes, named, derivative, parent)
        told += len(guesses)
        right += int((ends[guesses["node"].to_numpy()] == ends[guesses["parent"].to_numpy()]).sum())
    return len(asked), told, right


def _below(candidates: Candidates, derivative: Int32s, parent: Int32s) -> dict[int, str]:
    """Return by parent the architecture tag on which its derivatives agree."""
    tags: dict[int, set[str]] = {}
    for model, above in zip(derivative.tolist(), parent.tolist(), strict=True):
        if model < len(candidates.hints or ()) and candidates.hints[model]:
            tags.setdefault(above, set()).add(candidates.hints[model])
    return {above: next(iter(found)) for above, found in tags.items() if len(found) == 1}


def _main_root(resolved: Resolved) -> Int64s:
    return _heaviest(resolved.models, resolved.model, resolved.root, resolved.credit)


def _main_family(resolved: Resolved, registry: Registry) -> Int64s:
    """Return each model's heaviest family, as a code; below 0: none."""
    families = _families(resolved.near_line, registry)
    return _heaviest(resolved.models, resolved.near_model, families, resolved.near_credit)


def _families(line: Int16s, registry: Registry) -> Int64s:
    """Return the code of the family of each line; below 0: none."""
    numbers = registry.line_numbers
    tops = np.array([numbers[each.family] for each in registry.lines] or [0], dtype=np.int64)
    code = line.astype(np.int64)
    return np.where(code >= 0, tops[code], code)


def _heaviest(
    models: int,
    model: np.typing.NDArray[np.int32],
    value: np.typing.NDArray[np.integer],
    weight: np.typing.NDArray[np.int32],
) -> Int64s:
    answer = np.full(models, -1, dtype=np.int64)
    order = np.lexsort((-value.astype(np.int64), weight, model))  # a model's heaviest row, then lowest value, is last
    answer[model[order]] = value[order]
    return answer
