-- title: The day on which models were created
select model_id as name, min(created_at::date) as released_on
from models
where created_at is not null
group by model_id
