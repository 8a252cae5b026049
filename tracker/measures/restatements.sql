-- title: Published figures that were changed later
-- grain: one row per figure and copy that changed it, the newest first
-- unit: before, after and change in what the figure counts: derivatives and models in models, downloads in downloads, events in changes; null on either side: there was no such figure
-- $class text = none: source, routine, method or correction alone
-- $figure text = none: figures of this name or of names that begin so, such as lineage or daily_flow.downloads
-- $key text = none: of this family, country, scope or kind of change alone
-- $month month = none: figures of this month or of a day in it
-- $since day = none: what was changed by copies of this day or later
select
  restated_on,
  class,
  figure,
  period,
  key,
  "before",
  "after",
  coalesce("after", 0) - coalesce("before", 0) as change,
  generation,
  reason
from restatements
where ($class is null or class = $class)
  and ($figure is null or starts_with(figure, $figure))
  and ($key is null or key = $key)
  and ($month is null or date_trunc('month', period) = $month)
  and ($since is null or restated_on >= $since)
order by generation desc, restated_on desc, figure, period desc, abs(change) desc, key, class, reason
