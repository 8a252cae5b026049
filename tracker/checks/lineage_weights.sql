-- title: The credit of a model's roots is all of its 10^9 units, and each has some
-- row: a model whose credit is not
-- broken by: update lineage_rows set credit = 500000001 where model_id = 'erin/merge' and root_id = 'Qwen/Qwen3-8B'
select model_key, min(model_id) as model_id, sum(credit) as credit, min(credit) as least
from lineage
group by model_key
having sum(credit) <> 1000000000 or min(credit) < 1
order by model_key
