"""A figure as a block of a page: what it says, the plot for both widths, and what defends it; for report and site."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from tracker.answers import Answer
from tracker.answers.shown.cells import cells
from tracker.charts.look import svg
from tracker.charts.look.figure import NARROW, WIDE, Figure
from tracker.pages.citing import Citation
from tracker.pages.commands import command
from tracker.pages.drawing import Drawing

MOST_CELLS, FEWEST_ROWS = 72, 10  # of a table in a page; the CSV has all
_SAFE = "!$'()*+,-./:;=?@_~"  # what an address may hold as it is


@dataclass(frozen=True)
class File:
    """A file that a figure can be had as: what it is called on its button and on the disk, and its address."""

    label: str
    name: str
    address: str


def block(
    name: str, drawing: Drawing, citation: Citation, files: Sequence[File], *, has_ids: bool = False
) -> dict[str, Any]:
    """Return what the template of a figure fills in; `name` is its anchor.

    `has_ids`: with the ids of its answers, which are of one copy; a page that says the same of the next goes without.
    """
    figure = drawing.figure
    plots = {
        css: Markup(svg.inline(figure.plot(width), figure.alt, css)) for css, width in (("w", WIDE), ("n", NARROW))
    }
    return {
        "name": name,
        "question": figure.question,
        "title": figure.title,
        "subtitle": figure.subtitle,
        "wide": plots["w"],
        "narrow": plots["n"],
        "note": figure.note,
        "source": figure.source,
        "table": _table(drawing),
        "counted": [counted(answer, has_ids) for answer in drawing.asked.values()],
        "cite": drawing.answer.cite().strip(),
        "citation": citation,
        "files": files,
    }


def inline_files(name: str, figure: Figure) -> list[File]:
    """Return the files of a figure as addresses of their own, for a page that is to be one file."""
    made = (("CSV", "text/csv", figure.csv()), ("SVG", "image/svg+xml", drawn(figure)))
    return [File(label, f"{name}.{label.lower()}", _data(kind, content)) for label, kind, content in made]


def drawn(figure: Figure, theme: str = "light") -> str:
    """Return the figure as an SVG file without fonts: whoever opens it has some, and it weighs a third."""
    return svg.document(figure.on_web, figure.title, figure.alt, theme, has_fonts=False)


def _table(drawing: Drawing) -> dict[str, Any]:
    """Return the newest rows as cells, numbers to the right."""
    frame = drawing.figure.data
    most = max(FEWEST_ROWS, MOST_CELLS // max(1, frame.width))
    shown = frame.tail(most) if frame.columns[:1] in (["month"], ["snapshot_date"], ["day"]) else frame.head(most)
    shares = [name for name, unit in drawing.figure.units.items() if unit == "part of 1"]
    return {
        "head": [name.replace("_", " ") for name in frame.columns],
        "right": [kind.is_numeric() for kind in frame.dtypes],
        "rows": [list(cells(row, shares)) for row in shown.reverse().iter_rows(named=True)],
        "left_out": f"{frame.height - shown.height:,}" if frame.height > shown.height else "",
    }


def counted(answer: Answer, has_id: bool = False) -> dict[str, str]:
    """Return what is told of an answer below its figure: how it was counted, and the command and SQL that ask it."""
    version = answer.parameters.get("version")
    covered = [f"{value:.1%} {name}" for name, value in answer.coverage.items() if value is not None]
    return {
        "command": command(answer),
        "denominator": answer.denominator,
        "coverage": ", ".join(covered),
        "definition": answer.definition + (f", version {version}" if version else ""),
        "id": answer.id if has_id else "",
        "rows_id": answer.about["rows_id"],
        "sql": answer.sql,
    }


def _data(kind: str, content: str) -> str:
    """Return a file as an address of its own; quoted and not in base64, so that a page of several packs well."""
    return f"data:{kind};charset=utf-8,{quote(content, safe=_SAFE)}"
