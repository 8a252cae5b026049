-- title: The weights of a model's nearest families sum to 1
-- row: a model whose weights do not
select model_key, any_value(model_id) as model_id, sum(weight) as weight
from nearest
group by model_key
having abs(sum(weight) - 1) > 1e-9
order by model_key
