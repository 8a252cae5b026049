"""Provenance of an answer: its ids, what it was made from, and whether a saved answer still holds."""
