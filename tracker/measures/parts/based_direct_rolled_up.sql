-- title: What each counted model declares as its direct parents, a mirror taken for what it carries
-- grain: one row per model, declared parent and root of a mirror; the credit of a model sums to 10^9
select
  counted.*,
  carried.base_id,
  carried.family,
  carried.line,
  carried.developer,
  carried.origin_country,
  carried.credit + if(carried.turn <= carried.parent_credit - carried.given, 1, 0) as credit,
  carried.ordinal as place,
  true as is_traced
from counted
join (
  select
    *,
    sum(credit) over (partition by model_key, parent_turn) as given,
    row_number() over (partition by model_key, parent_turn order by credit > 0, base_id) as turn
  from (
    select
      declared.model_key,
      declared.turn as parent_turn,
      declared.ordinal,
      declared.parent_credit,
      coalesce(root.root_id, declared.parent_id) as base_id,
      coalesce(root.family, declared.parent_family) as family,
      coalesce(root.line, declared.parent_line) as line,
      coalesce(root.developer, declared.parent_developer) as developer,
      coalesce(root.origin_country, declared.parent_country) as origin_country,
      declared.parent_credit * coalesce(root.credit, 1000000000) // 1000000000 as credit
    from (
      select *, 1000000000 // parents + if(turn <= 1000000000 % parents, 1, 0) as parent_credit
      from (
        {declared}
      ) as declared
    ) as declared
    left join (
      select lineage.*
      from lineage
      semi join (select model_key from models where is_mirror) as mirrors using (model_key)
    ) as root on root.model_key = declared.parent_key
  ) as shared
) as carried using (model_key)
