-- title: Days of downloads that are not plainly measured
-- grain: one row per kind of incident and its days, whatever the classes of models that it touches
-- unit: share: of the models that stood still, fell or were missing, 0 to 1, of the class where it is most; amount: downloads that were lacking or lost, came late or back; models where some were missing
-- one source's nights stand for a day: an archive's end where the own ones begin
-- $first day = none: incidents that reach this day or a later one; without it all
-- $until day = snapshot: incidents that begin up to this day
-- $scope text = full: of nights of this scope
select
  kind,
  first_label as first_day,
  last_label as last_day,
  count(*) as classes,
  max(share) as share,
  sum(amount) as amount,
  max(case when is_open then 1 else 0 end) as is_open
from flow_incidents
where scope = $scope
  and model_key is null
  and ($first is null or last_label >= $first)
  and first_label <= $until
  and (
    source = 'hub_models'
    or first_label < coalesce(
      (select min(first_night) from flow_chains where source = 'hub_models' and scope = $scope), date '9999-12-31'
    )
  )
group by kind, first_label, last_label
order by first_label, kind, last_label
