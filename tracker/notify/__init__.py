"""What leaves after a night: pings of a health-check service, messages to one webhook, a feed.

None of it is a reason that a night fails, or waits for long; and the address that it goes to is a secret, which is
told to nobody else, logs and errors included.

May import: disk, errors, files, findings, pages, settings, sources.outward.
"""
