"""Claims made for a test, judged by the planted copy as if it were the whole Hub."""

from __future__ import annotations

from pathlib import Path

from tracker import claims
from tracker.registry import definitions, points
from tracker.registry.claims import Claim

REGISTRY = Path(__file__).parents[2] / "data" / "registry"
CLAIMS = claims.load(REGISTRY)
DEFINITIONS = definitions.load(REGISTRY)
ALL = {"whole_hub": 0, "few": 1}  # the planted copy stands for the whole Hub


def claim(asks: str, text: str, by: str = "", definition: str = "default", **about) -> Claim:
    filled = {"id": "T1", "statement": "", "figure": "", "data": "A", "tolerance": 0.01, "band": 0.1, "needs": ""}
    filled |= {"source_url": "https://example.org/", "notes": ""} | about
    return Claim(asks=asks, by=by, definition=definition, points=tuple(points.parse(text)), **filled)


def judged(published, made: Claim, **options) -> dict[str, object]:
    return claims.evaluate(published, [made], DEFINITIONS, **(ALL | options)).frame.row(0, named=True)


def ours(published, *about, **options) -> list[float | None]:
    return [point["ours"] for point in judged(published, claim(*about), **options)["points"]]
