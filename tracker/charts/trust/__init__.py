"""Charts of how far figures can be trusted: what is traced, what hangs on the rule that counts, what others published."""
