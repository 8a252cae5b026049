-- title: The credit of all models together, before names are looked up
-- grain: one row per month and what names are looked up by
select month, {raws}, {gone}is_traced, sum(credit) as credit
from credits
group by month, {raws}, {gone}is_traced
