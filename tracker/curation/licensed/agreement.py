"""Where the Hub's tag and a row of licenses.csv speak of one model: do they say the same class?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from tracker.registry import Registry

# of present models that both a tag and a row class
BOTH = """
select
  count(*) as total,
  sum(case when t.license_class = l.license_class then 1 else 0 end) as known
from (select lower(license) as tag, license_row from models where removed_at is null) as m
join license_tags as t on m.tag = t.tag
join licenses as l on m.license_row = l.number
where t.license_class <> 'unknown' and l.license_class <> 'unknown'
"""


@dataclass(frozen=True)
class Contradiction:
    """A model whose tag says another class than the row that speaks of it, by its place in the models."""

    model: int
    row: int  # position in Registry.licenses
    against: str  # the tag, and its class


def contradictions(licenses: pl.DataFrame, registry: Registry) -> Iterator[Contradiction]:
    """Yield the models of `license` and `license_row` whose tag names another class, where neither is unknown."""
    tags = registry.licensing.tags
    for model, (license, number) in enumerate(licenses.select("license", "license_row").iter_rows()):
        tag = tags.get(license.lower()) if license else None
        if tag is None or number is None:
            continue
        row = registry.licenses[number]
        if row.license_class != tag.license_class and "unknown" not in (row.license_class, tag.license_class):
            yield Contradiction(model, number, f"{tag.tag} ({tag.license_class})")
