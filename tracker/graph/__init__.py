"""What lineage's engine and the store hand each other: a graph as arrays, and the index tricks on them.

In come nodes and edges as numbers, out go the same; neither side knows how the other makes them.

May import: words.
"""
