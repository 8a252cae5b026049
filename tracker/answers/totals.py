"""What `trend` and `top` have in common: totals by night and group, from the rollup where that is possible."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tracker import measures
from tracker.answers import counting
from tracker.answers.counting import Group
from tracker.answers.reach.cover import Cover
from tracker.errors import SettingsError, UnknownName
from tracker.registry.definitions import Definition
from tracker.words import COUNTERS, COUNTRIES, LISTS

UNITS = {
    "downloads": "downloads of the 30 days before each night",
    "likes": "likes",
    "derivatives": "derivatives in models",
    "flow": "downloads between one night and the next",
}

_ROLLUPS = ("families", "lines", "developers", "countries")
_ITSELF = {"model_id": Group("based.base_id"), "publisher": counting.GROUPS["publisher"]}
_LARGEST = {
    "model_id": (
        "counters.model_key in (\n"
        "  select model_key from models order by {counter} desc nulls last, model_id, hub_id limit $rows\n)"
    ),
    "publisher": (
        "based.publisher in (\n"
        "  select publisher from models group by publisher\n"
        "  order by sum({counter}) desc nulls last, publisher limit $rows\n)"
    ),
}


@dataclass(frozen=True)
class Axes:
    """What is asked: a counter (`by`) of groups (`of`), their countries being of origin or of the publisher."""

    of: str
    by: str
    country: str = "origin"
    flow: bool = False

    def __post_init__(self) -> None:
        for kind, value, known in (
            ("list", self.of, LISTS), ("counter", self.by, COUNTERS), ("kind of country", self.country, COUNTRIES),
        ):  # fmt: skip
            if value not in known:
                raise UnknownName(kind, value, known)
        if self.flow and self.by != "downloads":
            raise SettingsError(f"a flow is of downloads, not of {self.by}")

    @property
    def column(self) -> str:
        """The column that names the groups."""
        is_publishers = self.of == "countries" and self.country == "publisher"
        return "publisher_country" if is_publishers else LISTS[self.of]

    @property
    def counter(self) -> str:
        """The column that is summed."""
        return "downloads_all_time" if self.flow else COUNTERS[self.by]

    @property
    def by_repository(self) -> bool:
        """Whether single models or publishers are listed, so that no lineage decides the counter."""
        return self.of in ("models", "publishers") and self.by != "derivatives"


def denominator(axes: Axes, covered: Cover) -> str:
    """Return the part of the Hub whose models are summed; nothing where it is all of it."""
    things = "derivatives" if axes.by == "derivatives" else "models"
    return "" if covered.is_full else f"the {things} {covered.of_models}"


def measures_of(axes: Axes) -> tuple[str, ...]:
    """Return which kinds of definition may be asked for these axes."""
    return ("share",) if axes.by == "derivatives" else ("share", "downloads")


def totals(axes: Axes, definition: Definition, *, has_list: bool = False, only: Sequence[str] = ()) -> str:
    """Return the SQL of totals by night and group: from the rollup, the record, or the record under a definition."""
    is_default = definition.name == "default" and not has_list
    if axes.by_repository and is_default:
        return _from_record(axes, only)
    if axes.by_repository:
        itself = replace(definition, edge="itself", credit="fractional", counts="models")
        return under_definition(itself, axes.column, axes.counter, has_list=has_list)
    if is_default and axes.of in _ROLLUPS:
        return rolled_up(axes)
    counts = "derivatives" if axes.by == "derivatives" else "models"
    return under_definition(replace(definition, counts=counts), axes.column, axes.counter, has_list=has_list)


def under_definition(definition: Definition, by: str, counter: str, *, has_list: bool = False) -> str:
    """Return the SQL of totals by night and group from the record, each model's credit by a definition."""
    of_repositories = _ITSELF if definition.edge == "itself" else counting.BUILT_ON
    # the record itself says what was there on a night
    chosen = replace(definition, time_axis="stock", removed="in")
    parts = counting.parts(chosen, by, has_list=has_list, grouping=of_repositories.get(by))
    weighed = "credit" if counter == "derivatives" else f"credit::decimal(38, 0) * counters.{counter}"
    return measures.fill("{totals_definition}", parts | {"weighed": weighed, "unit": counting.UNIT})


def new_derivatives(axes: Axes, definition: Definition) -> str:
    """Return the SQL of the credit for derivatives that were created from `$since` on, by model and group.

    A list of models limits what is ranked, not what may be built on it.
    """
    edge = "root" if definition.edge == "itself" else definition.edge
    chosen = replace(definition, edge=edge, counts="derivatives", time_axis="stock")
    parts = counting.parts(chosen, axes.column, since=True, grouping=counting.BUILT_ON.get(axes.column))
    return measures.fill("{chain}", parts)


def rolled_up(axes: Axes) -> str:
    """Return the SQL of totals of `chosen_nights` by night and group, from the nightly rollup."""
    group = counting.group(axes.column)
    parts = {
        "raw": group.raw,
        "name": group.name,
        "join": group.join,
        "counter": axes.counter,
        "unit": counting.UNIT,
        "rollup": "daily_rollup" if axes.column == "publisher_country" else "daily_families",
    }
    return measures.fill("{totals_rollup}", parts)


def _from_record(axes: Axes, only: Sequence[str]) -> str:
    named = f"list_contains(string_split($only, '|'), based.{axes.column})"
    parts = {
        "name": f"based.{axes.column}",
        "counter": axes.counter,
        "wanted": named if only else _LARGEST[axes.column].format(counter=axes.counter),
    }
    return measures.fill("{totals_record}", parts)
