"""Commands that answer others until they are stopped, each with an extra of its own.

May import: api, cli, errors, serve.asked, serve.assistants, serve.http, settings.
"""
