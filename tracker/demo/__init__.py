"""A Hub on the loopback address: a faithful replica of the Hugging Face Hub's HTTP API, and what it serves."""

from tracker.demo.process import DemoError, HubProcess, hub_process

__all__ = ["DemoError", "HubProcess", "hub_process"]
