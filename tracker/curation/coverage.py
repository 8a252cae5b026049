"""How much of the Hub the registry covers, and which rows would add most.

The same SQL answers for a published database and for a recorded sample; it keeps to what both engines read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from tracker.curation.licensed.agreement import BOTH
from tracker.registry import FILES, KNOWLEDGE, Registry

if TYPE_CHECKING:
    from tracker.curation.sample_tables import SampleTables
    from tracker.store import Published

    Queryable = Published | SampleTables  # models, parents, lineage, nearest


@dataclass(frozen=True)
class Coverage:
    """One figure: `covered` of `total`, in the unit that `what` names."""

    what: str
    covered: float
    total: float

    @property
    def share(self) -> float:
        """Covered part, 0 to 1; 0 where there is nothing to cover."""
        return self.covered / self.total if self.total else 0.0


_PUBLISHERS = """
select
  sum(case when publisher_country <> 'unreviewed' then coalesce(downloads_30d, 0) else 0 end) as reviewed,
  sum(case when publisher_country not in ('unreviewed', 'unknown') then coalesce(downloads_30d, 0) else 0 end) as known,
  sum(coalesce(downloads_30d, 0)) as total
from models
where removed_at is null
"""

_DERIVATIVES = """
select
  sum(case when l.origin_country in ('unreviewed', 'unknown') then 0 else cast(l.credit as bigint) end) / 1e9 as known,
  sum(cast(l.credit as bigint)) / 1e9 as total
from {lineage} as l
join models as m on l.model_key = m.model_key
where m.removed_at is null and m.relation is not null
"""

_FAMILIES = """
select
  sum(case when family <> 'unreviewed' then credit else 0 end) / 1e9 as reviewed,
  sum(case when family not in ('unreviewed', 'unknown') then credit else 0 end) / 1e9 as known,
  sum(credit) / 1e9 as total
from (
  select n.family, cast(n.credit as decimal(38, 0)) * coalesce(m.downloads_30d, 0) as credit
  from nearest as n
  join models as m on n.model_key = m.model_key
  where m.removed_at is null
) as credited
"""

_LICENSES = """
select
  sum(case when license_class not in ('unreviewed', 'unknown') then coalesce(downloads_30d, 0) else 0 end) as known,
  sum(case when license_from = 'table' then coalesce(downloads_30d, 0) else 0 end) as by_row,
  sum(coalesce(downloads_30d, 0)) as total
