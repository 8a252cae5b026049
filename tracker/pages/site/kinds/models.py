"""A page for each model of note: where it comes from, what is built on it, its counters, what its licences say.

It follows whole weeks, so that most pages stay as they are from night to night: its counters are those of the newest
night before this week, and which models are of note is judged by these.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from tracker.charts.look.numbers import short
from tracker.pages.site.addresses import Addresses
from tracker.pages.site.asking import Row, Source
from tracker.pages.site.build import Site
from tracker.pages.site.sheet import Cell, Sheet, Table, percent

FOLDER = "models"
WEEKS = 13  # of counters
SHOWN = 10  # of what is built on a model
MOST_STEPS = 12  # of a chain that is told
CHUNK = 2000  # models per question

# each list is cut at the number of pages: a model further down in both lists cannot get a page
_NOTED = """
with there as (
  select models.model_key, models.model_id, counters.downloads_30d, coalesce(built.models, 0) as derivatives
  from models
  join counters on counters.model_key = models.model_key and counters.snapshot_date = $night
  left join (
    select parent_key as model_key, count(*) as models from edges where parent_key is not null group by parent_key
  ) as built on built.model_key = models.model_key
  where models.removed_at is null and (counters.downloads_30d > 0 or built.models > 0)
),
listed as (
  select model_key, model_id, row_number() over (order by downloads_30d desc nulls last, model_id) as place
  from (select * from there order by downloads_30d desc nulls last, model_id limit $models) as pulled
  union all
  select model_key, model_id, row_number() over (order by derivatives desc, model_id) as place
  from (select * from there order by derivatives desc, model_id limit $models) as built
)
select model_key, model_id
from listed
group by model_key, model_id
order by min(place), model_id
limit $models
"""
_FACTS = """
select
  model_key, model_id, publisher, publisher_country, created_at::date as created_on, pipeline_tag, library_name,
  license, license_class, parameters, own_family
from models
where {which}
"""
_ROOTS = """
select {key}root_id, weight, depth, status, evidence, family, developer, origin_country, why
from lineage
where {which}
order by {key}weight desc, root_id
"""
_EDGES = "select model_key, parent_key, parent_id, relation, evidence, weight from edges where {which}"
_BUILT = """
select {key}edges.relation, count(*) as models
from edges
join models on models.model_key = edges.model_key
where models.removed_at is null and {which}
group by {key}edges.relation
order by {key}models desc, edges.relation
"""
_LARGEST = """
select {key}model_id, relation, downloads_30d
from (
  select
    edges.parent_key,
    edges.model_id,
    edges.relation,
    counters.downloads_30d,
    row_number() over (
      partition by edges.parent_key order by counters.downloads_30d desc nulls last, edges.model_id
    ) as place
  from edges
  join models on models.model_key = edges.model_key
  join counters on counters.model_key = edges.model_key and counters.snapshot_date = $night
  where models.removed_at is null and {which}
) as ranked
where place <= 10
order by {key}place
"""
_COUNTERS = """
select
  {key}counters.snapshot_date, counters.downloads_30d, counters.downloads_all_time, counters.likes,
  max(flow_flags.flag) as flag
from counters
left join flow_flags
  on flow_flags.model_key = counters.model_key
  and flow_flags.snapshot_date = counters.snapshot_date
  and flow_flags.source = counters.source
  and flow_flags.scope = counters.scope
