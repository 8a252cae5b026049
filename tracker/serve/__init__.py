"""What answers others: programs and assistants in `asked`, readers of a site in `folder`.

May import: api, errors, settings.
"""
