"""PNG and PDF of a scene by matplotlib: the same marks on one axes in pixels, with the fonts of the package.

The same scene gives the same bytes. A PNG has 256 colours, every role's exactly. Letters that the package's fonts lack
come from Noto CJK where that is installed; else an id stands for the text, never a box.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from functools import cache
from pathlib import Path as FilePath
from typing import Any

import numpy as np
from matplotlib import font_manager, patheffects
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure as Canvas
from matplotlib.font_manager import FontProperties
from matplotlib.patches import Circle as RoundPatch
from matplotlib.patches import FancyBboxPatch, PathPatch, Rectangle
from matplotlib.path import Path as Outline
from PIL import Image, PngImagePlugin

from tracker.charts.look import type as letters
from tracker.charts.look.colors import hex_of, roles
from tracker.charts.look.scene import Circle, Hover, Mark, Path, Rect, Scene, Text
from tracker.charts.look.svg import clean

DPI = 72  # one pixel of a scene is one point
_COMPRESSION = 7  # the highest, 9, takes six times as long and makes 5 % fewer bytes
_CJK = "NotoSansCJK"  # how the names of its files begin


def png(scene: Scene, theme: str, title: str, label: str, scale: float = 2.0) -> bytes:
    """Return a PNG file, `scale` pixels for each of the scene's; title and description stand in its text chunks."""
    canvas = _canvas(scene, theme)
    drawn: Any = FigureCanvasAgg(canvas)
    canvas.set_dpi(DPI * scale)
    drawn.draw()
    pixels = np.asarray(drawn.buffer_rgba())[:, :, :3]
    told = PngImagePlugin.PngInfo()
    told.add_itxt("Title", clean(title))
    told.add_itxt("Description", clean(label))
    out = io.BytesIO()
    image = _in_palette(pixels, [hex_of(role, theme) for role in roles()])
    image.save(out, "PNG", compress_level=_COMPRESSION, pnginfo=told)
    return out.getvalue()


def pdf(scene: Scene, theme: str, title: str, label: str) -> bytes:
    """Return a PDF file of one page, its text as text."""
    out = io.BytesIO()
    metadata: Any = {"Title": clean(title), "Subject": clean(label), "CreationDate": None}
    import matplotlib as mpl

    with mpl.rc_context({"pdf.fonttype": 42, "pdf.compression": 9}):
        _canvas(scene, theme).savefig(out, format="pdf", metadata=metadata)
    return out.getvalue()


_ONE_LINE = str.maketrans("\n\r\t", "   ")  # a text is one line, whatever a name holds


def stands_for(text: str) -> str:
    """Return the id that stands for a name in letters that no font at hand has."""
    return f"name-{hashlib.sha256(text.encode()).hexdigest()[:6]}"


def drawable(text: str) -> str:
    """Return the text as PNG and PDF draw it: with ids for words in letters that no font at hand has."""
    line = clean(text).translate(_ONE_LINE)
    return " ".join(word if _has_letters(word) else stands_for(word) for word in line.split(" "))


def _has_letters(word: str) -> bool:
    strange = {char for char in word if letters.lacks(char)}
    return not strange or (strange <= _cjk_letters() if _cjk() else False)


@cache
def _cjk() -> str:
    """Return the family of Noto Sans CJK as it is installed now, empty where it is not.

    matplotlib's own list of fonts may be older than the installation.
    """
    found = [path for path in font_manager.findSystemFonts() if FilePath(path).name.startswith(_CJK)]
    if not found:
        return ""
    regular = min(found, key=lambda path: ("Regular" not in path, path))
    font_manager.fontManager.addfont(regular)
    return str(FontProperties(fname=regular).get_name())


@cache
def _cjk_letters() -> frozenset[str]:
    """Return the letters of Noto CJK that stand by themselves: no shaping, one direction."""
    face = font_manager.get_font(font_manager.findfont(_cjk()))
    return frozenset(chr(code) for code in face.get_charmap() if code >= 0x2E80)


@cache
def _properties(face: str, size: float, with_cjk: bool) -> FontProperties:
    _register()
    families = [f"tracker-{each}" for each in (face, *letters.FACES)]
    return FontProperties(family=[*dict.fromkeys(families), *([_cjk()] if with_cjk else [])], size=size)


@cache
def _register() -> None:
    for face in letters.FACES:
        font_manager.fontManager.addfont(letters.FOLDER / f"{face}.ttf")


def _canvas(scene: Scene, theme: str) -> Canvas:
    canvas = Canvas(figsize=(scene.width / DPI, scene.height / DPI), dpi=DPI, facecolor=hex_of("bg", theme))
    axes = canvas.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, scene.width)
    axes.set_ylim(scene.height, 0)
    axes.axis("off")
    for order, mark in enumerate(scene.marks):
        _draw(axes, mark, theme, order)
    return canvas


