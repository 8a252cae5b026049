"""Judge every published figure by what the published copy allows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import polars as pl
from polars._typing import PolarsDataType

from tracker.claims import tokens
from tracker.claims.desk import FEW, WHOLE_HUB, Desk
from tracker.claims.figures import expect, unit_of
from tracker.claims.ledger import Ledger, answered
from tracker.claims.reading import Seen, read
from tracker.claims.statements import Line, together
from tracker.claims.verdict import End, Judged
from tracker.registry.claims import OF_TOKENS, Claim
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
    expect(desk, chosen)
    of_tokens = {claim.id: tokens.judge(desk, claim) for claim in chosen if claim.asks in OF_TOKENS}
    judged = {claim.id: _judged(desk, claim, definitions) for claim in chosen if claim.id not in of_tokens}
    rows = [
        _row_of_tokens(of_tokens[claim.id]) if claim.id in of_tokens else _row(claim, judged[claim.id], definitions)
        for claim in chosen
    ]
    frame = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    counts = {verdict: frame.filter(verdict=verdict).height for verdict in VERDICTS}
    missing = [f"{row['id']}: {row['why']}" for row in frame.iter_rows(named=True) if row["ours"] is None]
    lines = [line for each in judged.values() if each for line in _lines(each)]
    lines += [line for each in of_tokens.values() for line in _lines_of_tokens(each)]
    sql = together(published, lines, missing)
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


def _row_of_tokens(judged: tokens.Judged) -> tuple[Any, ...]:
    """Return the row of a claim about tokens: a reading is a denominator, by whose name the figures go."""
    claim, is_known = judged.claim, bool(judged.known_of)
    counts = (len(tokens.DENOMINATORS), len(judged.true_of)) if is_known and judged.verdict != CANNOT else (None, None)
    points = []
    for point in claim.points:
        told = judged.of_point(point)
        ends = sorted(told, key=lambda each: each.figure.value if each.figure else 0)
        said: dict[str, Any] = {"point": point.text, "lowest": None, "highest": None}
        if told and told[0].figure:
            unit, ours = tokens.ASKS[claim.asks].unit, told[0].figure.value
            said |= _end_of_tokens(told[0]) | {"lowest": _end_of_tokens(ends[0]), "highest": _end_of_tokens(ends[-1])}
            said |= {"distance": unit.distance(point, ours), "unit": unit.distance_unit(point, ours), "nights": []}
        points.append(said)
    facts = claim.statement, claim.data, *counts, points, claim.source_url
    return claim.id, judged.verdict, claim.figure, judged.ours, claim.definition, judged.why, *facts


def _end_of_tokens(told: tokens.Told) -> dict[str, Any]:
    figure = told.figure
    about = {"ours": figure.value, "coverage": figure.coverage, "sql": figure.statement} if figure else {}
    return {**about, "definition": f"of {told.denominator}", "version": None}


def _lines_of_tokens(judged: tokens.Judged) -> Iterator[Line]:
    """Yield the figure of every denominator."""
    for told in judged.told:
        if told.figure:
            yield Line(judged.claim.id, told.point.text, told.denominator, "", told.figure)


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
