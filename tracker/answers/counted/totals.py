"""What `trend` and `top` have in common: totals by night and group, from the rollup where that is possible."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from tracker import measures
from tracker.answers import names
from tracker.answers.counted import counting, grouping
from tracker.answers.counted.grouping import BUILT_ON, THEMSELVES, Group, Grouping
from tracker.answers.counted.within import Within, of_base, told
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
    """What is asked: a counter (`by`) of one list or two (`of`), countries being of origin or of the publisher.

    `within` narrows what is summed.
    """

    of: str
    by: str
    country: str = "origin"
    flow: bool = False
    within: tuple[Within, ...] = ()

    def __post_init__(self) -> None:
        for kind, value, known in (
            *(("list", each, LISTS) for each in self.lists),
            ("counter", self.by, COUNTERS), ("kind of country", self.country, COUNTRIES),
        ):  # fmt: skip
            if value not in known:
                raise UnknownName(kind, value, known)
        if self.flow and self.by != "downloads":
            raise SettingsError(f"a flow is of downloads, not of {self.by}")

    @property
    def lists(self) -> tuple[str, ...]:
        """What is listed."""
        return tuple(self.of.split(","))

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that name the groups."""
        countries = f"{self.country}_country"
        return tuple(countries if each == "countries" else LISTS[each] for each in self.lists)

    @property
    def column(self) -> str:
        """The first of them, which names are given of."""
        return self.columns[0]

    @property
    def grouping(self) -> Grouping:
        """The groups as SQL has them."""
        return Grouping(self.columns, BUILT_ON if self.by == "derivatives" else THEMSELVES)

    @property
    def counter(self) -> str:
        """The column that is summed."""
        return "downloads_all_time" if self.flow else COUNTERS[self.by]

    @property
    def by_repository(self) -> bool:
        """Whether single models or publishers are listed, so that no lineage decides the counter."""
        listed = {"models", "publishers"} & set(self.lists)
        return bool(listed) and self.by != "derivatives" and not (self.grouping.is_by_base or of_base(self.within))


def denominator(axes: Axes, covered: Cover) -> str:
    """Return which models are summed; nothing where it is all of the Hub."""
    things = "derivatives" if axes.by == "derivatives" else "models"
    part = "" if covered.is_full else f" {covered.of_models}"
    return f"the {things}{part}{told(axes.within)}" if part or axes.within else ""


def measures_of(axes: Axes) -> tuple[str, ...]:
    """Return which kinds of definition may be asked for these axes."""
    return ("share",) if axes.by == "derivatives" else ("share", "downloads")


def totals(axes: Axes, definition: Definition, *, has_list: bool = False, only: Sequence[str] = ()) -> str:
    """Return the SQL of totals by night and group: from the rollup, the record, or the record under a definition."""
    is_plain = definition.name == "default" and not (has_list or axes.within or len(axes.lists) > 1)
    if axes.by_repository and is_plain:
        return _from_record(axes, only)
    if is_plain and axes.of in _ROLLUPS:
        return rolled_up(axes)
    counts = "derivatives" if axes.by == "derivatives" else "models"
    chosen = replace(definition, counts=counts)
    if axes.by_repository:
        chosen = replace(definition, edge="itself", credit="fractional", counts="models")
    groups = BUILT_ON if counts == "derivatives" else THEMSELVES
    return under_definition(
        chosen, axes.columns, axes.counter, has_list=has_list, groups=groups, narrowed=axes.within
    )  # fmt: skip


def under_definition(
    definition: Definition,
    by: Sequence[str],
    counter: str,
    *,
    has_list: bool = False,
    groups: Mapping[str, Group] = BUILT_ON,
    narrowed: Sequence[Within] = (),
) -> str:
    """Return the SQL of totals by night and group from the record, each model's credit by a definition."""
    # the record itself says what was there on a night
    chosen = replace(definition, time_axis="stock", removed="in")
    if definition.edge == "itself":
        groups = THEMSELVES
    parts = counting.parts(chosen, by, has_list=has_list, chosen=groups, within=narrowed)
    weighed = "credit" if counter == "derivatives" else f"credit::decimal(38, 0) * counters.{counter}"
    return measures.fill("{totals_definition}", parts | {"weighed": weighed, "unit": counting.UNIT})


def new_derivatives(axes: Axes, definition: Definition) -> str:
    """Return the SQL of the credit for derivatives that were created from `$since` on, by model and group.

    A list of models limits what is ranked, not what may be built on it, and so does a filter of models or publishers.
    """
    edge = "root" if definition.edge == "itself" else definition.edge
    chosen = replace(definition, edge=edge, counts="derivatives", time_axis="stock")
    within = () if {"models", "publishers"} & set(axes.lists) else axes.within
    parts = counting.parts(chosen, axes.columns, since=True, chosen=BUILT_ON, within=within)
    return measures.fill("{chain}", parts)


def rolled_up(axes: Axes) -> str:
    """Return the SQL of totals of `chosen_nights` by night and group, from the nightly rollup."""
    group = grouping.group(axes.column)
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
    named = names.among(f"based.{axes.column}", only)
    parts = {
        "name": f"based.{axes.column}",
        "counter": axes.counter,
        "wanted": named if only else _LARGEST[axes.column].format(counter=axes.counter),
    }
    return measures.fill("{totals_record}", parts)
