"""The published figures that were changed later, each with the class and the reason of what changed it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from tracker.answers import names
from tracker.answers.answer import Answer
from tracker.answers.measured import measure
from tracker.errors import SettingsError, UnknownName
from tracker.words import RESTATEMENT_CLASSES

if TYPE_CHECKING:
    from tracker.store import Published

# families that the registry calls otherwise now are those of restatements alone
_KNOWN = """
select 1 from families where family = $name
union all select 1 from countries where country = $name
union all select 1 from restatements where key = $name
limit 1
"""


_NOTED = "select 1 from duckdb_columns() where table_name = 'restatements' and column_name = 'restated_on'"


def restatements(
    published: Published,
    *,
    restated_as: str | None = None,
    figure: str | None = None,
    family: str | None = None,
    month: date | None = None,
    since: date | None = None,
) -> Answer:
    """Return one row per figure and copy that changed it, the newest first: `before`, `after`, `change`, `reason`.

    `restated_as` is a class, `figure` a name or its beginning, `family` one family or country, `month` that of the
    figures, `since` the day of the first copy that told of a change. The changes of a figure sum to the difference
    between what was said then and what is said now. Raises UnknownName for a class or name that there is not, and
    SettingsError for a copy of an earlier version.
    """
    if restated_as is not None and restated_as not in RESTATEMENT_CLASSES:
        raise UnknownName("class", restated_as, RESTATEMENT_CLASSES)
    if not published.table(_NOTED).rows:
        raise SettingsError("this copy was published by an earlier version; run `tracker publish`, then ask again")
    asked: Mapping[str, Any] = {
        "class": restated_as,
        "figure": figure,
        "key": _named(published, family),
        "month": month,
        "since": since,
    }
    return measure(published, "restatements", {name: value for name, value in asked.items() if value is not None})


def _named(published: Published, given: str | None) -> str | None:
    """Return a family, or a country, as the copy spells it."""
    if given is None:
        return None
    for column in ("family", "origin_country"):
        (found,) = names.resolve(published, column, [given])
        if published.table(_KNOWN, {"name": found}).rows:
            return found
    names.check(published, "family", [given], ())
    return given
