"""SVG of a scene: inline in a page, coloured by the page's CSS, or a file of its own with literal colours and fonts.

Text stays text, and the same scene gives the same bytes. Names from the Hub are escaped, and characters that no XML
may hold are replaced.
"""

from __future__ import annotations

import base64
import re
from html import escape

from tracker.charts.look import type as letters
from tracker.charts.look.colors import hex_of
from tracker.charts.look.scene import Circle, Hover, Mark, Path, Rect, Scene, Text

# every line of a drawing has round joins and ends: said once, and inherited
_ROUND = 'stroke-linejoin="round" stroke-linecap="round"'
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_CLASS = {letters.BOLD: "b", letters.SERIF: "t"}
FAMILIES = {
    letters.SANS: "Inter,system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans',sans-serif",
    letters.SERIF: "'Source Serif 4',Georgia,'Times New Roman',serif",
}


def clean(text: str) -> str:
    """Return the text without characters that XML forbids: each becomes U+FFFD."""
    return _ILLEGAL.sub("\ufffd", text)


def inline(scene: Scene, label: str, css: str = "") -> str:
    """Return an `svg` element for a page, its colours left to classes (`f-cn1` fills, `s-cn1` strokes)."""
    size = f'viewBox="0 0 {_n(scene.width)} {_n(scene.height)}" preserveAspectRatio="xMinYMid" {_ROUND}'
    named = f' class="{css}"' if css else ""
    return f'<svg {size}{named} role="img" aria-label="{xml(label)}">{_marks(scene)}</svg>'


def silent(scene: Scene, css: str) -> str:
    """Return an `svg` element that repeats what stands beside it, and is not read out."""
    size = f'viewBox="0 0 {_n(scene.width)} {_n(scene.height)}" {_ROUND}'
    return f'<svg {size} class="{css}" aria-hidden="true">{_marks(scene)}</svg>'


def document(scene: Scene, title: str, label: str, theme: str, scale: float = 1.0, *, has_fonts: bool = True) -> str:
    """Return a whole SVG file of a theme, `scale` times as large as the scene; without fonts the reader's are taken."""
    body = _marks(scene)
    width, height = _n(scene.width), _n(scene.height)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_n(scene.width * scale)}" height="{_n(scene.height * scale)}"'
        f' viewBox="0 0 {width} {height}" role="img" aria-labelledby="title desc" {_ROUND}>'
        f'<title id="title">{xml(title)}</title><desc id="desc">{xml(label)}</desc>'
        f"<style>{_style(scene, theme, has_fonts)}</style>"
        f'<rect width="{width}" height="{height}" class="f-bg"/>{body}</svg>\n'
    )


def xml(text: str) -> str:
    """Return a text as XML and HTML hold it, in attributes as well."""
    return escape(clean(text), quote=True)


def css_name(role: str) -> str:
    """Return a role as the name of a CSS variable and class: cn1.3 is cn1-3."""
    return role.replace(".", "-")


def font_face(face: str) -> str:
    """Return the CSS rule that embeds a face."""
    data = base64.b64encode((letters.FOLDER / f"{face}.woff2").read_bytes()).decode()
    return font_rule(face, f"url(data:font/woff2;base64,{data})")


def font_rule(face: str, address: str) -> str:
    """Return the CSS rule of a face that stands at an address, `url(...)`."""
    name, weight = ("Source Serif 4", 600) if face == letters.SERIF else ("Inter", 600 if face == letters.BOLD else 400)
    return f"@font-face{{font-family:'{name}';font-weight:{weight};src:{address} format('woff2')}}"


def _style(scene: Scene, theme: str, has_fonts: bool) -> str:
    faces = sorted({text.face for text in scene.texts()})
    rules = [font_face(face) for face in faces] if has_fonts else []
    rules += [".h rect{fill:none;pointer-events:all}"] * any(isinstance(mark, Hover) for mark in scene.marks)
    rules += [f"text{{font-family:{FAMILIES[letters.SANS]}}}.b{{font-weight:600}}"]
    rules += [f".t{{font-family:{FAMILIES[letters.SERIF]};font-weight:600}}"] * (letters.SERIF in faces)
    for kind, role in sorted({("f", "bg"), *(each for mark in scene.marks for each in _roles(mark))}):
        rules.append(f".{kind}-{css_name(role)}{{{'fill' if kind == 'f' else 'stroke'}:{hex_of(role, theme)}}}")
    return "".join(rules)


