-- title: How soon each root was quantized to GGUF
-- grain: one row per root with derivatives enough, those with most first
-- unit: days: whole days from the root's creation to that of its first GGUF, 0 on the first day, null where there is none yet; age: days that it has had for one; derivatives and gguf: models below it at any step
-- coverage: a GGUF is a model that is declared as quantized and says gguf in its library or name (of those with the tag gguf among the most downloaded of 2024, 3 % say it nowhere else); one that was removed before the first night is not known, so that days are at most these; roots from before the Hub's first date of March 2022 are left out
-- $family family = none: roots of this family alone
-- $least whole = 20: roots with at least this many derivatives
-- $rows whole = 100: so many roots
-- $until day = snapshot: models created up to this day
with reached as (
  {gguf_of_roots}
)
select family, root_id, derivatives, gguf, first_gguf, days, age
from reached
where $family is null or family = $family
order by derivatives desc, root_id
limit $rows
