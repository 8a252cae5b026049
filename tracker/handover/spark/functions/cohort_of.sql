-- the class that a model is of, by the last month of its half-year: models that were created at about the same time freeze together
create or replace temporary function cohort_of(created_at timestamp)
returns string
return
case
  when created_at is null then 'unknown'
  when created_at < timestamp '2022-04-01 00:00:00+00:00' then '2022-03'
  when created_at < timestamp '2024-01-01 00:00:00+00:00' or month(created_at) > 6 then date_format(created_at, 'yyyy') || '-12'
  else date_format(created_at, 'yyyy') || '-06'
end