where counters.snapshot_date in ({nights}) and {which}
group by {key}counters.snapshot_date, counters.downloads_30d, counters.downloads_all_time, counters.likes
order by {key}counters.snapshot_date desc
"""
_FORMER = "select {key}model_id, until from former_names where {which} order by {key}model_id"
_PLAIN, _ANY = re.compile(r"[A-Za-z0-9_./-]+"), "any/model-of-this-site"
_ONE = "(select model_key from models where model_id = $model and removed_at is null)"


@dataclass(frozen=True)
class Noted:
    """The models that have pages, with their rows; each question is asked about many models at once."""

    site: Site

    @cached_property
    def night(self) -> date:
        """The newest night before this week; the copy's own if there is none."""
        facts = self.site.facts
        monday = _monday(facts.snapshot_date)
        sql = "select max(snapshot_date) as night from nights where scope = $scope and snapshot_date < $monday"
        found = self.site.desk.sql(sql, scope=facts.scope, monday=monday).rows[0]["night"]
        return found or facts.snapshot_date  # type: ignore[no-any-return]

    @cached_property
    def keys(self) -> Mapping[int, str]:
        """Key -> name of the models of note, in the order of their names."""
        if not self.site.options.models:
            return {}
        rows = self.site.desk.sql(_NOTED, night=self.night, models=self.site.options.models).rows
        return {row["model_key"]: row["model_id"] for row in sorted(rows, key=lambda row: str(row["model_id"]))}

    @cached_property
    def addresses(self) -> Addresses:
        """The addresses of their pages."""
        return Addresses.of(FOLDER, self.keys.values())

    @cached_property
    def nights(self) -> list[date]:
        """The nights of counters, the newest first: the newest of each of the last weeks that has one."""
        sql = "select distinct snapshot_date from nights where scope = $scope order by snapshot_date"
        held = [row["snapshot_date"] for row in self.site.desk.sql(sql, scope=self.site.facts.scope).rows]
        newest = {_monday(night): night for night in held if night <= self.night}
        return [newest[monday] for monday in self.mondays if monday in newest]

    @property
    def mondays(self) -> list[date]:
        """The weeks of counters by their first day, the newest first."""
        return [_monday(self.night) - timedelta(days=7 * back) for back in range(WEEKS)]

    @cached_property
    def chain(self) -> Mapping[int, list[Row]]:
        """Key -> the edges to its parents, the heaviest first; for all models of note and all models above them."""
        found: dict[int, list[Row]] = {}
        open_keys = set(self.keys)
        for _ in range(MOST_STEPS):
            rows = self.of_many(_EDGES, "model_key", open_keys)
            for key in open_keys:
                edges = [row for row in rows.get(key, ()) if row["parent_id"]]
                found[key] = sorted(edges, key=lambda row: (-row["weight"], row["parent_id"]))
            open_keys = {row["parent_key"] for key in open_keys for row in found[key]} - set(found) - {None}
            if not open_keys:
                break
        return found

    @cached_property
    def facts(self) -> Mapping[int, Row]:
        """Key -> the facts of a model; for all models of note and all models above them."""
        keys = set(self.chain) | {row["parent_key"] for rows in self.chain.values() for row in rows} - {None}
        return {key: rows[0] for key, rows in self.of_many(_FACTS, "model_key", keys).items()}

    def told(self, query: str, key: int, column: str, fast: str = "", **values: Any) -> Source:
        """Return the rows of a model and the command that gives them; one question is asked about all models."""
        which = f"{column} = {_ONE}"
        held = self._all(query, column, fast, **values).get(key, [])
        name = column.rpartition(".")[2]
        rows = [{label: value for label, value in row.items() if label != name} for row in held]
        return self.command(_filled(query, "", which, self.nights), key, **values).of(rows)

    def command(self, query: str, key: int, **values: Any) -> Source:
        """Return the command of a SELECT about `$model`, written once for all names that need no quoting."""
        name = self.keys[key]
        is_plain = _PLAIN.fullmatch(name) is not None
        known: dict[tuple[str, str], Source] = self.site.__dict__.setdefault("_commands_of_models", {})
        asked = query, "" if is_plain else name
        if asked not in known:
            used = {each: value for each, value in values.items() if f"${each}" in query}
            known[asked] = self.site.desk.written(query, model=_ANY if is_plain else name, **used)
        written = known[asked]
        return Source(written.command.replace(_ANY, name), (), {}) if is_plain else written

    def _all(self, query: str, column: str, fast: str, **values: Any) -> Mapping[int, list[Row]]:
        known = self.site.__dict__.setdefault("_of_models", {})
        if query not in known:
            known[query] = self.of_many(query, column, set(self.keys), **values)
        return known[query]  # type: ignore[no-any-return]

    def of_many(self, query: str, column: str, keys: set[int], **values: Any) -> dict[int, list[Row]]:
        """Return key -> rows of a question about many models."""
        found: dict[int, list[Row]] = defaultdict(list)
        every, name = sorted(keys), column.rpartition(".")[2]
        for first in range(0, len(every), CHUNK):
            which = f"{column} in ({', '.join(map(str, every[first : first + CHUNK]))})"
            text = _filled(query, f"{column}, ", which, self.nights)
            used = {name: value for name, value in values.items() if f"${name}" in text}
            for row in self.site.studio.published.table(text, used).dicts():
                found[row[name]].append(row)
        return found


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _filled(query: str, key: str, which: str, nights: Sequence[date]) -> str:
    dates = ", ".join(f"date '{night}'" for night in nights) or "null"
    return query.replace("{key}", key).replace("{which}", which).replace("{nights}", dates)


