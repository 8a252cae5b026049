"""The index of families, and a page for each: how large it is, how it grows, who builds on it, what others say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from tracker.charts.look import colors
from tracker.charts.look.numbers import month as spelt
from tracker.pages.drawing import Drawing
from tracker.pages.site import figures, small
from tracker.pages.site.build import MONTHS, NO_NAMES, File, Site
from tracker.pages.site.kinds import elsewhere, ledger
from tracker.pages.site.places import OF_A_FAMILY, PLACES
from tracker.pages.site.sheet import NOTHING, Cell, Sheet, Table, count, credit, percent, short, signed

DRAWN = 40  # families whose pages have charts: the largest,
LEAST = 50  # where as many derivatives are there
TREES = 10  # of them with a tree of what descends from one root: of a large one it takes a second or more to follow
INDEX = "families/index.html"
SIGNALS = "signals"  # the chart of what other sources say
TOLD = 100  # families of the index whose rows tell all; of a thousand the page would weigh a megabyte
HEAD = (">Rank", "Family", "~Developer", ">Share", "~Bounds", "~Since {first}", ">~Points, a year", ">Derivatives",
        ">~Downloads, 30 days")  # fmt: skip
_PUBLISHERS = """
select {columns}, derivatives
from (
  select
    lineage.family,
    models.publisher,
    (sum(lineage.credit)::decimal(28, 0) * 0.000000001)::double as derivatives,
    row_number() over (partition by lineage.family order by sum(lineage.credit) desc, models.publisher) as place
  from lineage
  join models using (model_key)
  where lineage.status <> 'root' and models.removed_at is null{only}
  group by lineage.family, models.publisher
) as ranked
where place <= 10
order by family, place
"""


def pages(site: Site) -> Iterator[Sheet | File]:
    """Yield the index, and the pages of all families."""
    yield index(site)
    large = _large(site)
    site.studio.foresee([root for name in large[:TREES] if (root := _most_built_on(site).get(name))])
    others = () if elsewhere.credits(site, elsewhere.OF_FAMILIES) else (SIGNALS,)
    for name in sorted(site.families.names):
        without = others if name in large[:TREES] else (*others, "tree")
        wanted = [chart for chart in OF_A_FAMILY if chart not in without] if name in large else []
        yield from family(site, name, wanted)


def index(site: Site) -> Sheet:
    """Return the index of all families."""
    sheet = Sheet(
        INDEX, "Families", "All families of open models, by what is built on them.", "site/families.html.j2", "families"
    )
    built = site.ranked("families", "derivatives")
    names = _ordered(site)
    rest = sorted(names[TOLD:], key=lambda name: (name.casefold(), name))
    sheet.put(
        rest=[
            (sheet.link(site.families.get(name), name), sheet.number(built, built.find(family=name), "value"))
            for name in rest
        ],
        known=sheet.size(site.brand_rows),
        counted=sheet.size(built),
        figures=[made for name in PLACES[INDEX] if (made := figures.shown(site, sheet, name))],
        table=table(site, sheet, names[:TOLD]),
        month=_spelt(site.month),
        page="",
    )
    return sheet


def table(site: Site, sheet: Sheet, names: Sequence[str]) -> Table:
    """Return the table of families: share with its bounds, its course, its change in a year, what is built, pulled."""
    shares, wanted = site.shares("family"), set(names)
    most = small.scale(shares.rows[at] for name in names if (at := shares.find(family=name)) is not None)
    shown = [name for name in _ordered(site) if name in wanted]
    rows = [_row(site, sheet, place, name, most) for place, name in enumerate(shown, 1)]
    first = spelt(site.months[0]) if site.months else "first"
    head = [label.format(first=first) for label in HEAD]
    caption = f"Share of new derivatives of {_spelt(site.month)}; derivatives and downloads as of the newest night."
    return Table("families", caption, head, rows)


def _row(site: Site, sheet: Sheet, place: int, name: str, most: float) -> list[Cell]:
    shares = site.shares("family")
    built, pulled = site.ranked("families", "derivatives"), site.ranked("families", "downloads")
    at, brand = shares.find(family=name), site.brands.get(name, {})
    role = colors.area(site.studio.facts(_answer(site)).origin(name))
    developer = brand.get("developer") or ""
    row = shares.rows[at] if at is not None else None
    return [
        str(place) if row else NOTHING,
        sheet.link(site.families.get(name), name),
        sheet.link(site.developers.get(developer), developer),
        sheet.number(shares, at, "share", percent),
        small.bounds(row, role, most) if row and row["share"] is not None else "",
        small.line(site.course("family", name), role),
        sheet.change(*_year(site, "family", name), "share"),
        sheet.number(built, built.find(family=name), "value", count),
        sheet.number(pulled, pulled.find(family=name), "value", short),
    ]


def _answer(site: Site) -> Any:
    return site.studio.ask({"measure": "share", "by": "family", "months": MONTHS})


def _year(site: Site, by: str, name: str) -> tuple[Any, int | None, int | None]:
    """Return the shares of all months, and the places of a name's last whole month and the same a year before."""
    source = site.desk.ask("share", by=by, months=MONTHS)
    if not site.month:
        return source, None, None
    before = f"{int(site.month[:4]) - 1}{site.month[4:]}"
    places = (source.find(**{by: name, "month": month}) for month in (site.month, before))
    now, then = (at if at is not None and source.rows[at]["share"] is not None else None for at in places)
    return source, now, then


