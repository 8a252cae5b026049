-- title: The largest model that was created in a month
-- grain: one row
-- unit: value: weights declared in safetensors
-- $month month = last: the month of creation
-- $country text = none: of publishers from this country, ISO 3166-1 alpha-2; without it of all
select max(parameters)::double as value
from models
where created_month = $month::date and ($country is null or publisher_country = $country)
order by value
