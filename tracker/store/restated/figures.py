"""The published figures that people quote, few enough to be listed one by one: as they are, and as they were said last.

They are what is said of a night, of a family in a night, of changes, of the downloads of a day, settled, and of a
month's derivatives by the default definition. A night changes few of them: only what may be other than before is made.
"""

from __future__ import annotations

from datetime import date

from tracker.sql.connect import Connection, literal, rows, value
from tracker.store.base import data_folder

UNTIL = "said_until"  # fact of the folder: the newest night that was compared

_FIGURES = """
create or replace temp table figures_now as
select figure, snapshot_date as period, scope as "key", value::double as value
from (
  unpivot (
    select snapshot_date, scope, models as "nights.models", downloads_30d as "nights.downloads_30d",
      downloads_all_time as "nights.downloads_all_time", likes as "nights.likes"
    from nights where is_preferred and {snapshot_date}
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
    where {snapshot_date}
    group by all
  ) on columns('daily_families\\.') into name figure value value
)
union all
select 'events', snapshot_date, kind, count(*)::double from events where {snapshot_date} group by all
union all
select 'daily_flow.downloads', label, family, sum(downloads_credit)::double / 1e9
from daily_flow
where label >= {since}
group by all
union all
select figure, month, "key", sum(credit)::double / 1e9
from (
  select m.month, m.credit, f.family as "lineage.derivatives", f.country as "lineage.derivatives_by_country"
  from (
    select date_trunc('month', m.created_at)::date as month, l.line, sum(l.credit) as credit
    from lineage as l
    join model_facts as m on m.model_key = l.model_key
    where l.variant = 'default' and l.status <> 'root' and m.created_at is not null
    group by all
  ) as m
  join lineage_lines as f on f.number = m.line
) unpivot ("key" for figure in ("lineage.derivatives", "lineage.derivatives_by_country"))
group by all
"""

_SAID = """
create or replace temp view figures_said as
select figure, period, "key", value from said
where case
  when starts_with(figure, 'lineage.') then true
  when starts_with(figure, 'daily_flow.') then period >= {since}
  else {period}
end
"""

_IN_TOUCHED = "{} in (select snapshot_date from touched_nights)"


def is_said(connection: Connection) -> bool:
    """Return whether anything was compared yet."""
    return bool(rows(connection, "select 1 from said limit 1"))


def lay_out(connection: Connection) -> None:
    """Leave what may be other than said: the temporary table `figures_now`, and the view `figures_said` of the same."""
    is_all: bool = value(connection, "select count(*) > 0 from touched_nights where snapshot_date is null")
    first: date | None = value(connection, "select min(label) from touched_days")
    since = literal(date.min if is_all else first or date.max)
    of_nights = "true" if is_all else _IN_TOUCHED
    connection.execute(_FIGURES.format(snapshot_date=of_nights.format("snapshot_date"), since=since))
    connection.execute(_SAID.format(period=of_nights.format("period"), since=since))


def end(connection: Connection) -> None:
    """Note how far figures are compared now, and that nothing is other than said."""
    newest: date | None = value(connection, "select max(snapshot_date) from nights")
    if newest:
        data_folder.put(connection, UNTIL, newest.isoformat())
    connection.execute("delete from touched_nights")
    connection.execute("delete from touched_days")
    connection.execute("drop view figures_said")
    connection.execute("drop table figures_now")
