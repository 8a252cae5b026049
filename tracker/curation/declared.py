"""What models declare, in a recorded sample or in a published copy, as the lineage engine wants it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tracker.curation.licensed.sampled import licenses_of
from tracker.lineage import EVIDENCES, RELATIONS, Candidates
from tracker.lineage.choose.from_tags import candidates_from_tags

if TYPE_CHECKING:
    from tracker.store import Published

_MODELS = """
select model_key, model_id, coalesce(epoch(created_at)::bigint, -1) as created_at, removed_at is null as present,
  coalesce(architecture, '') as hint, coalesce(downloads_30d, 0)::bigint as downloads_30d,
  license
from models order by model_key
"""

_PARENTS = """
select model_key, parent_key, parent_id, relation, evidence, ordinal::integer as ordinal
from parents order by model_key, ordinal, parent_id, relation
"""


@dataclass(frozen=True)
class Declared:
    """`candidates` of the lineage engine, `downloads` of 30 days, and the licence that the tags name, one a model."""

    candidates: Candidates
    downloads: NDArray[np.int64]
    license: pl.Series


def of_sample(sample: pl.DataFrame) -> Declared:
    """Return what a sample as `read_sample` gives it declares."""
    return Declared(candidates_from_tags(sample), sample["downloads_30d"].to_numpy(), licenses_of(sample["tags"]))


def of_copy(published: Published) -> Declared:
    """Return what the models of a published copy declare; a parent that is not on the Hub is a stub by its name."""
    models, parents = published.query(_MODELS), published.query(_PARENTS)
    count = len(models)
    nodes = models.select("model_key", node=pl.int_range(count, dtype=pl.Int32))
    unseen = parents.filter(pl.col("parent_key").is_null())["parent_id"].unique().sort()
    stubs = pl.DataFrame({"parent_id": unseen}).with_columns(
        stub=pl.int_range(count, count + len(unseen), dtype=pl.Int32)
    )
    edges = (
        parents.join(nodes.rename({"node": "derivative"}), on="model_key", maintain_order="left")
        .join(nodes.rename({"model_key": "parent_key"}), on="parent_key", how="left", maintain_order="left")
        .join(stubs, on="parent_id", how="left", maintain_order="left")
    )
    candidates = Candidates(
        model_keys=models["model_key"].to_numpy().astype(np.int32),
        names=pl.concat([models["model_id"], unseen.rename("model_id")]),
        created_at=models["created_at"].to_numpy().astype(np.int64),
        present=models["present"].to_numpy().astype(np.bool_),
        derivative=edges["derivative"].to_numpy(),
        parent=edges.select(pl.coalesce("node", "stub"))["node"].to_numpy(),
        relation=_codes(edges["relation"], RELATIONS),
        evidence=_codes(edges["evidence"], EVIDENCES),
        ordinal=edges["ordinal"].to_numpy().astype(np.int32),
        hints=models["hint"].to_list(),
    )
    return Declared(candidates, models["downloads_30d"].to_numpy(), models["license"])


def _codes(column: pl.Series, words: tuple[str, ...]) -> NDArray[np.int8]:
    return column.replace_strict(list(words), list(range(len(words))), return_dtype=pl.Int8).to_numpy().astype(np.int8)
