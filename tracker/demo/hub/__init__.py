"""The loopback Hub itself: server, state, clock and process.

Input: requests. Output: answers as the Hub gives them.
"""
