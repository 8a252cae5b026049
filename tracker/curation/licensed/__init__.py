"""Licences as a curator sees them: what is told of the models of a sample, and where tag and row contradict each other.

May import: lineage, registry, registry.terms.
"""
