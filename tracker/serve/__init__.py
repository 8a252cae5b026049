"""Servers: `asked` answers programs and assistants, `folder` serves a site to readers.

May import: api, errors, settings.
"""
