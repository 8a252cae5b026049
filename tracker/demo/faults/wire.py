"""Faults below HTTP: the line is cut, stalls, drips, or carries something else."""

from __future__ import annotations

import asyncio
from typing import Protocol


class Sabotage(Protocol):
    """Sends a framed response in a broken way."""

    async def send(self, writer: asyncio.StreamWriter, head: bytes, body: bytes) -> bool:
        """Send it, or some of it; False ends the connection."""
        ...
