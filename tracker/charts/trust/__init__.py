"""Charts of how far figures can be trusted: what is traced, what the rule decides, and what others published."""
