"""Figures on the site: their files, how they are cited and shown elsewhere, and what search engines are told."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from tracker.answers.provenance.about import sources
from tracker.charts.look import sheet as press
from tracker.charts.look.svg import clean
from tracker.pages import web
from tracker.pages.block import File as Button
from tracker.pages.block import block, counted, drawn
from tracker.pages.citing import AUTHOR, cited
from tracker.pages.drawing import Drawing
from tracker.pages.site.build import File, Site
from tracker.pages.site.places import MOST_PICTURED, PICTURED, PLACES
from tracker.pages.site.sheet import Sheet

THEMES = ("light", "dark")
DIGITS = 12  # of a content's hash


def pictured(site: Site) -> list[str]:
    """Return the charts that are to be had as PNG and PDF, and whose pictures elsewhere stay as they are."""
    named: dict[str, None] = {}
    for page in PICTURED:
        wanted = [section.name for section in site.content.sections] if page == "report" else PLACES[page]
        named |= dict.fromkeys(name for name in wanted if site.figure(name))
    return list(named)[:MOST_PICTURED]


def shown(site: Site, sheet: Sheet, name: str, *, has_sql: bool = True) -> dict[str, Any] | None:
    """Return a chart of the copy as a block for a page; None where it shows nothing.

    A page of many goes without their SQL, which a button gives.
    """
    drawing = site.figure(name)
    if drawing is None:
        return None
    is_fixed = name in pictured(site)
    kinds = ["csv", "svg", *(["png", "pdf"] if is_fixed and site.options.pictures else []), "sql"]
    embed = _embed(site, name, drawing, is_fixed)
    made = _block(site, sheet, name, name, f"f/{name}.html", drawing, kinds, embed)
    if not has_sql:
        made["counted"] = [{**each, "sql": ""} for each in made["counted"]]
    return made


def within(site: Site, sheet: Sheet, name: str, slug: str, drawing: Drawing) -> dict[str, Any]:
    """Return a chart of one name as a block for the page about it; `slug` is where its files stand below figures/."""
    embed = _embed(site, slug, drawing, False, f"{sheet.path}#{name}")
    return _block(site, sheet, name, slug, f"{sheet.path}#{name}", drawing, ["csv", "svg", "sql"], embed)


def _block(
    site: Site, sheet: Sheet, anchor: str, slug: str, path: str, drawing: Drawing, kinds: list[str], embed: Markup
) -> dict[str, Any]:
    address = f"{site.address}{path}" if site.address else ""
    citation = cited(slug.replace("/", "-"), drawing, address, embed)
    files = [
        Button(kind.upper(), f"{slug.replace('/', '-')}.{kind}", sheet.to(f"figures/{slug}.{kind}")) for kind in kinds
    ]
    made = block(anchor, drawing, citation, files)
    made["page"] = sheet.to(path)
    sheet.datasets.append(dataset(site, slug, path, drawing))
    return made


def files(site: Site, slug: str, drawing: Drawing, *, is_fixed: bool = False) -> Iterator[File]:
    """Yield the files of a figure; of one that is cited most also as press has it, and pictures that stay."""
    figure = drawing.figure
    yield File(f"figures/{slug}.csv", figure.csv().encode())
    yield File(f"figures/{slug}.sql", sql(drawing).encode())
    light, dark = (drawn(figure, theme) for theme in THEMES)
    yield File(f"figures/{slug}.svg", light.encode())
    yield File(f"figures/{slug}-dark.svg", dark.encode())
    if not is_fixed:
        return
    for theme, text in zip(THEMES, (light, dark), strict=True):
        yield File(_kept(slug, theme, text), text.encode(), is_kept=True)
    if site.options.pictures:
        basis = hashlib.sha256(light.encode()).hexdigest()
        for kind in ("png", "pdf"):
            yield File(
                f"figures/{slug}.{kind}",
                make=lambda kind=kind: press.render(figure, f".{kind}", "light", "web"),  # type: ignore[misc]
                basis=basis,
            )


def _kept(slug: str, theme: str, text: str) -> str:
    """Return where a picture stands forever: its path says what is in it."""
    return f"v/e/{slug}-{theme}-{hashlib.sha256(text.encode()).hexdigest()[:DIGITS]}.svg"


def sql(drawing: Drawing) -> str:
    """Return the SQL of a figure's questions, each with the command that asks it."""
    parts = [
        f"-- {made['command']}\n{made['sql'].rstrip() or '-- judged, not asked: see the command'};\n"
        for made in map(counted, drawing.asked.values())
    ]
    return "\n".join(parts)


