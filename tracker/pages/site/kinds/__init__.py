"""The kinds of pages: a module each, which yields sheets of a site."""
