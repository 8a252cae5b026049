"""The loopback Hub itself: server, state, clock and process.

In come requests, out go answers as the Hub gives them.
"""
