"""Restatements of a copy, and the answer to a question then beside the answer now."""
