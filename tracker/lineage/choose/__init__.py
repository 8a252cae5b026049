"""Which declared, mirrored and inferred parents count: candidates in, edges with their evidence out.

May import: errors, graph, lineage, registry, words.
"""
