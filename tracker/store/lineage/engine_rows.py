"""From the lineage engine's arrays to rows: nodes become keys or names, each row gets the parent it came through."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tracker.graph.names import places
from tracker.graph.ragged import heads, pairs, positions, runs
from tracker.graph.shapes import SCALE, Resolved
from tracker.words import EVIDENCES, RELATIONS, STATUSES

Array = NDArray[Any]


def lineage_rows(resolved: Resolved, keys: Array, line: Array, kept: NDArray[np.bool_] | None) -> pl.DataFrame:
    """Return one row per model and root, with keys for models and names for stubs.

    `line` holds the registry's ruling on each node's own name; `kept` chooses the models to return.
    """
    via, relation = _via(resolved)
    chosen = slice(None) if kept is None else kept[resolved.model]
    model, root, via = resolved.model[chosen], resolved.root[chosen], via[chosen]
    return pl.DataFrame(
        {
            "variant": pl.repeat(resolved.variant, len(model), eager=True),
            "model_key": keys[model],
            "root_key": _key(root, keys),
            "root_name": _stub_name(root, resolved.names, resolved.models),
            "credit": resolved.credit[chosen],
            "depth": resolved.depth[chosen].astype(np.int32),
            "status": _words(resolved.status[chosen], STATUSES),
            "evidence": _words(resolved.evidence[chosen], EVIDENCES),
            "line": line[root].astype(np.int16),
            "relation": _words(relation[chosen], RELATIONS),
            "via_key": _key(via, keys),
            "via_name": _stub_name(via, resolved.names, resolved.models),
            "self_reference": resolved.self_reference[model],
            "in_cycle": resolved.in_cycle[model],
        }
    )


def nearest_rows(resolved: Resolved, keys: Array, kept: NDArray[np.bool_] | None) -> pl.DataFrame:
    """Return one row per model and nearest line."""
    chosen = slice(None) if kept is None else kept[resolved.near_model]
    return pl.DataFrame(
        {
            "variant": pl.repeat(resolved.variant, len(resolved.near_model[chosen]), eager=True),
            "model_key": keys[resolved.near_model[chosen]],
            "line": resolved.near_line[chosen].astype(np.int16),
            "credit": resolved.near_credit[chosen],
        }
    )


def edge_rows(resolved: Resolved, keys: Array, kept: NDArray[np.bool_] | None) -> pl.DataFrame:
    """Return one row per edge that counts, with keys for models and names for stubs, whose edges are always kept."""
    is_stub = resolved.edge_derivative >= resolved.models
    chosen = slice(None) if kept is None else is_stub | kept[np.where(is_stub, 0, resolved.edge_derivative)]
    derivative, parent = resolved.edge_derivative[chosen], resolved.edge_parent[chosen]
    return pl.DataFrame(
        {
            "variant": pl.repeat(resolved.variant, len(derivative), eager=True),
            "model_key": _key(derivative, keys),
            "model_name": _stub_name(derivative, resolved.names, resolved.models),
            "parent_key": _key(parent, keys),
            "parent_name": _stub_name(parent, resolved.names, resolved.models),
            "relation": _words(resolved.edge_relation[chosen], RELATIONS),
            "evidence": _words(resolved.edge_evidence[chosen], EVIDENCES),
            "credit": resolved.edge_credit[chosen],
        }
    )


def _rows_of(column: Array, models: Array) -> tuple[Array, Array]:
    """Return the rows at which a sorted column has these models, and which of them each row has."""
    starts, counts = runs(column, models)
    return positions(starts, counts), np.repeat(np.arange(len(models)), counts)


def _via(resolved: Resolved) -> tuple[Array, Array]:
    """Return for each row the parent that its root is reached through, and the relation to it; -1 for roots.

    Of several the one with most credit, then the first by name.
    """
    parents = np.bincount(resolved.edge_derivative, minlength=resolved.models + 1)
    parent = np.full(max(len(parents), 1), -1, dtype=np.int32)
    relation = np.full(max(len(parents), 1), -1, dtype=np.int8)
    parent[resolved.edge_derivative] = resolved.edge_parent
    relation[resolved.edge_derivative] = resolved.edge_relation
    via, by = parent[resolved.model], relation[resolved.model]
    several = np.flatnonzero(parents[resolved.model] > 1)
    if len(several):
        via[several], by[several] = _best_parents(resolved, several, _ways(resolved, parents))
    return via, by


def _best_parents(resolved: Resolved, rows: Array, ways: pl.DataFrame) -> tuple[Array, Array]:
    """Return parent and relation of the step with most credit for each of these rows; each has one with some."""
    found, row = _rows_of(ways["model"].to_numpy(), resolved.model[rows])
    parent = ways["parent"].to_numpy()[found]
    through = ways["through"].to_numpy()[found]
    credit = ways["share"].to_numpy()[found] * _credits(resolved, through, resolved.root[rows][row])
    # ways through one parent that part behind it stand side by side
    first = heads(pairs(row, parent))
    row, parent, credit = row[first], parent[first], np.add.reduceat(credit, first)
    most = np.maximum.reduceat(credit, heads(row))
    best = np.flatnonzero(credit == most[row])
    best = best[np.lexsort((places(resolved.names, parent[best]), row[best]))]
    best = best[heads(row[best])]
    return parent[best], ways["relation"].to_numpy()[found[first[best]]]


def _credits(resolved: Resolved, model: Array, root: Array) -> Array:
    """Return the credit that each model, or stub at the end of a way, gives to a root."""
    asked = np.zeros(len(resolved.names), dtype=np.bool_)
    asked[model] = True
    rows = np.flatnonzero(asked[resolved.model])
    known = pairs(resolved.model[rows], resolved.root[rows])
    wanted = pairs(model, root)
    at = np.minimum(np.searchsorted(known, wanted), max(len(known) - 1, 0))
    # a stub without parents has no rows of its own: it is its root
    credit: Array = np.where(model == root, SCALE, 0)
    if len(known):
        hit = known[at] == wanted
        credit[hit] = resolved.credit[rows[at[hit]]]
    return credit


def _ways(resolved: Resolved, parents: Array) -> pl.DataFrame:
    """Return the edges of models with several parents, sorted; `through`: the model or last stub that they lead to."""
    columns = {"model": resolved.edge_derivative, "parent": resolved.edge_parent, "relation": resolved.edge_relation}
    # what is left over is left out: parents of one model are equal here
    edges = pl.DataFrame(columns | {"share": SCALE // parents[resolved.edge_derivative].astype(np.int64)})
    onward = edges.filter(pl.col("model") >= resolved.models).select(
        pl.col("model").alias("through"), pl.col("parent").alias("next"), pl.col("share").alias("part")
    )
    ways = edges.filter(parents[resolved.edge_derivative] > 1).with_columns(through="parent")
    while ways["through"].is_in(onward["through"].implode()).any():
        ways = ways.join(onward, on="through", how="left").with_columns(
            through=pl.coalesce("next", "through"), share=pl.col("share") * pl.col("part").fill_null(SCALE) // SCALE
        )
        ways = ways.drop("next", "part")
    return ways.sort("model", "parent")


def _key(node: Array, keys: Array) -> pl.Series:
    is_model = (node >= 0) & (node < len(keys))
    values = pl.Series(keys[np.where(is_model, node, 0)] if len(keys) else np.zeros(len(node), dtype=np.int32))
    return pl.select(pl.when(pl.Series(is_model)).then(values)).to_series()


def _stub_name(node: Array, names: pl.Series, models: int) -> pl.Series:
    """Return the names of stubs, null for models."""
    position = np.where(node >= models, node - models, len(names) - models)
    stubs = names.slice(models).extend_constant(None, 1)
    return stubs.gather(pl.Series(position, dtype=pl.UInt32))


def _words(codes: Array, words: Sequence[str]) -> pl.Series:
    """Return the word behind each code, null for -1."""
    table = pl.Series([*words, None], dtype=pl.String)
    return table.gather(pl.Series(np.where(codes < 0, len(words), codes), dtype=pl.UInt32))
