"""Patterns against millions of names at once: what `Patterns.match` does for one, as joins.

Only names in namespaces with patterns are looked at; of these each is cut to the lengths at which globs of its
namespace begin, and looked up.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tracker.registry.patterns import Patterns


def matches(patterns: Patterns, model_ids: Sequence[str]) -> NDArray[np.int32]:
    """Return for each name the number of the pattern that speaks for it, -1 if none does."""
    found = np.full(len(model_ids), -1, dtype=np.int32)
    asked = _asked(patterns, pl.Series("lower", model_ids, dtype=pl.String).str.to_lowercase())
    exact = pl.DataFrame(
        {"name": list(patterns.exact), "number": list(patterns.exact.values())},
        {"name": pl.String, "number": pl.Int32},
    )
    in_full = asked.join(exact, on="name")
    found[in_full["at"].to_numpy()] = in_full["number"].to_numpy()
    best = _fitting(patterns, asked.join(exact, on="name", how="anti")).group_by("at").agg(pl.col("place").min())
    numbers = np.array([glob.number for glob in patterns.globs], dtype=np.int32)
    found[best["at"].to_numpy()] = numbers[best["place"].to_numpy()]
    return found


def _asked(patterns: Patterns, lower: pl.Series) -> pl.DataFrame:
    """Return the names in namespaces with patterns: `at`, their position, present `namespace`, whole present `name`."""
    parts = lower.str.splitn("/", 2).struct.unnest().with_row_index("at")
    is_bare = pl.col("field_1").is_null()
    parts = parts.select(
        "at",
        namespace=pl.when(is_bare).then(pl.lit("")).otherwise("field_0"),
        name=pl.coalesce("field_1", "field_0"),
    )
    theirs = parts.filter(pl.col("namespace").is_in(sorted(patterns.namespaces)))
    old, new = (pl.Series(each, dtype=pl.String) for each in (patterns.renamed.keys(), patterns.renamed.values()))
    theirs = theirs.with_columns(pl.col("namespace").replace(old, new))
    return theirs.with_columns(name=pl.col("namespace") + "/" + pl.col("name"))


def _fitting(patterns: Patterns, asked: pl.DataFrame) -> pl.DataFrame:
    """Return `at` and `place` of each name and glob that fits it."""
    pairs = [(namespace, length) for namespace, lengths in patterns.lengths.items() for length in lengths]
    lengths = pl.DataFrame(pairs, {"namespace": pl.String, "length": pl.Int64}, orient="row")
    cut = asked.join(lengths, on="namespace").select("at", "name", begin=pl.col("name").str.head("length"))
    begun = cut.join(_globs(patterns), on="begin")
    behind = pl.col("name").str.slice(pl.col("begin").str.len_chars())
    begun = begun.with_columns(rest=behind).filter(pl.col("rest").str.ends_with(pl.col("end")))
    inner = pl.col("rest").str.head(pl.col("rest").str.len_chars() - pl.col("end").str.len_chars())
    holds = begun.filter(inner.str.contains(pl.col("middle"), literal=True))
    parted = holds.filter("has_more").select("at", "place", "name")
    fits = [patterns.globs[place].fits(name) for place, name in parted.select("place", "name").iter_rows()]
    whole = holds.filter(~pl.col("has_more")).select("at", "place")
    return pl.concat([whole, parted.filter(pl.Series(fits, dtype=pl.Boolean)).select("at", "place")])


def _globs(patterns: Patterns) -> pl.DataFrame:
    """Return a row a glob: what it begins and ends with, the first text between, whether there is more to it."""
    rows = [
        (each.begin, place, each.end, each.middles[0] if each.middles else "", len(each.middles) > 1)
        for place, each in enumerate(patterns.globs)
    ]
    columns = {"begin": pl.String, "place": pl.Int32, "end": pl.String, "middle": pl.String, "has_more": pl.Boolean}
    return pl.DataFrame(rows, columns, orient="row")
