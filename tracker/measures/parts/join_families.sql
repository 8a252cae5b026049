-- title: The family at the top of a line's chain
left join families on families.family = raw
