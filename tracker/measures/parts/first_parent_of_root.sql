-- title: Which of a model's roots is reached through the parent it declares first
left join parents as first_parent on first_parent.model_key = counted.model_key and first_parent.ordinal = 0
left join {lineage} as above on above.model_key = first_parent.parent_key and above.root_id = lineage.root_id
