-- title: The first night that has all-time counters, which some archives lack
select min(nights.snapshot_date) as snapshot_date
from nights
join newest on newest.scope = nights.scope
where nights.downloads_all_time is not null