def _embed(site: Site, slug: str, drawing: Drawing, is_fixed: bool, path: str = "") -> Markup:
    """Return what shows a figure on another site: a picture for both themes, a link, a line of source."""
    figure = drawing.figure
    places = [
        f"{site.address}{_kept(slug, theme, drawn(figure, theme)) if is_fixed else f'figures/{slug}{end}.svg'}"
        for theme, end in zip(THEMES, ("", "-dark"), strict=True)
    ]
    return snippet(drawing, f"{site.address}{path or f'f/{slug}.html'}", places)


def snippet(drawing: Drawing, page: str, places: Sequence[str]) -> Markup:
    """Return what shows a figure on another site; `places` are its pictures, light and dark."""
    facts, figure = drawing.facts, drawing.figure
    scene = figure.on_web
    what = "Synthetic demo data, not a finding. " if facts.synthetic else ""
    return Markup(
        '<figure>\n<a href="{page}"><picture><source media="(prefers-color-scheme: dark)" srcset="{dark}">'
        '<img src="{light}" alt="{alt}" width="{width}" height="{height}" style="max-width:100%;height:auto">'
        '</picture></a>\n<figcaption>{what}{author}, snapshot {night}, rows {rows}. <a href="{page}">Is there a newer'
        " one?</a></figcaption>\n</figure>"
    ).format(
        page=page,
        light=places[0],
        dark=places[1],
        alt=clean(figure.alt),
        width=round(scene.width),
        height=round(scene.height),
        what=what,
        author=AUTHOR,
        night=facts.snapshot_date,
        rows=drawing.answer.about["rows_id"][:DIGITS],
    )


def dataset(site: Site, slug: str, path: str, drawing: Drawing) -> Mapping[str, Any]:
    """Return what schema.org calls a Dataset: the rows of a figure."""
    figure, facts, answer = drawing.figure, drawing.facts, drawing.answer
    asked = answer.parameters
    first = asked.get("from") or asked.get("first")
    made: dict[str, Any] = {
        **web.dataset(site.address, site.options.license),
        "name": figure.title,
        "alternateName": figure.question,
        "description": f"{figure.subtitle}. {figure.note}".strip(),
        "identifier": answer.about["rows_id"],
        "version": str(facts.snapshot_date),
        "dateModified": str(facts.snapshot_date),
        "isBasedOn": _sources(site, drawing),
        "variableMeasured": list(figure.data.columns),
    }
    if first:
        made["temporalCoverage"] = f"{first}/{facts.snapshot_date}"
    if site.address:
        made["url"] = f"{site.address}{path}"
        made["distribution"] = [
            {"@type": "DataDownload", "encodingFormat": "text/csv", "contentUrl": f"{site.address}figures/{slug}.csv"}
        ]
    return made


def _sources(site: Site, drawing: Drawing) -> list[dict[str, str]]:
    """Return what any of the answers is made of, each once."""
    named = [each for answer in drawing.asked.values() for each in sources(site.facts, answer.sql)]
    return [_source(each) for at, each in enumerate(named) if each not in named[:at]]


def _source(named: Mapping[str, str | None]) -> dict[str, str]:
    told = {"name": named["attribution"] or named["name"], "license": named["licence"]}
    return {"@type": "Dataset", **{key: value for key, value in told.items() if value}}