from models
where removed_at is null
"""


_OF_PUBLISHERS = """
select publisher as name, sum(coalesce(downloads_30d, 0)) as downloads
from models
where removed_at is null and publisher_country not in ('unreviewed', 'unknown')
group by publisher
"""

_OF_FAMILIES = """
select name, sum(credit) / 1e9 as downloads
from (
  select n.family as name, cast(n.credit as decimal(38, 0)) * coalesce(m.downloads_30d, 0) as credit
  from nearest as n
  join models as m on n.model_key = m.model_key
  where m.removed_at is null and n.family not in ('unreviewed', 'unknown')
) as credited
group by name
"""


def coverage(tables: Queryable, registry: Registry) -> list[Coverage]:
    """Return how much is known, reviewed, or neither, by publisher, lineage, family and licence.

    Of present models. `known` does not count the answer `unknown`, `reviewed` does. What rests on knowledge alone is a
    part of what is known, by the rows of `registry` as they stand.
    """
    derivatives = _numbers(tables, _DERIVATIVES.format(lineage="lineage"))
    inferred = _numbers(tables, _DERIVATIVES.format(lineage=_inferred(tables)))
    lines = {line.line for line in registry.lines if line.verified == KNOWLEDGE}
    return [
        *_downloads(
            _numbers(tables, _PUBLISHERS),
            _sum(tables, _OF_PUBLISHERS, lambda name: _is_by_heart(registry, name)),
            ("whose publisher's country is known", "whose publisher is reviewed", "whose publisher is not reviewed"),
        ),
        Coverage(
            "models with a declared parent whose roots' weights have an origin country",
            derivatives["known"],
            derivatives["total"],
        ),
        Coverage(
            "... the same with inferred parents, which no declared figure counts", inferred["known"], inferred["total"]
        ),
        *_downloads(
            _numbers(tables, _FAMILIES),
            _sum(tables, _OF_FAMILIES, lines.__contains__),
            ("of a family", "of a family, or reviewed as of none", "not reviewed for a family"),
        ),
        *_of_licenses(tables),
    ]


def _of_licenses(tables: Queryable) -> list[Coverage]:
    found, both = _numbers(tables, _LICENSES), _numbers(tables, BOTH)
    return [
        Coverage("downloads_30d under a licence whose class is known", found["known"], found["total"]),
        Coverage("... of these, by a row of licenses.csv, not by the tag", found["by_row"], found["known"]),
        Coverage(
            "models of which tag and row say the same class, of those that both class", both["known"], both["total"]
        ),
    ]


def _inferred(tables: Queryable) -> str:
    """Return what has the lineage under the reading `inferred`."""
    from tracker.curation.sample_tables import SampleTables

    return "lineage_inferred" if isinstance(tables, SampleTables) else "lineage_of('inferred')"


def _downloads(part: Mapping[str, float], by_heart: float, said: tuple[str, str, str]) -> list[Coverage]:
    known, reviewed, neither = (f"downloads_30d {what}" for what in said)
    total = part["total"]
    return [
        Coverage(known, part["known"], total),
        Coverage("... of these, on knowledge alone, no page opened", by_heart, part["known"]),
        Coverage(reviewed, part["reviewed"], total),
        Coverage(neither, total - part["reviewed"], total),
    ]


def _is_by_heart(registry: Registry, publisher: str) -> bool:
    row = registry.publisher(publisher).row
    return row is not None and row.verified == KNOWLEDGE


def _sum(tables: Queryable, sql: str, holds: Callable[[str], bool]) -> float:
    return float(sum(downloads for name, downloads in tables.query(sql).iter_rows() if holds(name)))


def _numbers(tables: Queryable, sql: str) -> dict[str, float]:
    return {name: float(value or 0) for name, value in tables.query(sql).row(0, named=True).items()}


_NEXT_ORGANIZATIONS = """
with uploaded as (
  select publisher, sum(coalesce(downloads_30d, 0)) as downloads_30d, count(*) as models
  from models
  where removed_at is null and publisher_country = 'unreviewed' and publisher <> ''
  group by publisher
),
built_on as (
  select parent_publisher as publisher, count(*) as derivatives
  from parents
  where parent_publisher is not null
  group by parent_publisher
)
select u.publisher as namespace, u.downloads_30d, u.models, coalesce(b.derivatives, 0) as derivatives
from uploaded as u
left join built_on as b on u.publisher = b.publisher
order by {order} desc, namespace
limit {limit}
"""

_NEXT_ROOTS = """
select l.root_id as pattern,
  sum(cast(l.credit as decimal(38, 0)) * coalesce(m.downloads_30d, 0)) / 1e9 as downloads_30d,
  sum(case when l.depth > 0 then cast(l.credit as bigint) else 0 end) / 1e9 as derivatives
from lineage as l
join models as m on l.model_key = m.model_key
where m.removed_at is null and l.family = 'unreviewed'
group by l.root_id
order by {order} desc, pattern
limit {limit}
"""


def next_organizations(tables: Queryable, limit: int = 25, by: str = "downloads_30d") -> pl.DataFrame:
    """Return rows of organizations.csv to fill in: the unreviewed publishers that matter most.

    `by` is downloads_30d or derivatives (models that name one of the publisher's as a parent). The file's
    columns come first, the reasons to review after them: downloads_30d, models, derivatives.
    """
    found = tables.query(_NEXT_ORGANIZATIONS.format(order=_order(by), limit=int(limit)))
    return _to_fill(found, "organizations.csv", "namespace")


def next_roots(tables: Queryable, limit: int = 25, by: str = "downloads_30d") -> pl.DataFrame:
    """Return rows of roots.csv to fill in: the unreviewed roots that matter most.

    `by` is downloads_30d (of the root and all that comes from it, by its share) or derivatives.
    """
    return _to_fill(tables.query(_NEXT_ROOTS.format(order=_order(by), limit=int(limit))), "roots.csv", "pattern")


def _order(by: str) -> str:
    if by not in ("downloads_30d", "derivatives"):
        raise ValueError(f"order {by!r} is neither downloads_30d nor derivatives")
    return by


def _to_fill(found: pl.DataFrame, file: str, key: str) -> pl.DataFrame:
    page = pl.lit("https://huggingface.co/") + pl.col(key)
    empty = [pl.lit("").alias(name) for name in FILES[file].columns if name != key]
    filled = found.with_columns(*empty).with_columns(source_url=page)
    return filled.select(*FILES[file].columns, *(name for name in found.columns if name != key))
