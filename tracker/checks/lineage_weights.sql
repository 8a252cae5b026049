-- title: The weights of a model's roots sum to 1
-- row: a model whose weights do not
select model_key, any_value(model_id) as model_id, sum(weight) as weight
from lineage
group by model_key
having abs(sum(weight) - 1) > 1e-9
order by model_key
