"""What the world sees: questions of charts are answered, drawn and written with their data.

May import: answers, charts, claims, dates, disk, errors, files, findings, registry, table, words.
"""
