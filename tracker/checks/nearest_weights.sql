-- title: The credit of a model's nearest lines is all of its 10^9 units, and each has some
-- row: a model whose credit is not
-- broken by: delete from nearest_rows where model_id = 'erin/merge' and line = 'Qwen3'
select model_key, min(model_id) as model_id, sum(credit) as credit, min(credit) as least
from nearest
group by model_key
having sum(credit) <> 1000000000 or min(credit) < 1
order by model_key
