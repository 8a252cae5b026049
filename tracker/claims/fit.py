"""Which rules come closest to a published figure: every reading of a definition, ranked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import polars as pl

from tracker.answers import Answer
from tracker.claims.evaluate import about, read, text
from tracker.claims.figures import ASKS, DEFINED
from tracker.claims.question import FEW, WHOLE_HUB, Desk
from tracker.errors import SettingsError
from tracker.registry.claims import Claim
from tracker.registry.definitions import Definition, find, parse_unpublished

if TYPE_CHECKING:
    from tracker.store import Published

# what is tried where an author's rule leaves nothing open: how far other honest rules would be
OTHERWISE = (
    "edge=direct|root|nearest; credit=fractional|full|first; mirrors=rolled_up|as_uploaded; own_organization=in|out"
)


def fit(
    published: Published,
    claim: Claim,
    definitions: Mapping[str, Definition],
    *,
    models: Sequence[str] = (),
    whole_hub: int = WHOLE_HUB,
    few: int = FEW,
) -> Answer:
    """Return one row per reading: `rank`, `definition`, `distance` (the farthest point, relative), `ours`, `missing`.

    Raises SettingsError for a claim that no definition decides.
    """
    if claim.asks not in ASKS or DEFINED not in ASKS[claim.asks].kind:
        raise SettingsError(f"claim {claim.id} cannot be fitted: {claim.needs or 'no definition decides it'}")
    desk = Desk(published, models, whole_hub, few)
    readings = [read(desk, claim, tried) for tried in readings_of(find(definitions, claim.definition))]
    readings.sort(key=lambda reading: (reading.farthest, sum(reading.distances), reading.definition))
    rows = [
        (rank, each.definition, None if each.missing else each.farthest, text(each), each.missing or None)
        for rank, each in enumerate(readings, start=1)
    ]
    columns = {"rank": pl.Int64, "definition": pl.String, "distance": pl.Float64, "ours": pl.String}
    frame = pl.DataFrame(rows, schema=columns | {"missing": pl.String}, orient="row")
    parameters = {"claim": claim.id, "statement": claim.statement, "figure": claim.figure, "readings": len(rows)}
    return about(desk, "fit", frame, parameters)


def readings_of(definition: Definition) -> list[Definition]:
    """Return every combination of what the author left open, or of the common choices where he left nothing open."""
    if definition.unpublished or definition.edge == "itself":
        return list(definition.grid())
    tried = {each.name: each for each in definition.grid(parse_unpublished(OTHERWISE))}
    return list(tried.values())
