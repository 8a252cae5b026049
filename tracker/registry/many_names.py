"""Patterns against millions of names at once: what `Patterns.match` does for one, as joins.

Only names in namespaces with patterns are looked at; of these each is cut to the lengths at which globs of its
namespace begin, and looked up.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tracker.registry.patterns import Patterns


PIECE = 1 << 16  # names at a time: joins widen them, a name in a namespace of many patterns many times


def matches(patterns: Patterns, model_ids: Sequence[str] | pl.Series) -> NDArray[np.int32]:
    """Return for each name the number of the pattern that speaks for it, -1 if none does."""
    found = np.full(len(model_ids), -1, dtype=np.int32)
    asked, known = _asked(patterns, pl.Series("name", model_ids, dtype=pl.String)), _Known.of(patterns)
    if asked.is_empty():
        return found
    in_full = asked.join(known.exact, on="name")
    found[in_full["at"].to_numpy()] = in_full["number"].to_numpy()
    for piece in asked.join(known.exact, on="name", how="anti").iter_slices(PIECE):
        best = known.fitting(piece).group_by("at").agg(pl.col("place").min())
        found[best["at"].to_numpy()] = known.numbers[best["place"].to_numpy()]
    return found


def _asked(patterns: Patterns, names: pl.Series) -> pl.DataFrame:
    """Return the names in namespaces with patterns: `at`, their position, present `namespace`, whole present `name`."""
    parts = pl.col("name").str.to_lowercase().str.splitn("/", 2).struct
    is_bare = pl.col("rest").is_null()
    old, new = (pl.Series(each, dtype=pl.String) for each in (patterns.renamed.keys(), patterns.renamed.values()))
    theirs = (
        names.to_frame()
        .lazy()
        .with_row_index("at")
        .select("at", namespace=parts.field("field_0"), rest=parts.field("field_1"))
        .with_columns(
            namespace=pl.when(is_bare).then(pl.lit("")).otherwise("namespace"), rest=pl.coalesce("rest", "namespace")
        )
        .filter(pl.col("namespace").is_in(sorted(patterns.namespaces)))
        .with_columns(pl.col("namespace").replace(old, new))
    )
    whole = theirs.select("at", "namespace", name=pl.col("namespace") + "/" + pl.col("rest"))
    return whole.collect(engine="streaming")  # the one engine that has all cores work on one column


class _Known:
    """Patterns as frames: those in full, which lengths the globs begin with by namespace, and a row each."""

    @classmethod
    @lru_cache(maxsize=4)  # those of roots and of mirrors, of the registry of tonight and of the one before
    def of(cls, patterns: Patterns) -> _Known:
        """Return the frames of patterns, which are made once."""
        return cls(patterns)

    def __init__(self, patterns: Patterns) -> None:
        in_full = {"name": list(patterns.exact), "number": list(patterns.exact.values())}
        self.exact = pl.DataFrame(in_full, {"name": pl.String, "number": pl.Int32})
        self.numbers = np.array([glob.number for glob in patterns.globs], dtype=np.int32)
        self._globs = patterns.globs
        pairs = [(namespace, length) for namespace, lengths in patterns.lengths.items() for length in lengths]
        self._lengths = pl.DataFrame(pairs, {"namespace": pl.String, "length": pl.Int64}, orient="row")
        rows = {
            "begin": [each.begin for each in patterns.globs],
            "end": [each.end for each in patterns.globs],
            "middle": [each.middles[0] if each.middles else "" for each in patterns.globs],
            "has_more": [len(each.middles) > 1 for each in patterns.globs],
        }
        texts = dict.fromkeys(("begin", "end", "middle"), pl.String)
        is_plain = (pl.col("end") == "") & (pl.col("middle") == "") & ~pl.col("has_more")
        frame = pl.DataFrame(rows, {**texts, "has_more": pl.Boolean})
        self._frame = frame.with_columns(place=pl.int_range(pl.len(), dtype=pl.Int32), is_plain=is_plain)

    def fitting(self, asked: pl.DataFrame) -> pl.DataFrame:
        """Return `at` and `place` of each name and glob that fits it."""
        cut = asked.join(self._lengths, on="namespace").select("at", "name", begin=pl.col("name").str.head("length"))
        begun = cut.join(self._frame, on="begin")
        plain = begun.filter("is_plain").select("at", "place")
        return pl.concat([plain, self._parted(begun.filter(~pl.col("is_plain")))])

    def _parted(self, begun: pl.DataFrame) -> pl.DataFrame:
        """Return those that fit behind what they begin with, too."""
        behind = pl.col("name").str.slice(pl.col("begin").str.len_chars())
        ending = begun.with_columns(rest=behind).filter(pl.col("rest").str.ends_with(pl.col("end")))
        inner = pl.col("rest").str.head(pl.col("rest").str.len_chars() - pl.col("end").str.len_chars())
        holds = ending.filter(inner.str.contains(pl.col("middle"), literal=True))
        longer = holds.filter("has_more")
        fits = [self._globs[place].fits(name) for place, name in longer.select("place", "name").iter_rows()]
        found = [holds.filter(~pl.col("has_more")), longer.filter(pl.Series(fits, dtype=pl.Boolean))]
        return pl.concat(found).select("at", "place")
