"""What the world sees: questions of charts are answered, drawn and written with their data.

May import: answers, charts, errors, registry, words.
"""
