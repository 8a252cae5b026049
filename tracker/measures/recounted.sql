-- title: When downloads began to be counted otherwise
-- grain: one row per change: of a library's rule, of the default, of policy
-- unit: share: part of all downloads of the newest night that models of the library have, 0 to 1; null for every library
-- a change is a step in every series that contains such models; the Hub follows within days, and counts days before too
-- $first day = none: changed from this day on; without it all
-- $until day = snapshot: changed up to this day
-- $least number = 0.001: changes of a library that has at least this share
select
  counting_rules.changed_on,
  counting_rules.library,
  counting_rules.kind,
  counting_rules.change,
  case
    when counting_rules.library <> 'all' then counting_rules.downloads_30d / nullif(newest.downloads_30d, 0)
  end as share,
  counting_rules.source_url
from counting_rules
cross join (select arg_max(downloads_30d, snapshot_date) as downloads_30d from nights) as newest
where counting_rules.changed_on <= $until
  and ($first is null or counting_rules.changed_on >= $first)
  and (
    counting_rules.library = 'all'
    or coalesce(counting_rules.downloads_30d / nullif(newest.downloads_30d, 0), 0) >= $least
  )
order by changed_on, library
