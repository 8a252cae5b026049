"""May this list of the second hub be taken? Bounds and rules, with the story that each is for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl

from tracker.sources.contract import Gate, Rule, Tables

NEAR = 0.2
FALL = 0.01
NAMED = 5  # namespaces in a sentence


def _counts_stay(tables: Tables, before: Tables | None) -> Iterator[str]:
    now, then = _whole(tables), _whole(before)
    if now is not None and then and abs(now - then) > NEAR * then:
        yield f"it says to have {now:,} models, and had {then:,}"


def _whole(tables: Tables | None) -> int | None:
    if tables is None:
        return None
    counts = tables["second_hub_counts"].filter(pl.col("namespace").is_null())["models"]
    return int(counts[0]) if counts.len() else None


def _namespaces_answer(tables: Tables, before: Tables | None) -> Iterator[str]:
    empty = _empty(tables)
    for namespace in sorted(empty - (_empty(before) if before else empty)):
        yield f"{namespace} has no model any more"


def _namespaces_are_there(tables: Tables, before: Tables | None) -> Iterator[str]:
    empty = sorted(_empty(tables) & (_empty(before) if before else _empty(tables)))
    if empty:
        yield f"{len(empty):,} namespaces have no model there: {', '.join(empty[:NAMED])}"


def _empty(tables: Tables) -> set[str]:
    counts = tables["second_hub_counts"].filter(pl.col("namespace").is_not_null() & (pl.col("models") == 0))
    return set(counts["namespace"])


def _totals_never_fall(tables: Tables, before: Tables | None) -> Iterator[str]:
    if before is None:
        return
    both = tables["second_hub"].join(before["second_hub"], on="model_id", suffix="_before")
    fell = both.filter(pl.col("downloads_all_time") < (1 - FALL) * pl.col("downloads_all_time_before"))
    if not fell.is_empty():
        first = fell.sort("downloads_all_time_before", descending=True).row(0, named=True)
        yield (
            f"downloads of {fell.height:,} of {both.height:,} models fell, of {first['model_id']} from "
            f"{first['downloads_all_time_before']:,} to {first['downloads_all_time']:,}"
        )


GATES: Sequence[Gate | Rule] = (
    Gate("second_hub", "rows", "an empty list that says success", at_least=50),
    Gate("second_hub", "change", "wrong criteria are ignored in silence: another list came", at_least=0.8, at_most=2.0),
    Rule(_counts_stay, "a filter that was not asked for; the whole of it does not move by a fifth in a week"),
    Rule(_namespaces_answer, "a namespace that is empty was renamed, or not asked for as it should"),
    Rule(_namespaces_are_there, "spelt otherwise there, or not there; see the registry", refuses=False),
    Rule(_totals_never_fall, "totals only grow; a fall is a reset", refuses=False),
)