def _draw(axes: Axes, mark: Mark, theme: str, order: int) -> None:
    if isinstance(mark, Text):
        _text(axes, mark, theme, order)
    elif isinstance(mark, Path):
        _path(axes, mark, theme, order)
    elif isinstance(mark, Rect):
        _rect(axes, mark, theme, order)
    elif isinstance(mark, Circle):
        edge: Any = hex_of(mark.stroke, theme) if mark.stroke else "none"
        fill = hex_of(mark.fill, theme)
        axes.add_patch(
            RoundPatch(
                (mark.x, mark.y), mark.radius, facecolor=fill, edgecolor=edge, linewidth=mark.width, zorder=order
            )
        )
    elif not isinstance(mark, Hover):
        raise TypeError(f"no mark: {mark!r}")


def _text(axes: Axes, mark: Text, theme: str, order: int) -> None:
    shown = drawable(mark.text)
    axes.text(
        mark.x,
        mark.y,
        shown,
        color=hex_of(mark.fill, theme),
        ha={"start": "left", "middle": "center", "end": "right"}[mark.anchor],
        va="baseline",
        fontproperties=_properties(mark.face, mark.size, letters.lacks(shown)),
        parse_math=False,
        zorder=order,
        path_effects=[patheffects.withStroke(linewidth=3, foreground=hex_of("bg", theme))] if mark.halo else None,
    )


def _path(axes: Axes, mark: Path, theme: str, order: int) -> None:
    outline = _outline(mark)
    dash: Any = (0, tuple(each / mark.width for each in mark.dash)) if mark.dash else "-"
    if mark.halo:
        axes.add_patch(
            PathPatch(outline, facecolor="none", edgecolor=hex_of("bg", theme), linewidth=mark.width + 3, zorder=order)
        )
    axes.add_patch(
        PathPatch(
            outline,
            facecolor=hex_of(mark.fill, theme) if mark.fill else "none",
            edgecolor=hex_of(mark.stroke, theme) if mark.stroke else "none",
            linewidth=mark.width if mark.stroke else 0,
            linestyle=dash,
            alpha=mark.opacity,
            capstyle="round",
            joinstyle="round",
            zorder=order,
        )
    )


def _outline(mark: Path) -> Outline:
    points, codes, pen = [], [], Outline.MOVETO
    for at in mark.points:
        if at is not None:
            points.append(at)
            codes.append(pen)
        pen = Outline.MOVETO if at is None else Outline.LINETO
    if mark.fill:
        points.append(points[0])
        codes.append(Outline.CLOSEPOLY)
    return Outline(points, codes)


def _rect(axes: Axes, mark: Rect, theme: str, order: int) -> None:
    look: Any = {"facecolor": hex_of(mark.fill, theme), "linewidth": 0, "alpha": mark.opacity, "zorder": order}
    if not mark.radius:
        axes.add_patch(Rectangle((mark.x, mark.y), mark.width, mark.height, snap=False, **look))
        return
    radius = min(mark.radius, mark.width / 2, mark.height / 2)
    style = f"round,pad=0,rounding_size={radius}"
    axes.add_patch(FancyBboxPatch((mark.x, mark.y), mark.width, mark.height, boxstyle=style, **look))


def _in_palette(pixels: np.ndarray[Any, Any], exact: Sequence[str]) -> Image.Image:
    """Return an image of 256 colours at most, the `exact` ones among them, each pixel in the nearest."""
    red, green, blue = (pixels[:, :, part].astype(np.uint32) for part in range(3))
    codes = red << 16 | green << 8 | blue
    place = np.zeros(1 << 24, np.uint8)  # by colour: a table of all that there are is quicker than to sort the pixels
    place[codes.ravel()] = 1
    held = np.flatnonzero(place).astype(np.uint32)
    fixed = np.array([int(each[1:], 16) for each in dict.fromkeys(exact)], np.uint32)
    palette = held if len(held) <= 256 else np.unique(np.concatenate([fixed, _common(pixels, 256 - len(fixed))]))
    place[held] = _nearest(held, palette)
    image = Image.fromarray(place[codes], "P")
    image.putpalette(_rgb(palette).astype(np.uint8).tobytes())
    return image


def _common(pixels: np.ndarray[Any, Any], number: int) -> np.ndarray[Any, Any]:
    """Return the colours that Pillow would cut an image down to, judged by every third line of it."""
    cut = Image.fromarray(pixels[::3]).quantize(number, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    rgb = np.array(cut.getpalette()[: 3 * number], np.uint32).reshape(-1, 3)  # type: ignore[index]
    return rgb[:, 0] << 16 | rgb[:, 1] << 8 | rgb[:, 2]


def _nearest(codes: np.ndarray[Any, Any], palette: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    wanted, offered = _rgb(codes), _rgb(palette)
    found = [
        np.argmin(((part[:, None] - offered) ** 2).sum(2), axis=1)
        for part in np.array_split(wanted, 1 + len(wanted) // 4096)
    ]
    return np.concatenate(found)


def _rgb(codes: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return np.stack([codes >> 16 & 255, codes >> 8 & 255, codes & 255], 1).astype(np.int64)
