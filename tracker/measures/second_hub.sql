-- title: Families on the second hub beside the Hub
-- grain: one row per family that either has models of
-- unit: rank: place by downloads on each hub, which are counted otherwise and never added; share: part of the downloads of a family on that hub
-- denominator: downloads of models of a known family, on each hub its own
-- coverage: of the second hub its most downloaded models and official namespaces; re-uploads count for the family that their name tells
with there as ( -- sums of the newest day, which stand in every copy
  select family, sum(models) as models, sum(downloads_all_time) as downloads,
    sum(case when is_mirror then downloads_all_time else 0 end) as of_mirrors
  from second_hub_sums
  where snapshot_date = (select max(snapshot_date) from second_hub_sums) and family not in ('unknown', 'unreviewed')
  group by family
),
here as (
  select own_family as family, count(*) as models, sum(downloads_all_time) as downloads
  from models
  where removed_at is null and own_family not in ('unknown', 'unreviewed')
  group by own_family
),
totals as (
  select (select sum(downloads) from there) as there, (select sum(downloads) from here) as here
)
select
  coalesce(t.family, h.family) as family,
  case when t.family is not null then rank() over (order by t.downloads desc nulls last) end as rank_second_hub,
  case when h.family is not null then rank() over (order by h.downloads desc nulls last) end as rank_hub,
  t.downloads / nullif(totals.there, 0)::double as share_second_hub,
  h.downloads / nullif(totals.here, 0)::double as share_hub,
  t.of_mirrors / nullif(t.downloads, 0)::double as share_of_reuploads,
  t.models as models_second_hub,
  h.models as models_hub
from there as t
full join here as h on h.family = t.family
cross join totals
where t.family is not null
order by rank_second_hub, family
