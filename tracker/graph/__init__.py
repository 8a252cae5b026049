"""The graph as arrays that the lineage engine and the store exchange, and index operations on them.

Both pass nodes and edges as numbers; neither side knows how the other makes them.

May import: words.
"""
