-- title: The evidence ladder, best first
select 0 as place, 'override' as evidence
union all
select 1, 'hub'
union all
select 2, 'tag'
union all
select 3, 'mirror'
union all
select 4, 'inferred'
