"""Publishers of note: an index, and a page for each with its models, what is built on them, and what it builds on.

Who uploads is another question than who trained the root; a publisher's country is never the origin of a model.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tracker.pages.site.asking import Row, Source
from tracker.pages.site.build import Site
from tracker.pages.site.kinds import models
from tracker.pages.site.sheet import Cell, Sheet, Table, credit, short, signed

INDEX = "publishers/index.html"
SHOWN = 10  # families and models of a publisher
_UNTOLD = ("unreviewed", "unknown", None, "")
# each is asked of all publishers at once, and names of one alone what a page shows
_ABOUT = """
select
  {key}count(*) as models,
  count(models.relation) as derivatives,
  max(models.publisher_country) as country,
  max(models.publisher_organization) as organization,
  max(models.publisher_kind) as kind
from models
where models.removed_at is null and {which}
group by models.publisher
order by models.publisher
"""
_FAMILIES = """
select {key}family, derivatives
from (
  select
    models.publisher,
    lineage.family,
    (sum(lineage.credit)::decimal(28, 0) * 0.000000001)::double as derivatives,
    row_number() over (partition by models.publisher order by sum(lineage.credit) desc, lineage.family) as place
  from lineage
  join models using (model_key)
  where lineage.status <> 'root' and models.removed_at is null and {which}
  group by models.publisher, lineage.family
) as ranked
where place <= {most}
order by {key}place
"""
_MODELS = """
select {key}model_id, relation, downloads_30d
from (
  select
    models.publisher,
    models.model_id,
    models.relation,
    models.downloads_30d,
    row_number() over (
      partition by models.publisher order by models.downloads_30d desc nulls last, models.model_id
    ) as place
  from models
  where models.removed_at is null and {which}
) as ranked
where place <= {most}
order by {key}place
"""


@dataclass(frozen=True)
class Noted:
    """What is told of the publishers that have pages, each question asked of all of them at once."""

    site: Site

    def told(self, query: str, name: str) -> Source:
        """Return the rows of a publisher with the command that gives them."""
        mine = _filled(query, "", "models.publisher = $publisher")
        return self.site.desk.written(mine, publisher=name).of(self._all(query).get(name, []))

    def _all(self, query: str) -> Mapping[str, list[Row]]:
        known: dict[str, dict[str, list[Row]]] = self.site.__dict__.setdefault("_of_publishers", {})
        if query not in known:
            groups = known[query] = {}
            named = {f"p{at}": name for at, name in enumerate(sorted(self.site.publishers.names))}
            which = f"models.publisher in ({', '.join(f'${each}' for each in named)})"
            text = _filled(query, "publisher, " if query is not _ABOUT else "models.publisher, ", which)
            for row in self.site.studio.published.table(text, named).dicts() if named else ():
                groups.setdefault(row.pop("publisher"), []).append(row)
        return known[query]


def _filled(query: str, key: str, which: str) -> str:
    return query.replace("{key}", key).replace("{which}", which).replace("{most}", str(SHOWN))


def pages(site: Site) -> Iterator[Sheet]:
    """Yield the index, then the pages of publishers."""
    publishers = Noted(site)
    built, pulled = site.ranked("publishers", "derivatives"), site.ranked("publishers", "downloads")
    places = {name: built.find(publisher=name) for name in site.publishers.names}
    order = sorted(places, key=lambda name: (places[name] is None, places[name] or 0, name))
    sheet = Sheet(INDEX, "Publishers", "Who uploads what others build on.", "site/publishers.html.j2", "origins")
    rows: list[list[Cell]] = []
    for name in order:
        about = publishers.told(_ABOUT, name)
        rows.append(
            [
                sheet.link(site.publishers.get(name), name),
                _country(site, sheet, about),
                sheet.number(built, places[name], "value"),
                sheet.number(pulled, pulled.find(publisher=name), "value", short),
            ]
        )
    head = ("Publisher", "~Based in", ">Built on its models", ">~Downloads, 30 days")
    caption = "Those that most is built on, then those whose models are downloaded most; a dash: not among the first."
    sheet.put(table=Table("publishers", caption, head, rows))
    yield sheet
    for name in sorted(site.publishers.names):
        yield _page(publishers, name)


def _page(publishers: Noted, name: str) -> Sheet:
    site = publishers.site
    built, pulled = site.ranked("publishers", "derivatives"), site.ranked("publishers", "downloads")
    place, pulls = built.find(publisher=name), pulled.find(publisher=name)
    path = site.publishers.path(name)
    sheet = Sheet(path, name, f"What {name} uploads, and what is built on it.", "site/publisher.html.j2", "origins")
    about = publishers.told(_ABOUT, name)
    row: Mapping[str, Any] = about.rows[0] if about.rows else {}
    organization = row.get("organization")
    sheet.put(
        name=name,
        organization="" if organization in _UNTOLD else sheet.link(site.developers.get(organization), organization),
        kind="" if row.get("kind") in _UNTOLD else row["kind"],
        country=_country(site, sheet, about),
        models=sheet.number(about, 0 if about.rows else None, "models"),
        derivatives=sheet.number(about, 0 if about.rows else None, "derivatives"),
        rank=sheet.number(built, place, "rank"),
        built=sheet.number(built, place, "value"),
        fresh=sheet.number(built, place, "new_derivatives_30d"),
        pulled=sheet.number(pulled, pulls, "value", short),
        pulled_change=sheet.number(pulled, pulls, "change", signed),
        tables=[made for made in (_largest(publishers, sheet, name), _families(publishers, sheet, name)) if made.rows],
    )
    return sheet


def _country(site: Site, sheet: Sheet, about: Source) -> Cell:
    code = about.rows[0]["country"] if about.rows else None
    sheet.cite(about)
    return "not reviewed" if code in _UNTOLD else site.country_of.get(code, code)


def _families(publishers: Noted, sheet: Sheet, name: str) -> Table:
    source = publishers.told(_FAMILIES, name)
    rows: list[list[Cell]] = [
        [
            sheet.link(publishers.site.families.get(row["family"]), row["family"]),
            sheet.number(source, at, "derivatives", credit),
        ]
        for at, row in enumerate(source.rows)
    ]
    caption = (
        "Its derivatives, declared or traced by a rule, by the family of their root; a merge is shared among its roots."
    )
    return Table("on", caption, ("family", ">derivatives"), rows)


def _largest(publishers: Noted, sheet: Sheet, name: str) -> Table:
    source = publishers.told(_MODELS, name)
    of_note = models.noted(publishers.site).addresses
    rows: list[list[Cell]] = [
        [
            sheet.link(of_note.get(row["model_id"]), row["model_id"]),
            row["relation"] or "–",
            sheet.number(source, at, "downloads_30d"),
        ]
        for at, row in enumerate(source.rows)
    ]
    caption = "Its most downloaded models; a dash: it declares no base model."
    return Table("models", caption, ("model", "~relation", ">downloads, 30 days"), rows)
