"""The weekly report on the site, those of earlier weeks as they were written, and the feed of all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tracker.charts.look.numbers import day
from tracker.pages.commands import command
from tracker.pages.report import feed, folder
from tracker.pages.report.page import about
from tracker.pages.site import figures
from tracker.pages.site.build import File, Site
from tracker.pages.site.sheet import Sheet, said

INDEX = "report/index.html"


def path(site: Site) -> str:
    """Return where the newest week's report stands."""
    return _path(str(site.content.week))


def _path(week: str) -> str:
    return f"report/{week.lower()}.html"


def pages(site: Site) -> Iterator[Sheet | File]:
    """Yield the newest report, the earlier ones, their index and the feed."""
    yield _newest(site)
    notes = _notes(site)
    for note in notes:
        if note["week"] != str(site.content.week):
            yield File(_path(note["week"]), site.reports[note["week"]])
    sheet = Sheet(INDEX, "Weekly reports", "What changed, week by week.", "site/reports.html.j2", "report")
    sheet.put(
        weeks=[{"title": note["title"], "week": note["week"], "path": sheet.to(_path(note["week"]))} for note in notes]
    )
    yield sheet
    yield File("feed.xml", feed.feed(notes, folder.TITLE, lambda week: f"{site.address}{_path(week)}").encode())


def _notes(site: Site) -> list[Mapping[str, Any]]:
    """Return the notes of all weeks, the newest first: those of the folder, and that of the newest from this copy."""
    newest = str(site.content.week)
    held = {note["week"]: note for note in site.notes if note["week"] in site.reports or note["week"] == newest}
    held[newest] = folder.note(site.content, held.get(newest, {}), site.published_at)
    return sorted(held.values(), key=lambda note: str(note["week"]), reverse=True)


def _newest(site: Site) -> Sheet:
    content = site.content
    sheet = Sheet(path(site), content.title, _description(site), "site/report.html.j2", "report")
    statements = []
    for each in content.statements:
        asked = command(each.answer)
        number = sheet.commands.setdefault(asked, len(sheet.commands) + 1)
        statements.append({"text": said(each.sentence.parts), "plain": each.sentence.plain, "number": number,
                           "chart": each.sentence.chart})  # fmt: skip
    sections = [
        made for section in content.sections if (made := figures.shown(site, sheet, section.name, has_sql=False))
    ]
    sheet.put(
        kicker=f"Weekly report · week {content.week.number} of {content.week.year} · snapshot of {day(content.until)}",
        lede=[said(sentence.parts) for sentence in content.lede],
        statements=statements,
        anchors={made["name"] for made in sections},
        figures=sections,
        about=about(content),
    )
    return sheet


def _description(site: Site) -> str:
    return " ".join(each.sentence.plain for each in site.content.statements[:2]) or site.content.title
