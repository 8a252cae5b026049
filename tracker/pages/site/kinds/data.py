"""What is behind the pages: what the copy holds, how it is asked and cited, and all charts at a glance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from markupsafe import Markup

from tracker.charts.look import svg
from tracker.charts.look.figure import NARROW
from tracker.charts.look.numbers import day
from tracker.pages import web
from tracker.pages.citing import AUTHOR
from tracker.pages.site import figures
from tracker.pages.site.build import File, Site
from tracker.pages.site.sheet import Cell, Sheet, Table, count

PATH = "data.html"
TITLE = "Adoption of open models on the Hugging Face Hub, nightly"
TABLES = ("models", "snapshots", "parents", "lineage", "nearest", "events", "runs", "families", "organizations")


def pages(site: Site) -> Iterator[Sheet | File]:
    """Yield the page of data, and a page for each chart with its files."""
    yield _page(site)
    fixed = figures.pictured(site)
    for name, drawing in site.every_figure():
        sheet = Sheet(f"f/{name}.html", drawing.title, drawing.figure.alt, "site/figure.html.j2", "data")
        sheet.put(figure=figures.shown(site, sheet, name))
        yield sheet
        yield from figures.files(site, name, drawing, is_fixed=name in fixed)


def _page(site: Site) -> Sheet:
    sheet = Sheet(PATH, "Data", "The data behind these pages: tables, SQL, citation.", "site/data.html.j2", "data")
    facts = site.facts
    sheet.datasets.append(_dataset(site))
    sheet.put(
        facts=facts,
        night=day(facts.snapshot_date),
        tables=_tables(site, sheet),
        sources=[
            {"name": each.attribution or each.name, "licence": each.licence or "not stated"} for each in facts.sources
        ],
        cite=_cite(site),
        license=site.options.license,
        bibtex=_bibtex(site),
        gallery=[
            {"path": sheet.to(f"f/{name}.html"), "question": drawing.figure.question, "plot": _thumb(drawing.figure)}
            for name, drawing in site.every_figure()
        ],
    )
    return sheet


def _thumb(figure: Any) -> Markup:
    """Return the plot as a picture of a link: what a title tells under the pointer is left to its own page."""
    scene = figure.plot(NARROW)
    scene.marks = [mark for mark in scene.marks if type(mark).__name__ != "Hover"]
    return Markup(svg.silent(scene, "thumb"))


def _tables(site: Site, sheet: Sheet) -> Table:
    rows: list[list[Cell]] = []
    for name in TABLES:
        source = site.desk.sql(f"select count(*) as rows from {name}")
        rows.append([name, _MEANS[name], sheet.number(source, 0, "rows", count)])
    return Table(
        "tables", "Tables of this copy, as any DuckDB from 1.2 on reads them.", ("table", "~one row is", ">rows"), rows
    )


_MEANS = {
    "models": "a model ever seen",
    "snapshots": "a night and a model: downloads, likes",
    "parents": "a declared base model, as of the newest night",
    "lineage": "a model and one of its roots, with weight, evidence, family, origin",
    "nearest": "a model and the nearest registered line on its way",
    "events": "a change: created, renamed, removed, returned, reparented",
    "runs": "a run of a source",
    "families": "a family or line of the registry",
    "organizations": "an organization of the registry",
}


def _cite(site: Site) -> str:
    facts = site.facts
    what = " Synthetic demo data, not a finding." if facts.synthetic else ""
    return (
        f"{AUTHOR} ({facts.snapshot_date.year}). {TITLE}. Snapshot {facts.snapshot_date}, generation"
        f" {facts.generation}, registry {facts.registry_version}, copy {facts.copy_id or 'without id'}.{what}"
        f" {site.address}".rstrip()
    )


def _bibtex(site: Site) -> str:
    facts = site.facts
    fields = {
        "author": f"{{{AUTHOR}}}",
        "title": f"{{{TITLE}}}",
        "year": str(facts.snapshot_date.year),
        "version": f"{facts.snapshot_date}, copy {facts.copy_id or 'without id'}",
        "url": site.address,
    }
    lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items() if value)
    return f"@dataset{{adoption-tracker-{facts.snapshot_date},\n{lines}\n}}"


def _dataset(site: Site) -> Mapping[str, Any]:
    facts = site.facts
    made: dict[str, Any] = {
        **web.dataset(site.address, site.options.license),
        "name": TITLE,
        "description": "Models, declared parents, computed roots, families and origin countries of models on the"
        " Hugging Face Hub, with nightly downloads and likes.",
        "identifier": facts.copy_id or "",
        "version": f"{facts.snapshot_date}, generation {facts.generation}",
        "dateModified": str(facts.snapshot_date),
        "isBasedOn": [
            {"@type": "Dataset", "name": each.attribution or each.name, "license": each.licence}
            for each in facts.sources
            if each.licence
        ],
    }
    return made | ({"url": site.address} if site.address else {})
