"""Commands that answer others until they are stopped, each with an extra of its own.

May import: cli, errors, serve.asked, serve.assistants, settings.
"""
