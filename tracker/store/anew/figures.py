"""Which published figures a change of the past has changed: compared before and after, kept as `restatements`.

Figures are what is said of a night, of a family in a night, of a month's derivatives and of changes: what people
quote, and few enough to be listed one by one.
"""

from __future__ import annotations

import polars as pl

from tracker.sql.connect import Connection, frame
from tracker.words import RestatementClass

_FIGURES = """
create or replace {kind} {table} as
select figure, snapshot_date as period, scope as "key", value::double as value
from (
  unpivot (
    select snapshot_date, scope, models as "nights.models", downloads_30d as "nights.downloads_30d",
      downloads_all_time as "nights.downloads_all_time", likes as "nights.likes"
    from nights where is_preferred
  ) on columns('nights\\.') into name figure value value
)
union all
select figure, snapshot_date, family, value
from (
  unpivot (
    select snapshot_date, family,
      sum(models_credit)::double / 1e9 as "daily_families.models",
      sum(new_models_credit)::double / 1e9 as "daily_families.new_models",
      sum(derivatives_credit)::double / 1e9 as "daily_families.derivatives",
      sum(downloads_30d_credit)::double / 1e9 as "daily_families.downloads_30d",
      sum(downloads_all_time_credit)::double / 1e9 as "daily_families.downloads_all_time",
      sum(likes_credit)::double / 1e9 as "daily_families.likes"
    from daily_families
    group by all
  ) on columns('daily_families\\.') into name figure value value
)
union all
select 'events', snapshot_date, kind, count(*)::double from events group by all
union all
select 'lineage.derivatives', date_trunc('month', m.created_at)::date, f.family, sum(l.credit)::double / 1e9
from lineage as l
join model_facts as m on m.model_key = l.model_key
join lineage_lines as f on f.number = l.line
where l.variant = 'default'
group by all
"""

_CHANGED = """
create or replace temp table restated as
select figure, period, "key", b.value as "before", a.value as "after"
from figures_before as b
full join figures_after as a using (figure, period, "key")
where coalesce(b.value, 0) <> coalesce(a.value, 0) -- that a 0 comes or goes changes nothing that anybody quotes
"""


def remember(connection: Connection, *, lasting: bool = False) -> None:
    """Remember the figures as they are published now; `lasting`: a process that ends before it compares may go on."""
    connection.execute(_FIGURES.format(table="figures_before", kind="table" if lasting else "temp table"))


def compare(connection: Connection) -> pl.DataFrame:
    """Return the figures that are other than remembered, those of nights first: figure, period, key, before, after."""
    connection.execute(_FIGURES.format(table="figures_after", kind="temp table"))
    connection.execute(_CHANGED)
    return frame(connection, 'from restated order by figure desc, period, "key"')


def keep(connection: Connection, run_id: str, kind: RestatementClass, reason: str) -> None:
    """Keep what was compared last, with the run that changed it, its class and the reason."""
    connection.execute(
        """
        insert into restatements
        select $run_id, figure, period, "key", "before", "after", $class, $reason from restated
        """,
        {"run_id": run_id, "class": kind, "reason": reason},
    )
