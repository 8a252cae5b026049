"""Charts of what the weights allow: by family, and over time."""
