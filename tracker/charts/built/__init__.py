"""Charts of what new models are built on: families, origins, relations, lines, sizes.

May import: errors, findings, charts.
"""
