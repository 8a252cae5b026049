"""Ask any measure by its name, with the parameters that its header declares."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from tracker import measures
from tracker.answers import names
from tracker.answers.answer import Answer, answered
from tracker.answers.reach import cover, empty, passes
from tracker.answers.reach.cover import Cover
from tracker.answers.shown.rows import Rows
from tracker.errors import SettingsError
from tracker.measures import Measure
from tracker.measures.parameters import LAST, SNAPSHOT, Parameter
from tracker.table import Table

if TYPE_CHECKING:
    from tracker.store import Published

__all__ = ["Measure", "about", "described", "listed", "measure"]

# names in a measure's SQL that copies of earlier versions lack -> the table that came with each
_LATER = {
    **{each: each for each in ("counting_rules", "night_labels", "flow_days", "watch_matches", "derivatives_vintages")},
    "restated_on": "derivatives_vintages",
    **{each: each for each in ("signal_names", "second_hub_current", "arena_ratings_current", "index_scores_current")},
    **{each: each for each in ("token_sums", "second_hub_sums")},
}

# measures whose first table is shared and takes most of their time -> its name, and the columns that others read
_BEGIN_ALIKE = {"first_gguf": "reached root_key age", "gguf_uptake": "reached"}


def measure(published: Published, name: str, given: Mapping[str, Any] | None = None) -> Answer:
    """Return the rows of a measure; `given` has its parameters, as text or as values.

    Raises UnknownName for an unknown measure or a night without a snapshot. Raises SettingsError for a parameter that
    is missing, unknown or unreadable, for a measure with a command of its own, and for a copy of an earlier version
    that lacks a table of the measure.
    """
    found = measures.load(name)
    if found.ask:
        raise SettingsError(f"measure {name} needs more than parameters; ask it with `{found.ask}`")
    _require_tables(published, found)
    values = _values(published, found, given or {})
    table = published.table(found.sql, values, common=_BEGIN_ALIKE.get(name, ""))
    bound = {key: value for key, value in values.items() if value is not None}
    covered = _cover(published, found)
    return answered(
        published,
        name,
        found.sql,
        values,
        table=table,
        scope=covered.name,
        parameters=bound,
        denominator=_denominator(found, covered),
        notes=(
            *((_why_empty(published, found, bound),) if not table.rows else ()),
            f"{found.title}: {found.grain}",
            found.unit,
            *((f"coverage: {found.coverage}",) if found.coverage else ()),
            *_passes(published, table, covered),
            *covered.notes(),
        ),
    )


def listed() -> Rows:
    """Return one row per measure: `name`, `title`, `grain`, `unit`, and the command in `ask`."""
    found = map(measures.load, measures.names())
    rows = [(each.name, each.title, each.grain, each.unit, each.command) for each in found]
    return Rows(Table(dict.fromkeys(["name", "title", "grain", "unit", "ask"], "VARCHAR"), rows))


def about(name: str) -> Measure:
    """Return the measure of that name. Raises UnknownName with the nearest names."""
    return measures.load(name)


def described(name: str) -> Rows:
    """Return one row per parameter of a measure: `parameter`, `kind`, `default` (null: it must be given), `help`."""
    rows = [(each.name, each.kind, each.default, each.help) for each in measures.load(name).parameters]
    return Rows(Table(dict.fromkeys(["parameter", "kind", "default", "help"], "VARCHAR"), rows))


def _require_tables(published: Published, found: Measure) -> None:
    """Raise SettingsError if a copy of an earlier version lacks a table of the measure."""
    lacking = [each for each, by in _LATER.items() if re.search(rf"\b{each}\b", found.sql) and not published.has(by)]
    if lacking:
        raise SettingsError(
            f"measure {found.name} reads {' and '.join(lacking)}, which this copy was published before; run "
            "`tracker publish`, or ask for a later day"
        )


def _denominator(found: Measure, covered: Cover) -> str:
    """Return the denominator of a measure's shares; for nights of a part of the Hub also that part."""
    if covered.is_full:
        return found.denominator
    return f"{found.denominator or 'the models'} {covered.of_models}"


def _passes(published: Published, table: Table, covered: Cover) -> tuple[str, ...]:
    """Return notes about the sources of the nights in the rows."""
    if not {"snapshot_date", "source"} <= set(table.columns):
        return ()
    nights = sorted(set(zip(table["snapshot_date"], table["source"], strict=True)))
    return passes.notes(published, nights, covered.name)


def _cover(published: Published, found: Measure) -> Cover:
    """Return the part of the Hub that a measure covers: that of its nights, or of all models ever seen."""
    if found.compares_nights:
        return cover.of_nights(published)
    return cover.of_creation(published, date.min, published.facts().snapshot_date)


def _why_empty(published: Published, found: Measure, bound: Mapping[str, Any]) -> str:
    given = ", ".join(f"{name}={value}" for name, value in bound.items())
    return empty.of_measure(published, found.title, given)


def _values(published: Published, found: Measure, given: Mapping[str, Any]) -> dict[str, Any]:
    known = [each.name for each in found.parameters]
    for name in given:
        if name not in known:
            takes = f"it takes {', '.join(known)}" if known else "it takes none"
            raise SettingsError(f"measure {found.name} has no parameter {name!r}; {takes}")
    nights = published.table(
        "select snapshot_date from nights where scope = $scope order by 1", {"scope": published.facts().scope}
    )["snapshot_date"]
    bound = {each.name: _value(found, each, given, nights) for each in found.parameters}
    # an unreadable parameter is reported before an unknown name
    for each in found.parameters:
        if each.kind in _NAMED and bound[each.name] is not None:
            bound[each.name] = _NAMED[each.kind](published, bound[each.name])
    return bound


def _value(found: Measure, parameter: Parameter, given: Mapping[str, Any], nights: list[date]) -> Any:
    """Return the value of a parameter: the given one, else its default, which may depend on the copy."""
    text = given.get(parameter.name, parameter.default)
    if text is None:
        raise SettingsError(f"measure {found.name} needs {parameter}; give it with -p {parameter.name}=VALUE")
    if text == SNAPSHOT:
        return nights[-1]
    if text == LAST:
        return (nights[-1].replace(day=1) - timedelta(days=1)).replace(day=1)
    value = parameter.read(text)
    if parameter.kind == "night" and value is not None:
        names.check_night(value, nights)
    return value


def _family(published: Published, name: str) -> str:
    return names.known(published, ("family",), name)


def _model(published: Published, name: str) -> str:
    return names.known(published, ("model_id",), name)


def _names(published: Published, listed: str) -> str:
    """Return models, families and lines as the copy spells them; a name with a slash is a model."""
    return ",".join(
        names.known(published, ("model_id",) if "/" in each else ("family", "line"), each) for each in listed.split(",")
    )


_NAMED: Mapping[str, Callable[[Published, str], str]] = {"family": _family, "model": _model, "names": _names}
