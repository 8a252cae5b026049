"""Series aligned on the day of release: of families and lines as the registry has it, of models their creation."""

from __future__ import annotations

from tracker.answers.counted.totals import Axes
from tracker.errors import SettingsError

_RELEASED = {
    "families": "{released_registered}",
    "lines": "{released_registered}",
    "models": "{released_created}",
}


def parts(axes: Axes) -> dict[str, str]:
    """Return what fills the holes of `trend_release`; raise SettingsError for what has no day of release."""
    if axes.of not in _RELEASED or axes.flow:
        what = "a flow" if axes.flow else axes.of.replace(",", " and ")
        raise SettingsError(f"{what} cannot be aligned on a release; ask --of {', '.join(_RELEASED)}")
    return {"released": _RELEASED[axes.of], "released_column": axes.column}