def noted(site: Site) -> Noted:
    """Return the models of note of a site."""
    found: Noted = site.__dict__.setdefault("_noted", Noted(site))
    return found


def pages(site: Site) -> Iterator[Sheet]:
    """Yield the pages of the models of note, and one for each former name of theirs."""
    models = noted(site)
    for key in models.keys:
        yield _page(models, key)
    yield from _moved(models)


def _page(models: Noted, key: int) -> Sheet:
    site, name, facts = models.site, models.keys[key], models.facts[key]
    about = f"Where {name} comes from, and what is built on it."
    sheet = Sheet(models.addresses.path(name), name, about, "site/model.html.j2", "families")
    told = models.command(_FACTS.replace("{which}", f"model_key = {_ONE}"), key).of([facts])
    counters = models.told(_COUNTERS, key, "counters.model_key")
    at = 0 if counters.rows and counters.rows[0]["snapshot_date"] == models.night else None
    roots = models.told(_ROOTS, key, "model_key")
    sheet.put(
        name=name,
        facts=facts,
        publisher=sheet.link(site.publishers.get(facts["publisher"]), facts["publisher"] or "none"),
        country=sheet.link(site.countries.get(facts["publisher_country"] or ""),
                           site.country_of.get(facts["publisher_country"] or "", "")),
        parameters=sheet.number(told, 0, "parameters", short),
        night=models.night,
        pulled=sheet.number(counters, at, "downloads_30d"),
        total=sheet.number(counters, at, "downloads_all_time"),
        likes=sheet.number(counters, at, "likes"),
        address="" if site.facts.synthetic or not site.facts.endpoint else f"{site.facts.endpoint}/{name}",
        whys=list(dict.fromkeys(row["why"] for row in roots.rows if row["why"])),
        roots=_roots(site, sheet, roots),
        chain=_chain(models, sheet, key),
        tables=[
            made
            for made in (_built(models, sheet, key), _largest(models, sheet, key), _course(models, sheet, counters))
            if made.rows
        ],
    )  # fmt: skip
    return sheet


def _roots(site: Site, sheet: Sheet, source: Source) -> Table:
    rows: list[list[Cell]] = []
    for at, row in enumerate(source.rows):
        family = sheet.link(site.families.get(row["family"]), row["family"])
        country = site.country_of.get(row["origin_country"], row["origin_country"])
        rows.append(
            [
                sheet.link(noted(site).addresses.get(row["root_id"]), row["root_id"]),
                family,
                sheet.link(site.countries.get(row["origin_country"]), country),
                row["evidence"] or "–",
                sheet.number(source, at, "depth"),
                sheet.number(source, at, "weight", percent),
            ]
        )
    head = ("root", "family", "~origin", "~weakest evidence", ">~steps", ">credit")
    return Table("roots", "Its roots; the credit of a merge is shared among them.", head, rows)


