"""The commands, a module for those that belong together. Each reads its options, calls the library and prints.

May import: api, cli, demo, errors, logs, scope, serve, settings, words; demo in cli.commands.demo alone.
"""