def _ordered(site: Site) -> list[str]:
    """Return the families with pages: by share of the last whole month, then by what is built on them, then by name."""
    known: list[str] = site.__dict__.setdefault("_order_of_families", [])
    if known:
        return known
    shares, built = site.shares("family"), site.ranked("families", "derivatives")

    def weight(name: str) -> tuple[float, float, str]:
        at, place = shares.find(family=name), built.find(family=name)
        share = None if at is None else shares.rows[at]["share"]
        return -(share or 0.0), -(0.0 if place is None else built.rows[place]["value"]), name

    known += sorted(site.families.names, key=weight)
    return known


def _large(site: Site) -> list[str]:
    """Return the families whose pages have charts, the largest first."""
    rows = site.ranked("families", "derivatives").rows
    names = [row["family"] for row in rows if row["family"] not in NO_NAMES and row["value"] >= LEAST]
    return names[:DRAWN]


def _spelt(month: str) -> str:
    return spelt(month) if month else "no whole month yet"


def family(site: Site, name: str, wanted: Sequence[str]) -> Iterator[Sheet | File]:
    """Yield the page of a family and the files of its figures, those of the charts that are wanted."""
    path = site.families.path(name)
    sheet = Sheet(
        path, name, f"What is built on {name}, by whom, and how that changes.", "site/family.html.j2", "families"
    )
    shares, built, pulled = (
        site.shares("family"),
        site.ranked("families", "derivatives"),
        site.ranked("families", "downloads"),
    )
    at, place, pulls = shares.find(family=name), built.find(family=name), pulled.find(family=name)
    facts = site.studio.facts(_answer(site))
    role = colors.area(facts.origin(name))
    brand = site.brands.get(name, {})
    sheet.cite(site.brand_rows)
    sheet.put(
        name=name,
        ink=colors.ink(facts.origin(name)),
        brand=brand,
        developer=sheet.link(site.developers.get(brand.get("developer") or ""), brand.get("developer") or "unknown"),
        country=sheet.link(
            site.countries.get(brand.get("country") or ""),
            site.country_of.get(brand.get("country") or "", brand.get("country") or "unknown"),
        ),
        weights=_weights(site, sheet, name, brand),
        month=_spelt(site.month),
        share=sheet.number(shares, at, "share", percent),
        bounds=sheet.bounds(shares, at),
        n=sheet.number(shares, at, "n"),
        course=small.line(site.course("family", name), role),
        rank=sheet.number(built, place, "rank"),
        built=sheet.number(built, place, "value"),
        fresh=sheet.number(built, place, "new_derivatives_30d"),
        pulled=sheet.number(pulled, pulls, "value", short),
        pulled_change=sheet.number(pulled, pulls, "change", signed),
        unreviewed=sheet.whole(shares, "unreviewed", percent),
    )
    drawn = _drawn(site, name, wanted)
    slug = path.removesuffix(".html")
    made_of = [(chart, figures.within(site, sheet, chart, f"{slug}/{chart}", drawing)) for chart, drawing in drawn]
    sheet.put(
        figures=[block for chart, block in made_of if chart != SIGNALS],
        others=[block for chart, block in made_of if chart == SIGNALS],
        signals=elsewhere.of_family(site, sheet, name),
        credits=elsewhere.credits(site, elsewhere.OF_FAMILIES),
        tables=[
            made
            for made in (_relations(site, sheet, name), _publishers(site, sheet, name), _rules(site, sheet, name))
            if made and made.rows
        ],
        claims=ledger.about(site, sheet, name),
    )
    yield sheet
    for chart, drawing in drawn:
        yield from figures.files(site, f"{slug}/{chart}", drawing)


