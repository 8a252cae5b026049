"""Charts of what is within one family or one root: its lines, and the tree of what is built on it."""
