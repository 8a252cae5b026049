-- title: The models of the newest night that have as many downloads as a mark, and between which nights they passed it
-- grain: one row per model; passed_on: first night that has the mark, below_on: last night before it that has less, null where none has
select
  seen.model_key,
  seen.model_id,
  seen.relation,
  seen.released,
  seen.cohort,
  seen.passed_on,
  max(
    case
      when history.snapshot_date < seen.passed_on and history.downloads_all_time < $mark then history.snapshot_date
    end
  ) as below_on
from (
  select
    models.model_key,
    models.model_id,
    coalesce(models.relation, 'root') as relation,
    floor(epoch(models.created_at) / 86400)::bigint as released,
    cohort_of(models.created_at) as cohort,
    min(case when history.downloads_all_time >= $mark then history.snapshot_date end) as passed_on
  from models
  join history on history.model_key = models.model_key
  join newest on newest.scope = history.scope
  where models.downloads_all_time >= $mark
    and epoch(models.created_at) >= epoch('2022-03-03'::date::timestamp) -- the Hub's first date
  group by models.model_key, models.model_id, models.relation, models.created_at
) as seen
join history on history.model_key = seen.model_key
join newest on newest.scope = history.scope
group by
  seen.model_key, seen.model_id, seen.relation, seen.released, seen.cohort, seen.passed_on
