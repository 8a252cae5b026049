-- title: Counters are missing or not negative, and only a model that is there has one
-- row: a model with a counter that cannot be
-- broken by: update models set likes = -1 where model_id = 'judy/new'
select model_key, model_id, downloads_30d, downloads_all_time, likes, removed_at
from models
where least(downloads_30d, downloads_all_time, likes) < 0
  or (removed_at is not null and coalesce(downloads_30d, downloads_all_time, likes) is not null)
order by model_key
