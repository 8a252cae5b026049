"""One module per source: network in, landed rows out. Nothing here opens a database or keeps state but landing/.

May import: errors.
"""
