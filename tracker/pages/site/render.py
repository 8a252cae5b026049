"""The site as files: every page in its frame, style, scripts, fonts, search, sitemap, what static hosts look for."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from tracker.charts.look.svg import clean
from tracker.pages import web
from tracker.pages.site import basis, frozen
from tracker.pages.site.addresses import Addresses
from tracker.pages.site.build import File, Site
from tracker.pages.site.kinds import (
    data,
    families,
    former,
    front,
    ledger,
    method,
    models,
    origins,
    publishers,
    reports,
    restated,
)
from tracker.pages.site.places import PICTURED, PLACES
from tracker.pages.site.sheet import Sheet, ld

KINDS = (front, reports, families, origins, publishers, models, ledger, method, restated, data, former)
_SPACE = """---
title: Adoption Tracker
emoji: 📈
colorFrom: gray
colorTo: blue
sdk: static
app_file: index.html
pinned: false
---

Which base models the open ecosystem builds on, where they come from, and how that changes. Written by `tracker site`.
"""


def files(site: Site) -> Iterator[File]:
    """Yield every file of the site, each path once."""
    addresses = []
    for kind in KINDS:
        for made in kind.pages(site):
            if isinstance(made, File):
                yield made
                continue
            if made.is_listed:
                addresses.append(made.path)
            yield _page(site, made)
    for alike in (site.families, site.countries, site.developers, site.publishers, models.noted(site).addresses):
        for sheet in _alike(alike):
            yield _page(site, sheet)
    yield from _assets()
    yield File("assets/names.js", _names(site).encode())
    yield File(".nojekyll")
    yield File("README.md", _SPACE.encode())
    if site.options.freeze:
        yield from frozen.files(site)
    if site.address:
        yield File("sitemap.xml", _sitemap(site.address, addresses).encode())


def _page(site: Site, sheet: Sheet) -> File:
    picture = next((name for name in PLACES.get(sheet.path, ()) if sheet.path in PICTURED and site.figure(name)), "")
    values = {
        **sheet.values,
        "here": sheet.path,
        "title": sheet.title,
        "description": sheet.description,
        "current": sheet.current,
        "synthetic": site.facts.synthetic,
        "canonical": f"{site.address}{sheet.path}" if site.address else "",
        "picture": f"{site.address}figures/{picture}.png" if picture and site.options.pictures else "",
        "datasets": [ld(each) for each in sheet.datasets],
        "commands": list(sheet.commands),
        "menu": _menu(site),
        "feet": _feet(site),
    }

    def make() -> bytes:
        return web.render(sheet.template, **values, to=sheet.to, mark=web.mark(), icon=web.icon()).encode()

    return File(sheet.path, make=make, basis=basis.digest(sheet.template, values))


def _menu(site: Site) -> Sequence[tuple[str, str, str]]:
    return (
        ("report", "Report", reports.path(site)),
        ("families", "Families", families.INDEX),
        ("origins", "Origins", origins.PATH),
        ("claims", "Claims", ledger.PATH),
        ("method", "Method", method.PATH),
        ("data", "Data", data.PATH),
    )


def _feet(site: Site) -> Sequence[tuple[str, Sequence[tuple[str, str]]]]:
    return (
        ("Look", (("This week", reports.path(site)), ("Families", families.INDEX), ("Origins", origins.PATH),
                  ("Publishers", publishers.INDEX), ("Every chart", f"{data.PATH}#charts"))),
        ("Check", (("Claims", ledger.PATH), ("How it is counted", method.PATH),
                   ("Restatements and errata", restated.PATH), ("The record", f"{method.PATH}#record"))),
        ("Use", (("Data", data.PATH), ("Cite", f"{data.PATH}#cite"), ("Feed", "feed.xml"),
                 ("All reports", reports.INDEX))),
    )  # fmt: skip


def _alike(addresses: Addresses) -> Iterator[Sheet]:
    """Yield a page for each path that several names would have."""
    for path, names in addresses.shared.items():
        sheet = Sheet(path, "Which one?", "Several names look like this one.", "site/alike.html.j2", is_listed=False)
        sheet.put(names=[(name, sheet.to(addresses.path(name))) for name in names])
        yield sheet


def _assets() -> Iterator[File]:
    yield File("assets/site.css", web.site_style().encode())
    yield File("assets/page.js", web.script().encode())
    for name in ("site.js", "theme.js"):
        yield File(f"assets/{name}", (web.FOLDER / name).read_bytes())
    for face, content in web.fonts():
        yield File(f"assets/{face}.woff2", content)


def _names(site: Site) -> str:
    """Return what the search looks through: a list of lists, so that no name can be a member of anything."""
    rows: list[list[Any]] = []
    for kind, addresses, shown in (
        ("family", site.families, {}),
        ("developer", site.developers, {}),
        ("country", site.countries, site.country_of),
        ("publisher", site.publishers, {}),
        ("model", models.noted(site).addresses, {}),
    ):
        rows += [[clean(shown.get(name, name)), kind, addresses.path(name)] for name in sorted(addresses.names)]
    text = json.dumps(rows, ensure_ascii=True, separators=(",", ":"))
    return f"trackerNames({text});\n"


def _sitemap(address: str, paths: Sequence[str]) -> str:
    places = "".join(f"<url><loc>{address}{path}</loc></url>\n" for path in sorted(paths))
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        f"{places}</urlset>\n"
    )
