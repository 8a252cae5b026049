"""Charts of how far figures can be trusted: what is traced, and what depends on the rule that counts."""
