"""What a figure must say beside its data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class Caption:
    """When the data is from, how much of it is covered, by which rule, and how certain it is."""

    snapshot_date: date
    synthetic: bool = False
    definition: str = "default"  # empty: no definition decides the numbers
    denominator: str = ""
    traced: float | None = None  # 0 to 1: share of the rows that reach a root on the Hub
    scope: str = "full"  # of the nights that the rows are made of
    models: int | None = None  # that the newest of these nights holds
    registry_version: str = ""
    title: str | None = None  # replaces the title that the data suggests
    theme: str = "light"
    origin_of: Mapping[str, str] = field(default_factory=dict)  # family -> origin country
    europe: frozenset[str] = frozenset()  # countries drawn as Europe
