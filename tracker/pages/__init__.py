"""Pages: answer the questions of charts, draw them, and write them with their data.

May import: answers, charts, claims, dates, disk, errors, files, findings, registry, table, words.
"""
