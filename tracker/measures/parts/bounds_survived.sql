-- title: Bounds: as of those that are known; where many of a month were removed since, without these as well
case
  when part is not null and widest_left < {lasting} * widest
    then least(firm / nullif(widest, 0), coalesce(firm_left / nullif(widest_left, 0), 1))
  when part is not null then firm / nullif(widest, 0)
end as low,
case
  when part is not null and widest_left < {lasting} * widest
    then greatest((firm + loose) / nullif(widest, 0), coalesce((firm_left + loose_left) / nullif(widest_left, 0), 0))
  when part is not null then (firm + loose) / nullif(widest, 0)
end as high
