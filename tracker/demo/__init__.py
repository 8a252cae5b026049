"""A Hub on the loopback address: a faithful replica of the Hugging Face Hub's HTTP API, and what it serves.

May import: errors, registry, words.
"""

from tracker.demo.hub.process import DemoError, HubProcess, hub_process

__all__ = ["DemoError", "HubProcess", "hub_process"]
