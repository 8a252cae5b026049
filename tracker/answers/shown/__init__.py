"""Show answers at a prompt, in a notebook and to programs: rows as tables, lineage as trees."""
