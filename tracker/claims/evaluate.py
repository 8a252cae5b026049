"""Judge every published figure by what the published copy allows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import polars as pl
from polars._typing import PolarsDataType

from tracker.claims.desk import FEW, WHOLE_HUB, Desk
from tracker.claims.figures import unit_of
from tracker.claims.ledger import Ledger, answered
from tracker.claims.reading import Seen, read
from tracker.claims.statements import Line, together
from tracker.claims.verdict import End, Judged
from tracker.registry.claims import Claim
from tracker.registry.definitions import Definition
from tracker.words import CANNOT, VERDICTS

if TYPE_CHECKING:
    from tracker.store import Published

COVERAGE = pl.Struct({"traced": pl.Float64, "unreviewed": pl.Float64})
END = pl.Struct(
    {"ours": pl.Float64, "definition": pl.String, "version": pl.Int64, "coverage": COVERAGE, "sql": pl.String}
)
POINT = pl.Struct(
    {
        "point": pl.String,
        "ours": pl.Float64,
        "distance": pl.Float64,
        "unit": pl.String,
        "definition": pl.String,
        "version": pl.Int64,
        "coverage": COVERAGE,
        "nights": pl.List(pl.Struct({"day": pl.Date, "night": pl.Date})),
        "sql": pl.String,
        "lowest": END,
        "highest": END,
    }
)
SCHEMA: dict[str, PolarsDataType] = {
    "id": pl.String,
    "verdict": pl.String,
    "figure": pl.String,
    "ours": pl.String,
    "definition": pl.String,
    "why": pl.String,
    "statement": pl.String,
    "data": pl.String,
    "readings": pl.Int64,
    "within": pl.Int64,
    "points": pl.List(POINT),
    "source_url": pl.String,
}
UNSEEN = ("statement", "data", "readings", "within", "points", "source_url")  # no one can read them in a table


def evaluate(
    published: Published,
    claims: Iterable[Claim],
    definitions: Mapping[str, Definition],
    *,
    models: Sequence[str] = (),
    whole_hub: int = WHOLE_HUB,
    few: int = FEW,
    desk: Desk | None = None,
) -> Ledger:
    """Return one row per claim: `verdict`, the published `figure`, `ours`, the `definition`, and `why`.

    Where the rule is published it is reproduced, within band or differs. Where its author left parts of it open, every
    combination is tried: it is possible where one falls within the tolerance (`within` of `readings` do), impossible
    where none does, and `ours` is the range of all.

    Each of `points` has `ours`, its `distance` in a `unit` of its own, `definition`, `coverage`, the nights that
    stood for its days, and `sql` that gives `ours`; of a rule that is not published these are those of the closest
    reading, with the `lowest` and `highest` of all readings beside it.

    `models` is the list of definitions that have their own. A copy of fewer than `whole_hub` models answers no claim
    about numbers of the whole Hub, a month of fewer than `few` derivatives none about shares, and a synthetic copy
    shows figures but judges nothing by them. `desk` is one that was asked before: it answers from memory.
    """
    desk = desk or Desk(published, models, whole_hub, few)
    chosen = list(claims)
    judged = {claim.id: _judged(desk, claim, definitions) for claim in chosen}
    rows = [_row(claim, judged[claim.id], definitions) for claim in chosen]
    frame = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    counts = {verdict: frame.filter(verdict=verdict).height for verdict in VERDICTS}
    missing = [f"{row['id']}: {row['why']}" for row in frame.iter_rows(named=True) if row["ours"] is None]
    sql = together(published, (line for each in judged.values() if each for line in _lines(each)), missing)
    notes = [", ".join(f"{number} {verdict}" for verdict, number in counts.items())]
    parameters = {"claims": frame["id"].to_list(), "verdicts": counts}
    return answered(desk, "claims", chosen, frame, sql, parameters, notes, UNSEEN)


def _judged(desk: Desk, claim: Claim, definitions: Mapping[str, Definition]) -> Judged | None:
    """Return a claim with its readings; None where nothing can be asked."""
    definition = definitions.get(claim.definition)
    if claim.asks == "none" or definition is None:
        return None
    is_published = not (claim.is_partly_published or definition.unpublished)
    readings = [read(desk, claim, definition)]
    if not (is_published or readings[0].whatever_the_rule):
        readings += [read(desk, claim, tried) for tried in list(definition.grid())[1:]]
    return Judged(claim, readings, is_published, desk.facts.synthetic)


def _row(claim: Claim, judged: Judged | None, definitions: Mapping[str, Definition]) -> tuple[Any, ...]:
    facts = claim.statement, claim.data
    if judged is None:
        why = claim.needs
        if claim.asks != "none":
            why = f"needs the definition {claim.definition}, which this copy does not hold; run `tracker resolve`"
        return claim.id, CANNOT, claim.figure, None, claim.definition, why, *facts, None, None, [], claim.source_url
    is_counted = judged.verdict != CANNOT and not judged.is_published
    counts = (len(judged.readings), judged.within) if is_counted else (None, None)
    points = [_point(judged, place, seen) for place, seen in enumerate(judged.closest.points)]
    said = judged.ours, claim.definition, judged.why
    return claim.id, judged.verdict, claim.figure, *said, *facts, *counts, points, claim.source_url


def _point(judged: Judged, place: int, seen: Seen) -> dict[str, Any]:
    ends = judged.ends(place) or (None, None)
    point = {"point": seen.point.text, "lowest": _end(ends[0]), "highest": _end(ends[1])}
    if seen.figure is None:
        return point
    unit, ours = unit_of(judged.claim, seen.point), seen.figure.value
    return {
        **point,
        **(_end(End(judged.closest.definition, seen.figure)) or {}),
        "distance": unit.distance(seen.point, ours),
        "unit": unit.distance_unit(seen.point, ours),
        "nights": [{"day": day, "night": night} for day, night in sorted(seen.nights.items())],
    }


def _end(end: End | None) -> dict[str, Any] | None:
    if end is None:
        return None
    figure, definition = end.figure, end.definition
    about = {"ours": figure.value, "definition": definition.name, "version": definition.version}
    return about | {"coverage": figure.coverage, "sql": figure.statement}


def _lines(judged: Judged) -> Iterator[Line]:
    """Yield every figure that a row shows: of the one rule, or of the closest reading and both ends of the range."""
    claim, closest = judged.claim, judged.closest
    for place, (point, figure, _) in enumerate(closest.points):
        ends = judged.ends(place)
        if figure:
            name = "closest" if ends else "rule"
            yield Line(claim.id, point.text, name, closest.definition.name, figure)
        for name, end in zip(("lowest", "highest"), ends or (), strict=False):
            yield Line(claim.id, point.text, name, end.definition.name, end.figure)
