"""All fault modes by their code."""

from __future__ import annotations

from tracker.demo.faults.mode import Mode

MODES: dict[str, Mode] = {}
