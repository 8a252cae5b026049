-- title: Rollups of all nights follow the registry of this copy; `tracker resolve` restates them
-- row: a night that was rolled up with another registry
-- broken by: update nights set registry_version = 'another' where snapshot_date = '2026-10-05'
select nights.snapshot_date, nights.registry_version, about.value as registry_of_this_copy
from nights
cross join about
where about.key = 'registry_version' and nights.registry_version is distinct from about.value
order by nights.snapshot_date
