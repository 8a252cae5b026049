"""Coverage of other sources: how much of their rows the registry attributes to a maker, country, family, and openness.

The rows come from a published copy, or from a recorded file in one of the forms in which such files exist.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from tracker import disk
from tracker.curation.coverage import Coverage
from tracker.errors import TrackerError
from tracker.registry import UNKNOWN, UNREVIEWED, Registry
from tracker.registry.elsewhere import Crosswalk, Said, Verdict
from tracker.registry.elsewhere.rows import HIDDEN, PROPRIETARY

if TYPE_CHECKING:
    from tracker.store import Published

Ruled = Sequence[tuple[Said, Verdict, float]]  # the source's names, the registry's verdict, and the weight
Holds = Callable[[Verdict], bool]


@dataclass(frozen=True)
class Shape:
    """A source's table in a copy, unit and column of its weight, and the names of its columns, here and in files."""

    table: str
    unit: str
    weight: tuple[str, ...]  # empty: each row weighs one
    names: Mapping[str, tuple[str, ...]]


SHAPES: Mapping[str, Shape] = {
    "openrouter": Shape(
        "token_days_current",
        "tokens",
        ("tokens", "total_tokens"),
        {"name": ("slug", "model_permaslug", "openrouter_id"), "hub_id": ("hugging_face_id",)},
    ),
    "arena": Shape(
        "arena_ratings_current",
        "rows",
        (),
        {
            "name": ("model_name", "key", "model"),
            "organization": ("organization_raw", "organization", "Organization"),
            "license": ("license_raw", "license", "License"),
        },
    ),
    "epoch_eci": Shape(
        "index_scores_current",
        "rows",
        (),
        {
            "name": ("model", "Model"),
            "organization": ("organization", "Organization"),
            "country": ("country_raw", "Country (of organization)"),
            "accessibility": ("accessibility", "Model accessibility"),
        },
    ),
    "modelscope": Shape(
        "second_hub_current", "downloads", ("downloads_all_time", "downloads"), {"name": ("model_id", "id")}
    ),
}


def coverage_of(source: str, frame: pl.DataFrame, registry: Registry) -> list[Coverage]:
    """Return how much of a source's rows is attributed, and to what. Raises TrackerError for a missing column.

    Attributed means to a developer and a country; rows whose maker the source hides are counted separately.
    """
    ruled = _ruled(source, frame, registry)
    unit = SHAPES[source].unit
    told = [each for each in ruled if each[1].maker != HIDDEN]
    given = [each for each in told if each[1].license_class != PROPRIETARY]
    which = " that are not proprietary" if source == "arena" else ""
    return [
        _part(f"{unit} of a developer and a country", ruled, _is_attributed),
        _part(f"... of the {unit} whose name tells a maker", told, _is_attributed),
        _part(f"{unit}{which} of a family", given, _has_family),
        _part(f"{unit} known to be of open or of closed weights", ruled, _has_openness),
        Coverage(f"{unit} whose maker the source hides", _sum(ruled) - _sum(told), _sum(ruled)),
    ]


def unattributed(source: str, frame: pl.DataFrame, registry: Registry, limit: int = 25) -> pl.DataFrame:
    """Return the names without a developer and country although their source names a maker, the heaviest first.

    Columns: name, organization, the rule that decided, and the weight in the source's unit.
    """
    rows = [
        (said.name, said.organization, verdict.rule, weight)
        for said, verdict, weight in _ruled(source, frame, registry)
        if verdict.maker != HIDDEN and not _is_attributed(verdict)
    ]
    schema = {"name": pl.String, "organization": pl.String, "rule": pl.String, SHAPES[source].unit: pl.Float64}
    return pl.DataFrame(rows, schema, orient="row").sort(-pl.col(SHAPES[source].unit), "name").head(limit)


def rows_of(source: str, published: Published) -> pl.DataFrame:
    """Return a source's newest rows in a copy. Raises TrackerError if it has none."""
    table = SHAPES[source].table
    if not published.has(table):
        raise TrackerError(f"this copy has no rows of {source}; run `tracker collect {source}` and `tracker publish`")
    return published.query(f"select * from {table}")


def read(path: Path) -> pl.DataFrame:
    """Return the rows of a recorded file, CSV or Parquet. Raises TrackerError if it cannot be read."""
    with disk.explained(f"cannot read {path}"):
        return pl.read_parquet(path) if path.suffix == ".parquet" else pl.read_csv(path, infer_schema_length=None)


def _ruled(source: str, frame: pl.DataFrame, registry: Registry) -> Ruled:
    shape, crosswalk = SHAPES[source], Crosswalk(registry)
    columns = {name: found for name, known in shape.names.items() if (found := _column(frame, known))}
    if "name" not in columns:
        raise TrackerError(f"no column {' or '.join(shape.names['name'])}; it has {', '.join(frame.columns)}")
    weight = _column(frame, shape.weight)
    counted = pl.col(weight).cast(pl.Float64).sort().sum() if weight else pl.len().cast(pl.Float64)
    texts = [pl.col(column).cast(pl.String).fill_null("").alias(name) for name, column in columns.items()]
    said = frame.select(*texts, *([weight] if weight else [])).group_by(list(columns)).agg(counted.alias("weight"))
    return [
        (one, crosswalk.of(one), each["weight"])
        for each in said.sort(list(columns)).iter_rows(named=True)
        for one in [Said(source, **{name: each[name] for name in columns})]
    ]


def _column(frame: pl.DataFrame, known: Sequence[str]) -> str | None:
    return next((each for each in known if each in frame.columns), None)


def _part(what: str, ruled: Ruled, holds: Holds) -> Coverage:
    return Coverage(what, sum(weight for _, verdict, weight in ruled if holds(verdict)), _sum(ruled))


def _sum(ruled: Ruled) -> float:
    return sum(weight for _, _, weight in ruled)


def _is_attributed(verdict: Verdict) -> bool:
    return _is_answer(verdict.developer) and _is_answer(verdict.origin_country)


def _has_family(verdict: Verdict) -> bool:
    return _is_answer(verdict.family)


def _has_openness(verdict: Verdict) -> bool:
    return _is_answer(verdict.openness)


def _is_answer(text: str) -> bool:
    return text not in (UNKNOWN, UNREVIEWED)
