"""Find what a name is in the copy (family, line, developer, country, publisher, model, parent), and what to ask."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from tracker.store import Published

# `name` is the spelling of the copy; names of models and parents match without their namespace as well
_PLACES = """
select place, kind, name
from (
  select 1 as place, 'family' as kind, family as name, family as said, 0 as downloads from families
  union all
  select 2, 'line', line, line, 0 from families
  union all
  select 3, 'developer', developer, developer, 0 from families
  union all
  select 4, 'origin_country', country, country, 0 from countries
  union all
  select 4, 'origin_country', country, name, 0 from countries
  union all
  select 5, 'region', region, region, 0 from countries
  union all
  select 6, 'publisher_organization', organization, organization, 0 from organizations
  union all
  select 7, 'publisher', publisher, publisher, 0 from models where publisher <> ''
  union all
  select 8, 'model_id', model_id, model_id, coalesce(downloads_30d, -1) from models
  union all
  select 8, 'model_id', model_id, split_part(model_id, '/', 2), coalesce(downloads_30d, -1) from models
  union all
  select 9, 'parent', parent_id, parent_id, -2 from edges where parent_key is null
  union all
  select 9, 'parent', parent_id, split_part(parent_id, '/', 2), -2 from edges where parent_key is null
) as known
where lower(said) = lower($name) and name not in ('unknown', 'unreviewed')
group by place, kind, name
order by place, max(downloads) desc, name
"""
_SAID = {"model_id": "model", "parent": "unseen parent", "origin_country": "country"}
_SAME = {  # columns that have the same names as another
    "publisher_country": "origin_country",
    "base_publisher": "publisher_organization",
    "base_namespace": "publisher",
}


class Place(NamedTuple):
    """What a name is: `kind` is the column, or `parent` for a parent that no snapshot has; `name` is its spelling.

    `others` counts further matches of that kind, such as models of the same name in other namespaces.
    """

    kind: str
    name: str
    others: int = 0

    @property
    def ask(self) -> str:
        """The command that shows it."""
        if self.kind in ("model_id", "parent"):
            return f"tracker lineage {shlex.quote(self.name)} --down"
        return f"tracker share {shlex.quote(self.name)} --by {self.kind}"

    def __str__(self) -> str:
        more = f" (and {self.others:,} more)" if self.others else ""
        return f"the {_said(self.kind)} {self.name}{more}"


def whereabouts(published: Published, name: str) -> list[Place]:
    """Return each kind of thing in the copy with the name `name`, in any case: families first, models and stubs last.

    Countries match by code and English name, models and parents by their name with or without namespace (the most
    downloaded one is returned). Empty if nothing has the name.
    """
    found: dict[str, list[str]] = {}
    for _, kind, each in published.table(_PLACES, {"name": name}).rows:
        found.setdefault(kind, []).append(each)
    return [Place(kind, names[0], len(names) - 1) for kind, names in found.items()]


def elsewhere(name: str, column: str, places: Sequence[Place]) -> str | None:
    """Return a sentence for an error about `name` in `column`: what else it is, and the command; None if nothing.

    `places` are its whereabouts.
    """
    column = _SAME.get(column, column)
    others = [place for place in places if place.kind != column]
    if not others:
        return None
    what = " and ".join(map(str, others))
    if len(others) < len(places):
        return f"{name} is also {what}; ask `{others[0].ask}`"
    return f"{name} is {what}, not a {_said(column)}; ask `{others[0].ask}`"


def kind(column: str) -> str:
    """Return a column's kind of name as words: `origin country` for `origin_country`."""
    return column.removesuffix("_id").replace("_", " ")


def _said(column: str) -> str:
    return _SAID.get(column) or kind(column)
