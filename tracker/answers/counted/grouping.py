"""What the rows of an answer are: groups by one column or two, and the SQL that fills a measure's holes for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from tracker.errors import SettingsError, UnknownName
from tracker.graph.hub_names import is_id_in_sql

# a path, an address or a tag of another tool, as it stood in somebody's script: a parent, and no model of the Hub
_NO_ID = f"not {is_id_in_sql('base_id')}"
NAMESPACE = (
    f"case when {_NO_ID} then 'unknown' when contains(base_id, '/') then split_part(base_id, '/', 1) else '' end"
)
_NAMELESS = "in ('unknown', 'unreviewed')"


class Group(NamedTuple):
    """What rows may be grouped by: what is summed first (raw), its name, the part that joins the table of names."""

    raw: str
    name: str = "raw"
    join: str = ""
    by_base: bool = True  # lineage decides it, so that a path that leaves the Hub leaves it open


GROUPS: Mapping[str, Group] = {
    "family": Group("based.family"),
    "line": Group("based.line"),
    "developer": Group("based.developer"),
    "origin_country": Group("based.origin_country"),
    "region": Group("based.origin_country", "coalesce(countries.region, raw)", "{join_countries}"),
    "base_publisher": Group(
        NAMESPACE, "coalesce(namespaces.organization, nullif(raw, ''), 'unreviewed')", "{join_namespaces}"
    ),
    "base_namespace": Group(NAMESPACE, "coalesce(nullif(raw, ''), 'unreviewed')"),
    "publisher_country": Group("based.publisher_country", by_base=False),
    "publisher": Group("based.publisher", by_base=False),
    "publisher_organization": Group("based.publisher_organization", by_base=False),
    "library_name": Group("based.library_name", by_base=False),
    "pipeline_tag": Group("based.pipeline_tag", by_base=False),
    "license": Group("based.license", by_base=False),
    "license_class": Group("based.license_class", by_base=False),
    "size_class": Group("based.size_class", by_base=False),
    "relation": Group("based.relation", by_base=False),
}

# for lists of single models and publishers: what is built on them; they themselves, whatever they are built on
BUILT_ON: Mapping[str, Group] = {
    "model_id": Group(f"case when {_NO_ID} then 'unknown' else base_id end"),
    "publisher": Group(NAMESPACE),
}
THEMSELVES: Mapping[str, Group] = {"model_id": Group("based.model_id", by_base=False), "publisher": GROUPS["publisher"]}


def group(by: str) -> Group:
    """Return the group called `by`; raise UnknownName with the nearest."""
    if by not in GROUPS:
        raise UnknownName("group", by, GROUPS)
    return GROUPS[by]


class Grouping:
    """One column or two that rows are grouped by; in SQL they are `name` and `second`.

    `chosen` says what single columns mean instead of what GROUPS has. Raises SettingsError for more than two, for one
    twice, and for two whose names are both looked up.
    """

    def __init__(self, columns: Sequence[str], chosen: Mapping[str, Group] | None = None) -> None:
        self.columns = tuple(columns)
        if not 0 < len(set(columns)) == len(columns) <= 2:
            raise SettingsError(
                f"rows are by one group or by two different ones, not by {', '.join(columns) or 'none'}"
            )
        found = {column: (chosen or {}).get(column) or group(column) for column in columns}
        # the one whose names are looked up comes first, since the parts that look up know but one
        self._order = sorted(columns, key=lambda column: not found[column].join)
        self._groups = [found[column] for column in self._order]
        if all(each.join for each in self._groups) and len(columns) > 1:
            raise SettingsError(f"{' and '.join(columns)} cannot stand together; give one of them up")

    @property
    def is_by_base(self) -> bool:
        """Whether lineage decides a column."""
        return any(each.by_base for each in self._groups)

    def sql_name(self, column: str) -> str:
        """Return what a column is called within the SQL."""
        return ("name", "second")[self._order.index(column)]

    def holes(self) -> dict[str, str]:
        """Return what fills the holes of a measure for these columns."""
        raw, name = zip(*((each.raw, each.name) for each in self._groups), strict=True)
        names = [name[0], *("raw_second" for _ in name[1:])]
        shown = ("name", "second")[: len(names)]
        return {
            "raw": ",\n".join(f"{text} as {alias}" for text, alias in zip(raw, ("raw", "raw_second"), strict=False)),
            "raws": ", ".join(("raw", "raw_second")[: len(names)]),
            "named": ",\n".join(f"{text} as {alias}" for text, alias in zip(names, ("name", "second"), strict=False)),
            "names": ", ".join(shown),
            "is_named": " and ".join(f"{text} not {_NAMELESS}" for text in names),
            "nameless": " and ".join(f"{text} {_NAMELESS}" for text in shown),
            "all_named": " and ".join(f"{text} not {_NAMELESS}" for text in shown),
            "columns_named": ", ".join(f"{self.sql_name(column)} as {column}" for column in self.columns),
            "join": self._groups[0].join,
            "traced": "is_traced" if self.is_by_base else "true",
        }
