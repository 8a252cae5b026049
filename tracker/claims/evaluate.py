"""Judge every published figure by what the published copy allows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl
from polars._typing import PolarsDataType

from tracker.answers import Answer
from tracker.claims.figures import compute
from tracker.claims.question import FEW, WHOLE_HUB, CannotCompute, Desk, Question
from tracker.errors import SettingsError
from tracker.registry import points
from tracker.registry.claims import Claim
from tracker.registry.definitions import Definition
from tracker.registry.points import Point

if TYPE_CHECKING:
    from tracker.store import Published

UNSEEN = ("statement", "data", "points", "source_url")  # no one can read them in a table
SCHEMA: dict[str, PolarsDataType] = {
    "id": pl.String,
    "verdict": pl.String,
    "figure": pl.String,
    "ours": pl.String,
    "definition": pl.String,
    "why": pl.String,
    "statement": pl.String,
    "data": pl.String,
    "points": pl.List(pl.Struct({"point": pl.String, "ours": pl.Float64, "distance": pl.Float64})),
    "source_url": pl.String,
}


@dataclass(frozen=True)
class Reading:
    """A claim's points as computed under one definition: our figures, and what is missing for the others."""

    definition: str
    figures: tuple[tuple[Point, float | None], ...]
    missing: str = ""

    @property
    def distances(self) -> list[float]:
        """How far each computed figure lies from the published one, relative to it."""
        return [point.distance(ours) for point, ours in self.figures if ours is not None]

    @property
    def farthest(self) -> float:
        """The largest distance; beyond every other where something is missing."""
        return float("inf") if self.missing else max(self.distances)


def evaluate(
    published: Published,
    claims: Iterable[Claim],
    definitions: Mapping[str, Definition],
    *,
    models: Sequence[str] = (),
    whole_hub: int = WHOLE_HUB,
    few: int = FEW,
) -> Answer:
    """Return one row per claim: `verdict`, the published `figure`, `ours`, the `definition`, and `why`.

    Where the author left parts of his rule open, every combination is tried, the closest is shown, and the
    verdict is never better than within band. `models` is the list of definitions that have their own. A copy
    of fewer than `whole_hub` models answers no claim about numbers of the whole Hub, a month of fewer than
    `few` derivatives none about shares.
    """
    desk = Desk(published, models, whole_hub, few)
    rows = [_row(desk, claim, definitions) for claim in claims]
    frame = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    counts = {verdict: frame.filter(pl.col("verdict") == verdict).height for verdict in points.VERDICTS}
    return about(desk, "claims", frame, {"claims": frame["id"].to_list(), "verdicts": counts})


def about(desk: Desk, measure: str, frame: pl.DataFrame, parameters: dict[str, Any]) -> Answer:
    """Wrap rows of the ledger with what the copy says of itself."""
    facts = desk.facts
    notes = [f"{number} {verdict}" for verdict, number in parameters.get("verdicts", {}).items()]
    notes = [", ".join(notes)] if notes else []
    parameters |= {"scope": facts.scope, "models": facts.models, "registry_version": facts.registry_version}
    return Answer(
        measure=measure,
        definition="",
        parameters=parameters,
        snapshot_date=facts.snapshot_date,
        denominator="",
        coverage={},
        frame=frame,
        sql="",
        notes=tuple(notes),
        unseen=UNSEEN,
        facts=facts,
    )


def read(desk: Desk, claim: Claim, definition: Definition) -> Reading:
    """Compute all points of a claim under a definition."""
    figures: list[tuple[Point, float | None]] = []
    missing: list[str] = []
    for point in claim.points:
        try:
            figures.append((point, compute(Question(desk, claim, definition, point))))
        except CannotCompute as reason:
            figures.append((point, None))
            missing.append(str(reason))
        except SettingsError as reason:  # a reading that cannot be grouped so
            figures.append((point, None))
            missing.append(f"needs another rule: {reason}")
    others = f"; {len(missing) - 1} more of its points need something as well" if len(set(missing)) > 1 else ""
    return Reading(definition.name, tuple(figures), f"{missing[0]}{others}" if missing else "")


def _row(desk: Desk, claim: Claim, definitions: Mapping[str, Definition]) -> tuple[Any, ...]:
    if claim.asks == "none":
        return (claim.id, points.CANNOT, claim.figure, None, "", claim.needs, *_facts(claim, []))
    definition = definitions.get(claim.definition)
    if definition is None:
        why = f"this copy has no definition {claim.definition}; `tracker resolve` brings it up to the present registry"
        return (claim.id, points.CANNOT, claim.figure, None, claim.definition, why, *_facts(claim, []))
    tries = list(definition.grid()) if claim.data.endswith("?") else [definition]
    readings = [read(desk, claim, tries[0])]
    if not readings[0].missing:
        readings += [read(desk, claim, tried) for tried in tries[1:]]
    closest = min(readings, key=lambda reading: reading.farthest)
    verdict, why = _judge(claim, closest, len(tries))
    return (claim.id, verdict, claim.figure, text(closest), closest.definition, why, *_facts(claim, closest.figures))


def _judge(claim: Claim, reading: Reading, tries: int) -> tuple[str, str]:
    if reading.missing:
        return points.CANNOT, reading.missing
    verdict = points.verdict(reading.distances, claim.tolerance, claim.band)
    why = f"{reading.farthest:.1%} off" if reading.farthest else "agrees"
    if tries > 1:
        why += f", the closest of {tries} readings of a rule that is not fully published"
    if verdict == points.REPRODUCED and claim.data.endswith("?"):
        verdict = points.WITHIN_BAND
    return verdict, why


def _facts(claim: Claim, figures: Iterable[tuple[Point, float | None]]) -> tuple[Any, ...]:
    computed = [
        {"point": point.text, "ours": ours, "distance": None if ours is None else point.distance(ours)}
        for point, ours in figures
    ]
    return claim.statement, claim.data, computed, claim.source_url


def text(reading: Reading) -> str | None:
    """Return our figures in words: `2026-02 Qwen 0.65; 2024-01 Qwen 0.012`; None where there are none."""
    known = [(point, ours) for point, ours in reading.figures if ours is not None]
    return "; ".join(f"{f'{point.period} {point.group}'.strip()} {_number(ours)}" for point, ours in known) or None


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
