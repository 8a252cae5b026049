-- title: The key of the model that is asked for, -1 for a name that no snapshot has
select coalesce(max(models.model_key), -1) as model_key
from described_models as models
where models.hub_id = $hub_id
