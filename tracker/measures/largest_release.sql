-- title: The largest model that publishers of a country created in a month
-- grain: one row
-- unit: value: weights declared in safetensors
select max(parameters)::double as value
from models
where created_month = $month::date and publisher_country = $country
order by value
