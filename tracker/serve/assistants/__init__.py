"""MCP: the questions as tools of an assistant, over stdin and stdout. Stdout carries the protocol and nothing else.

    tools/call share {"by": "family", "names": ["Qwen"]} ──read──► Question ──Desk──► Rows ──► structured content
    resources/read tracker://definitions                                              ──► CSV

An answer is the command's JSON with a citation; of a long one so many whole rows come as an assistant can read, with
how to go on. Refusals are those of the commands, as results that say so.

May import: api, errors, serve.asked.
"""
