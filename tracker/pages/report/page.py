"""A report as one self-contained HTML file: no request leaves it, and without scripts it says the same."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from markupsafe import Markup, escape

from tracker.charts.look import svg
from tracker.charts.look.numbers import day
from tracker.pages import web
from tracker.pages.block import block, inline_files
from tracker.pages.citing import cited
from tracker.pages.commands import command
from tracker.pages.report.content import Content, Section, Statement


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
        statements=[_statement(each, [section.name for section in content.sections]) for each in content.statements],
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


def _statement(statement: Statement, drawn: Collection[str]) -> dict[str, Any]:
    sentence, answer = statement.sentence, statement.answer
    return {
        "parts": sentence.parts,
        "plain": sentence.plain,
        "chart": sentence.chart if sentence.chart in drawn else "",
        "command": command(answer),
        "id": answer.id,
    }


def _figure(section: Section) -> dict[str, Any]:
    drawing, name = section.drawing, section.name
    return block(name, drawing, cited(name, drawing), inline_files(name, drawing.figure), has_ids=True)
