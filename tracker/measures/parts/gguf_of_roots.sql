-- title: How soon roots had a quantization that says GGUF in its library or name, at any step below them
-- grain: one row per root with enough derivatives; days: whole days to the first, age: days that the root has had for it
select
  placed.root_key,
  max(root.model_id) as root_id,
  max(placed.family) as family,
  count(*) as derivatives,
  count(placed.gguf_place) as gguf,
  max(case when placed.gguf_place = 1 then placed.model_id end) as first_gguf,
  max(case when placed.gguf_place = 1 then placed.days end) as days,
  floor((epoch(($until::date + 1)::timestamp) - max(epoch(root.created_at))) / 86400)::bigint as age
from (
  select
    *,
    case
      when is_gguf = 1
      then row_number() over (partition by root_key, is_gguf order by days, created_at, model_id, model_key)
    end as gguf_place
  from (
    select
      lineage.root_key,
      lineage.family,
      models.model_key,
      models.model_id,
      models.created_at,
      -- what is older than its root is of its first day
      floor(greatest(0, epoch(models.created_at) - epoch(root.created_at)) / 86400)::bigint as days,
      case
        when lineage.relation = 'quantized'
          and (
            lower(models.library_name) = 'gguf'
            or strpos(lower(substr(models.model_id, strpos(models.model_id, '/') + 1)), 'gguf') > 0
          )
        then 1
        else 0
      end as is_gguf
    from lineage
    join models on models.model_key = lineage.model_key
    join models as root on root.model_key = lineage.root_key
    where lineage.status in ('derived', 'dangling') -- a root may be gone
      and epoch(models.created_at) < epoch(($until::date + 1)::timestamp)
      and epoch(root.created_at) >= epoch('2022-03-03'::date::timestamp) -- the Hub's first date
  ) as derived
) as placed
join models as root on root.model_key = placed.root_key
group by placed.root_key
having count(*) >= $least
