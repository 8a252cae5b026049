-- title: The largest groups of each month, and all that have no name
(
  select
    *,
    row_number() over (partition by month order by {nameless}, derivatives desc, {names}) as place
  from shares
  {only}
) as placed
where place <= $rows or {nameless}
