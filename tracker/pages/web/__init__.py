"""What pages are made with: templates, style, script, and the colours of both themes as CSS."""

from __future__ import annotations

import base64
import json
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from tracker.charts.look import svg
from tracker.charts.look import type as letters
from tracker.charts.look.colors import STEPS, THEMES, hex_of, roles, text_on

FOLDER = Path(__file__).parent
_HEATED = ("cn1", "us1", "eu1", "ot1", "un1", "accent")  # hues that have steps


def render(template: str, **values: Any) -> str:
    """Return a template filled with values; every text is escaped, and rid of what no XML may hold."""
    return _environment().get_template(template).render(**values)


@cache
def style() -> Markup:
    """Return the whole style of a page: fonts embedded, roles as variables in both themes, and what is laid out."""
    fonts = "".join(svg.font_face(face) for face in letters.FACES)
    return Markup(fonts) + _looks()


@cache
def site_style() -> str:
    """Return the style of the site's pages: that of a page, with its fonts beside it, and what only they have."""
    rules = "".join(svg.font_rule(face, f"url({face}.woff2)") for face in letters.FACES)
    return f"{rules}{_looks()}{(FOLDER / 'site.css').read_text(encoding='utf-8')}"


def fonts() -> list[tuple[str, bytes]]:
    """Return name and content of the fonts of pages."""
    return [(face, (letters.FOLDER / f"{face}.woff2").read_bytes()) for face in letters.FACES]


@cache
def _looks() -> Markup:
    """Return roles as variables in both themes, and what is laid out."""
    light, dark = (_variables(theme) for theme in THEMES)
    themes = (
        f":root{{color-scheme:light;{light}}}"
        f"@media (prefers-color-scheme:dark){{:root:not([data-theme=light]){{color-scheme:dark;{dark}}}}}"
        f":root[data-theme=dark]{{color-scheme:dark;{dark}}}"
        f"@media print{{:root,:root[data-theme],:root:not([data-theme=light]){{color-scheme:light;{light}}}}}"
    )
    classes = "".join(
        f".f-{svg.css_name(role)}{{fill:var(--{svg.css_name(role)})}}"
        f".s-{svg.css_name(role)}{{stroke:var(--{svg.css_name(role)})}}"
        for role in _roles()
    )
    return Markup(themes + classes + (FOLDER / "page.css").read_text(encoding="utf-8"))


@cache
def script() -> Markup:
    """Return the script of a page, which is complete without it."""
    return Markup((FOLDER / "page.js").read_text(encoding="utf-8"))


def dataset(address: str, license: str) -> dict[str, Any]:
    """Return what JSON-LD says of every data set of a site, in the words of schema.org; both may be empty."""
    told: dict[str, Any] = json.loads(render("site/dataset.json.j2", address=address, license=license))
    return told


def mark() -> Markup:
    """Return the mark of pages: three columns of shares, as classes colour them."""
    return Markup('<svg width="22" height="22" viewBox="0 0 22 22" aria-hidden="true">{}</svg>').format(_columns(None))


@cache
def icon() -> str:
    """Return the mark as an address that asks nobody."""
    drawn = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 22 22">{_columns("light")}</svg>'
    return f"data:image/svg+xml;base64,{base64.b64encode(drawn.encode()).decode()}"


def _columns(theme: str | None) -> Markup:
    """Return the columns of the mark; without a theme their colours are left to classes."""
    parts = []
    for column, heights in enumerate(((5, 10, 7), (9, 8, 5), (14, 5, 3))):
        top = 0
        for role, height in zip(("cn1", "us1", "eu1"), heights, strict=True):
            paint = f'fill="{hex_of(role, theme)}"' if theme else f'class="f-{role}"'
            parts.append(f'<rect x="{column * 8}" y="{top}" width="6" height="{height - 1}" {paint}/>')
            top += height
    return Markup("".join(parts))


def _roles() -> list[str]:
    cells = [f"{hue}.{step}" for hue in _HEATED for step in range(1, len(STEPS["light"]) + 1)]
    return [*roles(), *cells, *map(text_on, cells)]


def _variables(theme: str) -> str:
    return "".join(f"--{svg.css_name(role)}:{hex_of(role, theme)};" for role in _roles())


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: svg.clean(value) if type(value) is str else value,
    )
