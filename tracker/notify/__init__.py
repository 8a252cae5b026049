"""Notify after a night: pings of a health-check service, messages to one webhook, a feed.

No night fails or waits long because of it. The addresses are secret and stay out of logs and errors.

May import: disk, errors, files, findings, pages, settings, sources.outward.
"""
