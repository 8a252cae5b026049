"""What answers others over HTTP, on this machine alone.

May import: errors.
"""
