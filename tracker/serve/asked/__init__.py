"""Questions of programs and assistants: the same answers as at a prompt, many at once, each within bounds.

    a name and parameters ──read──► Question ──Desk──► a place ──► a cursor of the newest copy ──► Rows

HTTP and MCP stand on this, and know nothing of copies. Whoever reads parameters does so elsewhere (`tracker.cli.asked`
goes by the commands' own options), so that nothing is declared twice.

May import: api, errors, settings.
"""
