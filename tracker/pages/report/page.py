"""A report as one self-contained HTML file: no request leaves it, and without scripts it says the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from markupsafe import Markup, escape

from tracker.answers import Answer
from tracker.answers.shown.cells import cells
from tracker.charts.look import sheet, svg
from tracker.charts.look.figure import NARROW, WIDE, Figure
from tracker.charts.look.numbers import day
from tracker.pages import web
from tracker.pages.drawing import Drawing
from tracker.pages.report.commands import command
from tracker.pages.report.content import Content, Section, Statement

MOST_ROWS = 40  # of a table in the page; the CSV has all


def html(content: Content) -> str:
    """Return the page."""
    facts = content.facts
    return web.render(
        "report.html.j2",
        title=content.title,
        week=content.week,
        description=description(content),
        kicker=f"Weekly report · week {content.week.number} of {content.week.year} · snapshot of {day(content.until)}",
        synthetic=facts.synthetic,
        lede=[sentence.parts for sentence in content.lede],
        said=_said,
        statements=[_statement(each) for each in content.statements],
        figures=[_figure(each) for each in content.sections],
        citation=citation(content),
        about=about(content),
        mark=web.mark(),
        icon=web.icon(),
        style=web.style(),
        script=web.script(),
    )


def description(content: Content) -> str:
    """Return what a search engine or a chat shows of it."""
    return " ".join(each.sentence.plain for each in content.statements[:2]) or content.title


def about(content: Content) -> str:
    """Return what pins the report down."""
    facts = content.facts
    what = "Synthetic demo data, not a finding. " if facts.synthetic else ""
    past = "" if content.is_newest else f" Asked of the copy of {facts.snapshot_date} with the registry of then."
    return (
        f"{what}Hugging Face Hub, snapshot of {content.until}, scope {facts.scope}, {facts.models:,} models, "
        f"registry {facts.registry_version}, generation {facts.generation}, copy {(facts.copy_id or '')[:12]}.{past}"
    )


def citation(content: Content) -> str:
    """Return how the report is cited."""
    return f"Adoption Tracker: “{content.title}”. Weekly report {content.week}. {about(content)}"


def _said(parts: Sequence[tuple[str, bool]]) -> Markup:
    pieces = [
        Markup("<strong>{}</strong>").format(svg.clean(text)) if bold else escape(svg.clean(text))
        for text, bold in parts
    ]
    return Markup("").join(pieces)


def _statement(statement: Statement) -> dict[str, Any]:
    sentence, answer = statement.sentence, statement.answer
    return {
        "parts": sentence.parts,
        "plain": sentence.plain,
        "chart": sentence.chart,
        "command": command(answer),
        "id": answer.id,
    }


def _figure(section: Section) -> dict[str, Any]:
    drawing, name = section.drawing, section.name
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
        "counted": [_counted(answer) for answer in drawing.asked.values()],
        "cite": drawing.answer.cite().strip(),
        "csv": _data("text/csv", figure.csv()),
        "svg": _data("image/svg+xml", _svg(figure)),
    }


def _svg(figure: Figure) -> str:
    """Return the figure as a file; the page has its fonts once, so the file goes without."""
    scene = sheet.compose(figure, sheet.SIZES["web"])
    return svg.document(scene, figure.title, figure.alt, "light", has_fonts=False)


def _table(drawing: Drawing) -> dict[str, Any]:
    """Return the newest rows as cells, numbers to the right."""
    frame = drawing.figure.data
    shown = frame.tail(MOST_ROWS) if frame.columns[:1] in (["month"], ["snapshot_date"]) else frame.head(MOST_ROWS)
    shares = [name for name, unit in drawing.figure.units.items() if unit == "part of 1"]
    return {
        "head": [name.replace("_", " ") for name in frame.columns],
        "right": [kind.is_numeric() for kind in frame.dtypes],
        "rows": [list(cells(row, shares)) for row in shown.reverse().iter_rows(named=True)],
        "left_out": f"{frame.height - shown.height:,}" if frame.height > shown.height else "",
    }


def _counted(answer: Answer) -> dict[str, str]:
    version = answer.parameters.get("version")
    covered = [f"{value:.1%} {name}" for name, value in answer.coverage.items() if value is not None]
    return {
        "command": command(answer),
        "denominator": answer.denominator,
        "coverage": ", ".join(covered),
        "definition": answer.definition + (f", version {version}" if version else ""),
        "id": answer.id,
        "sql": answer.sql,
    }


def _data(kind: str, content: str) -> str:
    """Return a file as an address of its own; quoted and not in base64, so that a page of several packs well."""
    return f"data:{kind};charset=utf-8,{quote(content, safe=_SAFE)}"


_SAFE = "!$'()*+,-./:;=?@_~"  # what an address may hold as it is
