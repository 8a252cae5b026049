"""A report as Markdown, for mail and chat: the sentences and, of every figure, its finding and its newest values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from tracker.charts.look.svg import clean
from tracker.pages.commands import command
from tracker.pages.report.content import Content
from tracker.pages.report.page import about

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+!|~&$^=:-])")

_NUMBERED = re.compile(r"^(\d+)\.")  # what would begin a list


def markdown(content: Content) -> str:
    """Return the text; names of strangers stand literally, whatever marks they hold."""
    return "\n".join(_lines(content)) + "\n"


def literal(text: str) -> str:
    """Return a text that Markdown shows as it is, on one line."""
    return _NUMBERED.sub(r"\1\\.", _SPECIAL.sub(r"\\\1", " ".join(clean(text).split())))


def _lines(content: Content) -> Iterator[str]:
    yield f"# {literal(content.title)}"
    yield ""
    yield literal(f"Weekly report {content.week}. {about(content)}")
    yield ""
    for each in content.statements:
        yield "- " + "".join(
            f"**{literal_part(text)}**" if bold else literal_part(text) for text, bold in each.sentence.parts
        )
    for section in content.sections:
        figure = section.drawing.figure
        yield from ("", f"## {literal(figure.title)}", "", literal(f"{figure.question} {figure.alt}"), "")
        yield literal(figure.source) + "  "
        yield f"`{command(section.drawing.answer)}`"
    yield from ("", "## The sentences, as they are asked", "")
    yield from _table(
        ("sentence", "command", "id"), ((e.sentence.plain, command(e.answer), e.answer.id) for e in content.statements)
    )


def literal_part(text: str) -> str:
    """Return a piece of a sentence as it is, its blanks kept."""
    return _SPECIAL.sub(r"\\\1", re.sub(r"\s", " ", clean(text)))


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{' --- |' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(map(literal, row))} |"
