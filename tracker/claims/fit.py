"""Which rules come closest to a published figure: every reading of a definition, ranked."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import polars as pl

from tracker.claims.desk import FEW, WHOLE_HUB, Desk
from tracker.claims.figures import ASKS, DEFINED, expect
from tracker.claims.ledger import Ledger, answered
from tracker.claims.reading import Reading, read
from tracker.claims.statements import Line, together
from tracker.errors import SettingsError
from tracker.registry.claims import Claim
from tracker.registry.definitions import Definition, find, parse_unpublished

if TYPE_CHECKING:
    from tracker.store import Published

# what is tried where an author's rule leaves nothing open: how far other honest rules would be
OTHERWISE = (
    "edge=direct|root|nearest; credit=fractional|full|first; mirrors=rolled_up|as_uploaded; own_organization=in|out"
)

COLUMNS = {
    "rank": pl.Int64,
    "definition": pl.String,
    "distance": pl.Float64,
    "off": pl.String,
    "ours": pl.String,
    "missing": pl.String,
}


def fit(
    published: Published,
    claim: Claim,
    definitions: Mapping[str, Definition],
    *,
    models: Sequence[str] = (),
    whole_hub: int = WHOLE_HUB,
    few: int = FEW,
) -> Ledger:
    """Return one row per reading: `rank`, `definition`, `off`, `ours`, `missing`, and for programs `distance`.

    Both are those of the farthest point: `off` in its own unit, `distance` relative to the published figure (null
    where that is zero). Raises SettingsError for a claim that no definition decides.
    """
    if claim.asks not in ASKS or DEFINED not in ASKS[claim.asks].kind:
        raise SettingsError(f"claim {claim.id} cannot be fitted: {claim.needs or 'no definition decides it'}")
    desk = Desk(published, models, whole_hub, few)
    expect(desk, [claim])
    readings = [read(desk, claim, tried) for tried in readings_of(find(definitions, claim.definition))]
    readings.sort(key=lambda reading: reading.order)
    frame = pl.DataFrame(list(map(_row, itertools.count(1), readings)), schema=COLUMNS, orient="row")
    lines = [
        Line(claim.id, point.text, f"{rank:03d}", reading.definition.name, figure)
        for rank, reading in enumerate(readings, start=1)
        for point, figure, _ in reading.points
        if figure
    ]
    parameters = {"claim": claim.id, "statement": claim.statement, "figure": claim.figure, "readings": len(readings)}
    return answered(desk, "fit", [claim], frame, together(published, lines), parameters, unseen=("distance",))


def _row(rank: int, reading: Reading) -> tuple[Any, ...]:
    name, missing = reading.definition.name, reading.missing
    if missing:
        return rank, name, None, None, reading.text, missing
    farthest = max(reading.distances)
    return rank, name, farthest if math.isfinite(farthest) else None, reading.off, reading.text, None


def readings_of(definition: Definition) -> list[Definition]:
    """Return every combination of what the author left open, or of the common choices where he left nothing open."""
    if definition.unpublished or definition.edge == "itself":
        return list(definition.grid())
    tried = {each.name: each for each in definition.grid(parse_unpublished(OTHERWISE))}
    return list(tried.values())