def _drawn(site: Site, name: str, wanted: Sequence[str]) -> list[tuple[str, Drawing]]:
    made = []
    for chart in wanted:
        only = _most_built_on(site).get(name, "") if chart == "tree" else name
        drawing = site.drawing(chart, only) if only else None
        made += [(chart, drawing)] if drawing else []
    return made


def _most_built_on(site: Site) -> dict[str, str]:
    """Return each family's root that most is built on."""
    rows = site.desk.sql("""
select family, root_id
from (
  select
    family,
    root_id,
    row_number() over (partition by family order by sum(credit) desc, root_id) as place
  from lineage
  where status <> 'root' and root_key is not null
  group by family, root_id
) as ranked
where place = 1
order by family
""").rows
    return {row["family"]: row["root_id"] for row in rows}


def _weights(site: Site, sheet: Sheet, name: str, brand: Any) -> Cell:
    """Return the family whose weights it continues, where that is another."""
    other = brand.get("weights_family")
    return sheet.link(site.families.get(other), other) if other and other != name else ""


def _relations(site: Site, sheet: Sheet, name: str) -> Table | None:
    if not site.month:
        return None
    source = site.desk.month("family,relation", site.month)
    rows: list[list[Cell]] = [
        [
            source.rows[at]["relation"],
            sheet.number(source, at, "derivatives", credit),
            sheet.number(source, at, "share", percent),
        ]
        for at in source.all(family=name)
        if source.rows[at]["derivatives"]
    ]
    return Table(
        "relations",
        f"How it was built on in {_spelt(site.month)}; shares are of all new derivatives of the month.",
        ("relation", ">derivatives", ">share"),
        rows,
    )


def _publishers(site: Site, sheet: Sheet, name: str) -> Table:
    every = site.desk.sql(_PUBLISHERS.format(columns="family, publisher", only=""))
    mine = _PUBLISHERS.format(columns="publisher", only=" and lineage.family = $family")
    held = every.grouped("family", name)
    source = site.desk.written(mine, family=name).of(
        [{"publisher": each["publisher"], "derivatives": each["derivatives"]} for each in held]
    )
    rows: list[list[Cell]] = [
        [_publisher(site, sheet, row["publisher"]), sheet.number(source, at, "derivatives", credit)]
        for at, row in enumerate(source.rows)
    ]
    return Table(
        "publishers",
        "Who has published most of what is built on it and is there now; a merge is shared among its roots.",
        ("publisher", ">derivatives"),
        rows,
    )


def _publisher(site: Site, sheet: Sheet, name: str) -> Cell:
    return sheet.link(site.publishers.get(name), name or "(no namespace)")


def _rules(site: Site, sheet: Sheet, name: str) -> Table | None:
    if not site.month:
        return None
    source = site.desk.ask("compare", by="family")
    at = source.find(family=name)
    if at is None:
        return None
    rules = [rule for rule in source.rows[at] if rule not in ("family", "spread")]
    titles = {row["name"]: row["title"] for row in site.desk.ask("rules").rows}
    rows: list[list[Cell]] = [
        [rule, titles.get(rule, ""), sheet.number(source, at, rule, percent)]
        for rule in rules
        if source.rows[at][rule] is not None
    ]
    return Table(
        "rules",
        f"Its share of {_spelt(site.month)} under each published rule; one that has no share for it is left out.",
        ("rule", "~what it counts", ">share"),
        rows,
    )
