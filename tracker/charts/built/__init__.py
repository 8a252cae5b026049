"""Charts of what new models are built on: families, origins, relations, lines, sizes."""
