"""The measures that parameters alone ask, and what those without a default are given."""

from __future__ import annotations

from tracker import measures

ASKED = [name for name in measures.names() if not measures.load(name).ask]
_GIVEN = {
    "family": "Qwen",
    "model": "Qwen/Qwen3-8B",
    "models": "Qwen/*",
    "publisher": "Qwen",
    "after": "2020-01-01",
    "first": "2020-01-01",
}


def needed(name: str) -> dict[str, str]:
    """Return the parameters without which a measure does not answer."""
    return {each.name: _GIVEN[each.name] for each in measures.load(name).parameters if each.default is None}
