-- title: The month of a model is the UTC month in which it was created, and not after the snapshot
-- row: a model whose month is another
-- broken by: update models set created_month = '2026-08-01' where model_id = 'judy/new'
select model_key, model_id, created_at, created_month
from models
where created_month is distinct from date_trunc('month', make_timestamp(epoch_us(created_at)))::date
  or created_month > (select max(snapshot_date) from nights)
order by model_key
