"""Series aligned on the day of release: the registry's day for families and lines, the creation of models."""

from __future__ import annotations

from tracker.answers.counted.totals import Axes
from tracker.errors import SettingsError

_RELEASED = {
    "families": "{released_registered}",
    "lines": "{released_registered}",
    "models": "{released_created}",
}


def parts(axes: Axes) -> dict[str, str]:
    """Return the parts of the SQL template `trend_release`. Raises SettingsError for groups without a release day."""
    if axes.of not in _RELEASED or axes.flow:
        what = "a flow" if axes.flow else axes.of.replace(",", " and ")
        raise SettingsError(f"{what} cannot be aligned on a release; ask --of {', '.join(_RELEASED)}")
    return {"released": _RELEASED[axes.of], "released_column": axes.column}
