"""Licences as a curator sees them: what is known of the models of a sample, and contradictions between tag and row.

May import: lineage, registry, registry.terms.
"""
