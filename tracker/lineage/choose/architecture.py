"""What architecture tags tell: the family of a parent that no night has seen, by the tags of what declares it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from tracker.graph.shapes import FINETUNE, Int32s

if TYPE_CHECKING:
    from tracker.lineage.choose.named import Named

PURE = 0.98  # part of a tag's models that must be of one family
ENOUGH = 10  # models that a tag is judged by


def of_nodes(named: Named, derivative: Int32s, parent: Int32s) -> pl.Series:
    """Return the architecture tag of each node, '' where there is none.

    A stub has that of its derivatives where they agree; adapters have none.
    """
    count = len(named.candidates.names)
    own = pl.Series(named.candidates.hints or [""] * named.models, dtype=pl.String)
    hints = own.extend_constant("", count - named.models)
    below = pl.DataFrame({"derivative": derivative, "parent": parent}).filter(
        pl.col("parent").is_between(named.models, count - 1) & (pl.col("derivative") < named.models)
    )
    below = below.select("parent", hint=hints.gather(below["derivative"])).filter(pl.col("hint") != "")
    agreed = below.group_by("parent").agg(pl.col("hint").first(), kinds=pl.col("hint").n_unique())
    agreed = agreed.filter(pl.col("kinds") == 1).sort("parent")
    return hints.scatter(agreed["parent"].cast(pl.UInt32), agreed["hint"])


def parents(
    unseen: pl.DataFrame, nodes: pl.DataFrame, named: Named, derivative: Int32s, parent: Int32s
) -> pl.DataFrame:
    """Return `node`, `parent`, `relation` of the stubs whose tag belongs to one family: its most built on model."""
    wanted = unseen.filter(pl.col("hint") != "")
    found = _representatives(wanted["hint"].unique(), nodes, named, derivative, parent)
    relation = pl.lit(FINETUNE, dtype=pl.Int8).alias("relation")
    return wanted.join(found, on="hint").select("node", pl.col("parent").cast(pl.Int32), relation)


def _representatives(
    hints: pl.Series, nodes: pl.DataFrame, named: Named, derivative: Int32s, parent: Int32s
) -> pl.DataFrame:
    """Return `hint` and `parent`: of each tag that is one family's, the model of it that most with the tag build on.

    Judged by the models with the tag that have a line by their own name or that of a parent.
    """
    lines = nodes["line"].to_numpy()
    count = len(lines)
    itself = np.arange(named.models, dtype=np.int32)
    model = np.concatenate([derivative[derivative < named.models], itself])
    known = np.concatenate([parent[derivative < named.models], itself])
    inside = known < count
    model, known = model[inside], known[inside]
    lined = lines[known] >= 0
    model, known = model[lined], known[lined]
    registry = named.registry
    ends = registry.whose_weights(lines[known])
    families = np.array([registry.line_numbers[each.family] for each in registry.lines], dtype=np.int32)
    seen = pl.DataFrame(
        {"model": model, "known": known, "hint": nodes["hint"].gather(model), "family": families[ends]}
    ).filter(pl.col("hint").is_in(hints.implode()))
    shares = seen.group_by("hint", "family").agg(pl.col("model").n_unique().alias("models"))
    shares = shares.with_columns(all=pl.col("models").sum().over("hint"))
    pure = shares.filter((pl.col("models") >= PURE * pl.col("all")) & (pl.col("models") >= ENOUGH))
    built_on = seen.join(pure, on=["hint", "family"]).group_by("hint", "known").len()
    built_on = built_on.with_columns(name=nodes["lower"].gather(built_on["known"]))
    best = built_on.sort("hint", "len", "name", descending=[False, True, False])
    return best.unique("hint", keep="first", maintain_order=True).select("hint", parent="known")
