"""Charts of what changed: over a year, and within a month."""