def _roles(mark: Mark) -> list[tuple[str, str]]:
    """Return the classes of a mark as (fill or stroke, role)."""
    if isinstance(mark, Hover):
        return []
    halo = [("s", "bg")] if isinstance(mark, Text | Path) and mark.halo else []
    fill = [("f", mark.fill)] if mark.fill else []
    stroke = [("s", mark.stroke)] if isinstance(mark, Path | Circle) and mark.stroke else []
    return fill + stroke + halo


def _marks(scene: Scene) -> str:
    return "".join(_mark(mark) for mark in scene.marks)


def _mark(mark: Mark) -> str:
    if isinstance(mark, Text):
        return _text(mark)
    if isinstance(mark, Path):
        return _path(mark)
    if isinstance(mark, Rect):
        radius = f' rx="{_n(mark.radius)}"' if mark.radius else ""
        return f"<rect {_box(mark)}{radius}{_paint(mark.fill, '')}{_opacity(mark.opacity)}/>"
    if isinstance(mark, Circle):
        at = f'cx="{_n(mark.x)}" cy="{_n(mark.y)}" r="{_n(mark.radius)}"'
        stroked = f' stroke-width="{_n(mark.width)}"' if mark.stroke else ""
        return f"<circle {at}{_paint(mark.fill, mark.stroke)}{stroked}/>"
    told = xml("\n".join(mark.lines))
    return f'<g class="h"><rect {_box(mark)}/><title>{told}</title></g>'


def _text(mark: Text) -> str:
    css = " ".join(
        [*filter(None, [_CLASS.get(mark.face)]), f"f-{css_name(mark.fill)}", *(["s-bg"] if mark.halo else [])]
    )
    anchor = "" if mark.anchor == "start" else f' text-anchor="{mark.anchor}"'
    halo = ' stroke-width="3" stroke-linejoin="round" paint-order="stroke"' if mark.halo else ""
    whole = f"<title>{xml(mark.whole)}</title>" if mark.whole else ""
    at = f'x="{_n(mark.x)}" y="{_n(mark.y)}" font-size="{_n(mark.size)}"'
    return f'<text {at} class="{css}"{anchor}{halo}>{xml(mark.text)}{whole}</text>'


def _path(mark: Path) -> str:
    drawn = _d(mark) + ("Z" if mark.fill else "")
    look = _paint(mark.fill, mark.stroke) + ("" if mark.fill else ' fill="none"')
    if mark.stroke:
        look += f' stroke-width="{_n(mark.width)}"'
    if mark.dash:
        look += f' stroke-dasharray="{_n(mark.dash[0])} {_n(mark.dash[1])}"'
    below = f'<path d="{drawn}" class="s-bg" fill="none" stroke-width="{_n(mark.width + 3)}"/>' if mark.halo else ""
    return f'{below}<path d="{drawn}"{look}{_opacity(mark.opacity)}/>'


def _d(mark: Path) -> str:
    """Return the path's data; a step along one axis names the other no more."""
    parts: list[str] = []
    before: tuple[str, str] | None = None
    for at in mark.points:
        if at is None:
            before = None
            continue
        x, y = _n(at[0]), _n(at[1])
        if before is None:
            parts.append(f"M{x} {y}")
        elif y == before[1]:
            parts.append(f"H{x}")
        else:
            parts.append(f"V{y}" if x == before[0] else f"L{x} {y}")
        before = (x, y)
    return "".join(parts)


def _paint(fill: str, stroke: str) -> str:
    names = [f"f-{css_name(fill)}"] * bool(fill) + [f"s-{css_name(stroke)}"] * bool(stroke)
    return f' class="{" ".join(names)}"' if names else ""


def _box(mark: Rect | Hover) -> str:
    return f'x="{_n(mark.x)}" y="{_n(mark.y)}" width="{_n(mark.width)}" height="{_n(mark.height)}"'


def _opacity(opacity: float) -> str:
    return "" if opacity == 1 else f' opacity="{_n(opacity)}"'


def _n(value: float) -> str:
    """Return a coordinate in a tenth of a pixel, shortest."""
    return (
        f"{value:.1f}".rstrip("0").rstrip(".").replace("-0", "0")
        if abs(value) < 0.05
        else f"{value:.1f}".removesuffix(".0")
    )
