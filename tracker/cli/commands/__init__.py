"""The commands, a module for those that belong together. Each reads its options, calls the library and prints.

May import: anything in tracker; demo in cli.commands.demo alone.
"""
