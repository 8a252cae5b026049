"""Which declared, mirrored and inferred parents count: candidates in, edges with their evidence out.

May import: errors, lineage, registry, words.
"""
