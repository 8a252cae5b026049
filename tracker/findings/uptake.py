"""What may be stated of how soon roots are built on: an interval of days, where there are roots enough to have one."""

from __future__ import annotations

FEWEST = 20  # roots: of fewer the interval of a median is nearly all that was seen
MONTH = 365.25 / 12


def stated(low: float, high: float, roots: int) -> str:
    """Return when half of what is built on a root has come, as the 95 % interval of its median in days."""
    if roots < FEWEST:
        return ""
    return f"Half of what is built on a root has come within {_span(low, high)} of its release"


def _span(low: float, high: float) -> str:
    size, name = (MONTH, "month") if low >= 90 else (1.0, "day")
    one, other = round(low / size), max(1, round(high / size))
    if one == other:
        return f"{other} {name}{'s' * (other != 1)}"
    return f"{one} to {other} {name}s"
