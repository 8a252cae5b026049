-- title: Bounds: all that is not firm belongs to other groups, or all of it to this one
case when part is not null then firm / nullif(widest, 0) end as low,
case when part is not null then (firm + loose) / nullif(widest, 0) end as high