def _chain(models: Noted, sheet: Sheet, key: int) -> Table:
    """Return the way to the root by the heaviest edges: each model, how it came about, the evidence, its licence."""
    rows: list[list[Cell]] = []
    here: int | None = key
    name, seen = models.keys[key], set[int]()
    while name and len(rows) <= MOST_STEPS:
        facts = models.facts.get(here) if here is not None else None
        edges = models.chain.get(here, []) if here is not None and here not in seen else []
        step = edges[0] if edges else None
        more = f" and {len(edges) - 1} more" if len(edges) > 1 else ""
        rows.append(
            [
                sheet.link(models.addresses.get(name), name),
                f"{step['relation']} of{more}" if step else "root" if facts else "not on the Hub",
                step["evidence"] if step else "–",
                (facts["license"] or "none stated") if facts else "–",
                (facts["license_class"] or "unreviewed") if facts else "–",
            ]
        )
        if here is not None:
            seen.add(here)
        here, name = (step["parent_key"], step["parent_id"]) if step else (None, "")
    head = ("model", "is a", "~evidence", "licence", "~class")
    return Table("chain", "The way to its root, by the heaviest step each.", head, rows)


def _built(models: Noted, sheet: Sheet, key: int) -> Table:
    source = models.told(_BUILT, key, "edges.parent_key")
    rows: list[list[Cell]] = [
        [row["relation"], sheet.number(source, at, "models")] for at, row in enumerate(source.rows)
    ]
    return Table("built", "Built on it directly, and there now.", ("relation", ">models"), rows)


def _largest(models: Noted, sheet: Sheet, key: int) -> Table:
    source = models.told(_LARGEST, key, "parent_key", night=models.night)
    rows: list[list[Cell]] = [
        [
            sheet.link(models.addresses.get(row["model_id"]), row["model_id"]),
            row["relation"],
            sheet.number(source, at, "downloads_30d"),
        ]
        for at, row in enumerate(source.rows)
    ]
    head = ("model", "relation", ">downloads, 30 days")
    return Table("largest", f"The most downloaded of these, on {models.night}.", head, rows)


def _course(models: Noted, sheet: Sheet, source: Source) -> Table:
    held = {_monday(row["snapshot_date"]): at for at, row in enumerate(source.rows)}
    covered = {_monday(night) for night in models.nights}
    rows: list[list[Cell]] = []
    for monday in models.mondays:
        at = held.get(monday)
        if at is None and not any(each < monday for each in held):
            break
        missing = "absent" if monday in covered else "no night in this week"
        flag = missing if at is None else source.rows[at]["flag"] or ""
        rows.append(
            [
                f"week of {monday}" if at is None else str(source.rows[at]["snapshot_date"]),
                sheet.number(source, at, "downloads_30d"),
                sheet.number(source, at, "downloads_all_time"),
                sheet.number(source, at, "likes"),
                flag,
            ]
        )
    head = ("night", ">downloads, 30 days", ">~of all time", ">~likes", "flag")
    return Table("counters", "Its counters, week by week; a flag says what is odd about a value.", head, rows)


def _moved(models: Noted) -> Iterator[Sheet]:
    """Yield a page for each former name of a model of note that no other has now."""
    rows = models.of_many(_FORMER, "model_key", set(models.keys))
    taken = {models.addresses.path(name) for name in models.keys.values()} | set(models.addresses.shared)
    former = {row["model_id"]: (key, row["until"]) for key, held in sorted(rows.items()) for row in held}
    addresses = Addresses.of(FOLDER, former)
    for name, (key, until) in sorted(former.items()):
        path = addresses.path(name)
        if path in taken:
            continue
        sheet = Sheet(path, name, f"{name} has another name now.", "site/moved.html.j2", is_listed=False)
        now = f"Since {until} it is called:" if until else "It is called:"
        sheet.put(says=now, names=[(models.keys[key], sheet.to(models.addresses.path(models.keys[key])))])
        yield sheet
