"""A frozen version: the figures and the report of one copy below v/, forever as they are, with their checksums.

Its pages need nothing that may change: style and script carry the hash of their content in their names. Each leads to
the page that follows the newest night, which is the one to say whether there is something newer.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from tracker import __version__
from tracker.pages import web
from tracker.pages.block import File as Button
from tracker.pages.block import block, drawn
from tracker.pages.citing import cited
from tracker.pages.commands import command
from tracker.pages.drawing import Drawing
from tracker.pages.report.page import html
from tracker.pages.site import figures
from tracker.pages.site.build import File, Site
from tracker.pages.site.sheet import Sheet, ld

MANIFEST = "manifest.json"
KIND = "tracker permalink"
FILES = (("CSV", ".csv"), ("SVG", ".svg"), ("SQL", ".sql"))


def place(facts: Any) -> str:
    """Return where the frozen version of a copy stands."""
    return f"v/{facts.snapshot_date}-{(facts.copy_id or f'generation-{facts.generation}')[:12]}"


def files(site: Site) -> Iterator[File]:
    """Yield the files of the frozen version; none is ever written again."""
    folder = place(site.facts)
    told: dict[str, Any] = {}
    sums: dict[str, str] = {}
    assets = {name: f"v/assets/{hashed(name, content)}" for name, content in _assets().items()}
    for name, content in _assets().items():
        yield File(assets[name], content, is_kept=True)
    for face, content in web.fonts():
        yield File(f"v/assets/{face}.woff2", content, is_kept=True)
    for slug, drawing in site.every_figure():
        made = dict(_figure(site, folder, slug, drawing, assets))
        sums |= {path: hashlib.sha256(content).hexdigest() for path, content in made.items()}
        told[slug] = _told(drawing, made[f"{slug}.csv"])
        for path, content in made.items():
            yield File(f"{folder}/{path}", content, is_kept=True)
    others = {"report.html": html(site.content).encode(), "index.html": _index(site, folder, assets)}
    sums |= {path: hashlib.sha256(content).hexdigest() for path, content in others.items()}
    others[MANIFEST] = (json.dumps(_manifest(site, told, sums), indent=1, ensure_ascii=False) + "\n").encode()
    for path, content in others.items():
        yield File(f"{folder}/{path}", content, is_kept=True)


def hashed(name: str, content: bytes) -> str:
    """Return the name of a file with the hash of its content in it."""
    path = PurePosixPath(name)
    return f"{path.stem}-{hashlib.sha256(content).hexdigest()[:12]}{path.suffix}"


def _assets() -> dict[str, bytes]:
    return {
        "site.css": web.site_style().encode(),
        "page.js": web.script().encode(),
        "theme.js": (web.FOLDER / "theme.js").read_bytes(),
    }


def _figure(
    site: Site, folder: str, slug: str, drawing: Drawing, assets: dict[str, str]
) -> Iterator[tuple[str, bytes]]:
    figure = drawing.figure
    yield f"{slug}.csv", figure.csv().encode()
    yield f"{slug}.sql", figures.sql(drawing).encode()
    for theme, end in (("light", ""), ("dark", "-dark")):
        yield f"{slug}{end}.svg", drawn(figure, theme).encode()
    page = f"{folder}/{slug}.html"
    address = f"{site.address}{page}" if site.address else ""
    pictures = tuple(f"{site.address}{folder}/{slug}{end}.svg" for end in ("", "-dark"))
    embed = figures.snippet(drawing, f"{site.address}{page}", pictures)
    citation = cited(slug, drawing, address, embed)
    buttons = [Button(label, f"{slug}{suffix}", f"{slug}{suffix}") for label, suffix in FILES]
    sheet = Sheet(page, drawing.title, figure.alt, "site/frozen.html.j2")
    made = block(slug, drawing, citation, buttons, has_ids=True)
    dataset = figures.dataset(site, slug, page, drawing)
    text = _rendered(site, sheet, assets, f"f/{slug}.html", figure=made, datasets=[ld(dataset)], links=[])
    yield f"{slug}.html", text.encode()


def _index(site: Site, folder: str, assets: dict[str, str]) -> bytes:
    facts = site.facts
    title = f"Frozen version of {facts.snapshot_date}"
    sheet = Sheet(
        f"{folder}/index.html", title, "Figures and report of one copy, for ever as they are.", "site/frozen.html.j2"
    )
    links = [(drawing.title, f"{slug}.html") for slug, drawing in site.every_figure()]
    links += [("The report of the week", "report.html"), ("Checksums, and what gives the figures again", MANIFEST)]
    return _rendered(site, sheet, assets, "index.html", figure=None, datasets=[], links=links).encode()


def _rendered(site: Site, sheet: Sheet, assets: dict[str, str], newest: str, **values: Any) -> str:
    return web.render(
        sheet.template,
        **values,
        title=sheet.title,
        description=sheet.description,
        facts=site.facts,
        synthetic=site.facts.synthetic,
        canonical=f"{site.address}{newest}" if site.address else "",
        newest=sheet.to(newest),
        assets={name: sheet.to(path) for name, path in assets.items()},
        mark=web.mark(),
        icon=web.icon(),
    )


def _told(drawing: Drawing, csv: bytes) -> dict[str, Any]:
    """Return what a manifest says of a figure: the rows that it shows, and what gives them again."""
    return {
        "title": drawing.title,
        "night": drawing.facts.snapshot_date.isoformat(),
        "csv": hashlib.sha256(csv).hexdigest(),
        "answers": [
            {"command": command(answer), "id": answer.id, "rows_id": answer.about["rows_id"]}
            for answer in drawing.asked.values()
        ],
    }


def _manifest(site: Site, told: dict[str, Any], sums: dict[str, str]) -> dict[str, Any]:
    facts = site.facts
    return {
        "kind": KIND,
        "snapshot_date": facts.snapshot_date.isoformat(),
        "scope": facts.scope,
        "copy_id": facts.copy_id,
        "generation": facts.generation,
        "registry_version": facts.registry_version,
        "tracker_version": __version__,
        "synthetic": facts.synthetic,
        "figures": told,
        "files": sums,
    }


def again(site: Site, slug: str) -> dict[str, Any] | None:
    """Return what the manifest of this copy would say of a figure; None where it shows nothing."""
    drawing = site.figure(slug)
    return _told(drawing, drawing.figure.csv().encode()) if drawing else None
