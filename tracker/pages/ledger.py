"""Published shares beside ours, as a chart of the claims ledger asks for them: one row a point of a claim."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from tracker import claims
from tracker.claims import Claim, Ledger
from tracker.claims.desk import Desk
from tracker.registry.claims import OF_TOKENS
from tracker.registry.points import NOISE, Point
from tracker.table import Table

if TYPE_CHECKING:
    from tracker.store import Published

SCHEMA = {
    "id": pl.String, "statement": pl.String, "group": pl.String, "from": pl.Date, "until": pl.Date,
    "operator": pl.String, "said": pl.Float64, "said_to": pl.Float64, "agrees_from": pl.Float64,
    "agrees_to": pl.Float64, "ours": pl.Float64, "lowest": pl.Float64, "highest": pl.Float64, "agrees": pl.Boolean,
    "verdict": pl.String, "definition": pl.String,
}  # fmt: skip
_SHARES = "share"  # how the names of what asks for parts of 1 end


def published_shares(published: Published, registry: Path | None = None, desk: Desk | None = None) -> Ledger:
    """Return the ledger of all claims about shares of the Hub, a row a point: what is `said`, what `agrees`, `ours`.

    `said_to` is the end of a published range. `agrees` says whether ours lies between `agrees_from` and `agrees_to`:
    within the band of a rule that is published, within the tolerance of one that is not, of which the closest reading
    is shown with the `lowest` and `highest` of all. `ours` is null where it cannot be computed.
    """
    known = [each for each in claims.load(registry) if each.asks.endswith(_SHARES) and each.asks not in OF_TOKENS]
    ledger = claims.evaluate(published, known, published.definitions(), desk=desk)
    names = dict(published.query("select country, name from countries order by country").iter_rows())
    of = {claim.id: claim for claim in known}
    rows = [row for each in ledger.frame.iter_rows(named=True) for row in _rows(of[each["id"]], each, names)]
    return replace(ledger, table=Table.of(pl.DataFrame(rows, schema=SCHEMA, orient="row")))


def _rows(claim: Claim, judged: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[tuple[Any, ...]]:
    computed = {each["point"]: each for each in judged["points"]}
    for point in claim.points:
        if len(point.groups) == 1:
            yield _row(claim, point, judged["verdict"], computed.get(point.text, {}), names)


def _row(
    claim: Claim, point: Point, verdict: str, found: Mapping[str, Any], names: Mapping[str, str]
) -> tuple[Any, ...]:
    ours, lowest, highest = found.get("ours"), found.get("lowest"), found.get("highest")
    limit = claim.tolerance if lowest else claim.band
    low = 0.0 if point.operator == "<" else point.value * (1 - limit)
    high = 1.0 if point.operator == ">" else min(1.0, point.upto * (1 + limit))
    agrees = None if ours is None else point.distance(ours) <= limit + NOISE
    group = names.get(point.group, point.group) if claim.by.endswith("country") else point.group.replace(",", ", ")
    ends = [each and each["ours"] for each in (lowest, highest)]
    return (
        claim.id, claim.statement, group, point.first, point.until, point.operator, point.value, point.upto, low, high,
        ours, *ends, agrees, verdict, claim.definition,
    )  # fmt: skip
