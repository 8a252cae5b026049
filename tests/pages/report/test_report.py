"""The weekly report: every number is an answer's, every name is literal, the same copy gives the same bytes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from markdown_it import MarkdownIt

import tracker
from tests import planted
from tests.charts import made
from tracker.api import report
from tracker.errors import SettingsError
from tracker.findings.sentence import Sentence, strong
from tracker.pages.report import feed, folder
from tracker.pages.report.content import Content, Section, Statement
from tracker.pages.report.markdown import literal, markdown
from tracker.pages.report.page import html

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(scope="module")
def demo(demo_folder: Path) -> Iterator[tracker.Copy]:
    with tracker.open(demo_folder) as copy:
        yield copy


@pytest.fixture(scope="module")
def content(demo: tracker.Copy) -> Content:
    return report.of_week(demo)


class Page(HTMLParser):
    """What stands in a page: its elements with their attributes, and its words."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def test_every_number_of_a_sentence_is_an_answers(content: Content, demo: tracker.Copy) -> None:
    """The SQL that stands with a sentence gives its number, or the two that its number is the difference of."""
    assert len(content.statements) >= 3
    for each in content.statements:
        rows = demo.published.query(each.answer.sql)
        assert rows.equals(each.answer.frame)
        if each.sentence.kind in ("leader", "record"):
            assert each.sentence.number in rows["share"].to_list()
        if each.sentence.kind in ("gained", "lost"):
            name = each.sentence.parts[0][0]
            shares = rows.filter(family=name)["share"].to_list()
            assert any(abs(one - other - each.sentence.number) < 1e-12 for one in shares for other in shares)


def test_a_page_says_who_leads_in_words_and_charts(content: Content) -> None:
    text = html(content)
    page = Page(text)
    words = " ".join(page.words)
    assert "Synthetic demo data" in words and "Qwen" in content.title
    for section in content.sections:
        assert section.drawing.figure.title in words.replace("\n", " ")
        assert f"#{section.name}" in [attributes.get("href") for _, attributes in page.elements]
        for answer in section.drawing.asked.values():
            assert answer.id in words
    for each in content.statements:
        assert each.sentence.plain in re.sub(r"\s+", " ", words)


def test_nothing_leaves_the_page(content: Content) -> None:
    page = Page(html(content))
    for tag, attributes in page.elements:
        for name in ("src", "href", "action", "data", "srcset"):
            value = attributes.get(name) or "#"
            assert value.startswith(("#", "data:")), (tag, name, value)
    [policy] = [each.get("content") for _, each in page.elements if each.get("http-equiv") == "Content-Security-Policy"]
    assert policy is not None and policy.startswith("default-src 'none'") and "http" not in policy
    ids = [attributes["id"] for _, attributes in page.elements if attributes.get("id")]
    assert len(ids) == len(set(ids))
    anchors = {
        str(attributes["href"])[1:]
        for tag, attributes in page.elements
        if str(attributes.get("href", "")).startswith("#")
    }
    assert anchors <= set(ids)


def test_the_same_copy_gives_the_same_bytes(demo_folder: Path, content: Content) -> None:
    with tracker.open(demo_folder) as copy:
        again = report.of_week(copy)
    assert html(again) == html(content) and markdown(again) == markdown(content)


def test_a_past_week_is_told_of_its_own_nights(demo: tracker.Copy, content: Content) -> None:
    past = report.of_week(demo, "2026-W45")
    assert date(2026, 11, 2) <= past.until <= date(2026, 11, 8) and not past.is_newest and content.is_newest
    assert "with the registry of then" in html(past)
    assert {"concentrated", "moved base"} <= {each.sentence.kind for each in past.statements}, "October is over"
    assert not {"concentrated", "moved base"} & {each.sentence.kind for each in content.statements}
    assert all(section.drawing.figure.source.count("2026-11-21") == 0 for section in past.sections)
    for section in past.sections:
        days = [name for name in section.drawing.figure.data.columns if name == "snapshot_date"]
        assert not days or section.drawing.figure.data["snapshot_date"].max() <= past.until


@pytest.mark.parametrize("week", ["2025-W53", "2023-W20", "2027-W02", "seven"])
def test_a_week_that_is_none_or_has_no_night_is_refused_in_a_sentence(demo: tracker.Copy, week: str) -> None:
    with pytest.raises(SettingsError, match=r"has no week 53|no night of|is not a week"):
        report.of_week(demo, week)


def test_a_part_of_the_hub_has_no_finding() -> None:
    with tracker.open(planted.folder(synthetic=True, scope="top:1000")) as copy:
        content = report.of_week(copy)
    assert content.title == "Open models on the Hub, week 41 of 2026"
    assert {each.sentence.kind for each in content.statements} <= {"nights", "doubt"}
    assert "among" in " ".join(section.drawing.figure.title for section in content.sections)


def test_missed_and_doubtful_nights_appear() -> None:
    with tracker.open(planted.folder()) as copy:
        content = report.of_week(copy, "2026-W37")
        late = report.of_week(copy, "2026-W40")
    assert "1 of 2 nights of this week are in the record; missed: 7 Sep 2026." in [
        e.sentence.plain for e in content.statements
    ]
    assert any("missed: 28 Sep 2026, 29 Sep 2026" in each.sentence.plain for each in late.statements)


# names that a stranger or a registry may hold


def hostile(content: Content) -> Content:
    """Return a report whose words are all names of strangers."""
    answer = content.statements[0].answer
    said = [Statement(Sentence("x", f"{strong(name)} leads {name}.", 1, "families"), answer) for name in made.STRANGE]
    drawing = content.sections[0].drawing
    words = " ".join(made.STRANGE)
    figure = replace(drawing.figure, title=words, subtitle=words, note=words, alt=words, question=words)
    sections = [Section("families", replace(drawing, figure=figure))]
    return replace(content, title=words, statements=said, sections=sections, lede=[each.sentence for each in said])


def test_names_of_strangers_are_never_markup(content: Content) -> None:
    text = html(hostile(content))
    page = Page(text)
    usual = Page(html(content))
    assert {tag for tag, _ in page.elements} <= {tag for tag, _ in usual.elements}
    assert [tag for tag, _ in page.elements].count("script") == 1 and "<script>alert" not in text
    assert "<script>alert(1)</script>" in " ".join(page.words)
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", text)


def test_names_of_strangers_stand_literally_in_markdown(content: Content) -> None:
    reader = MarkdownIt("gfm-like", {"linkify": False})
    tokens = reader.parse(markdown(hostile(content)))
    assert not [token for token in tokens if token.type == "html_block"]
    inline = [each for token in tokens for each in token.children or []]
    assert not [each for each in inline if each.type in ("html_inline", "link_open", "em_open", "s_open")]
    rows = [at for at, token in enumerate(tokens) if token.type == "tr_open"]
    cells = [sum(each.type in ("td_open", "th_open") for each in tokens[at : at + 20]) for at in rows]
    assert len(rows) == len(made.STRANGE) + 1
    width = []
    for at in rows:
        end = next(i for i in range(at, len(tokens)) if tokens[i].type == "tr_close")
        width.append(sum(token.type in ("td_open", "th_open") for token in tokens[at:end]))
    assert set(width) == {3}, cells


@pytest.mark.parametrize(
    "name", ["A|B", "zq/a__b__c", "zq/`x`", "zq/<b>", "*bold*", "[x](y)", "a\\|b", "# no", "1. no", "- no"]
)
def test_a_name_in_markdown_is_read_back(name: str) -> None:
    [_, inline, _] = MarkdownIt("gfm-like", {"linkify": False}).parse(literal(name))
    assert "".join(each.content for each in inline.children or []) == name


def test_a_feed_is_strict_xml_whatever_names_hold(content: Content, tmp_path: Path) -> None:
    written = folder.write(hostile(content), tmp_path, "2026-11-21T10:00:00Z")
    root = ElementTree.parse(written[-1]).getroot()
    [entry] = root.findall(f"{ATOM}entry")
    told = entry.findtext(f"{ATOM}content") or ""
    assert "&lt;script&gt;" in told and "<script>" not in told
    assert "\ufffd" in (entry.findtext(f"{ATOM}title") or ""), "a control character is replaced"


def entries(path: Path) -> dict[str, tuple[str, str]]:
    """Return id and time of each entry of a feed, by its link."""
    root = ElementTree.parse(path).getroot()
    found = {}
    for entry in root.findall(f"{ATOM}entry"):
        link = entry.find(f"{ATOM}link")
        assert link is not None
        found[str(link.get("href"))] = (entry.findtext(f"{ATOM}id") or "", entry.findtext(f"{ATOM}updated") or "")
    return found


def test_only_an_entry_that_says_something_new_is_updated(demo: tracker.Copy, content: Content, tmp_path: Path) -> None:
    older = report.of_week(demo, "2026-W46")
    folder.write(older, tmp_path, "2026-11-15T10:00:00Z")
    path = folder.write(content, tmp_path, "2026-11-21T10:00:00Z")[-1]
    first, bytes_before = entries(path), path.read_bytes()
    folder.write(older, tmp_path, "2026-11-22T10:00:00Z")
    folder.write(content, tmp_path, "2026-11-22T10:00:00Z")
    assert path.read_bytes() == bytes_before, "nothing new: the same bytes"
    changed = replace(content, statements=content.statements[:1])
    folder.write(changed, tmp_path, "2026-11-23T10:00:00Z")
    last = entries(path)
    assert {name: id for name, (id, _) in first.items()} == {name: id for name, (id, _) in last.items()}
    assert last["2026-W46/report.html"] == first["2026-W46/report.html"]
    assert last["2026-W47/report.html"][1] == "2026-11-23T10:00:00Z"
    assert list(last) == ["2026-W47/report.html", "2026-W46/report.html"], "the newest first"
    assert ElementTree.parse(path).getroot().findtext(f"{ATOM}updated") == "2026-11-23T10:00:00Z"


def test_a_note_that_cannot_be_read_is_made_anew(content: Content, tmp_path: Path) -> None:
    note = folder.write(content, tmp_path, "2026-11-21T10:00:00Z")[2]
    for broken in ("", "[1]", '{"week": 3'):
        note.write_text(broken)
        assert json.loads(folder.write(content, tmp_path, "2026-11-22T10:00:00Z")[2].read_text())["week"] == "2026-W47"


def test_a_year_of_53_weeks_has_one_entry_for_its_last(tmp_path: Path) -> None:
    notes = [
        {"week": week, "title": week, "about": "", "endpoint": "e", "sentences": [], "published": at, "updated": at}
        for week, at in (("2027-W01", "2027-01-10T00:00:00Z"), ("2026-W53", "2027-01-03T00:00:00Z"))
    ]
    root = ElementTree.fromstring(feed.feed(notes, "x"))
    assert [entry.findtext(f"{ATOM}title") for entry in root.findall(f"{ATOM}entry")] == ["2027-W01", "2026-W53"]


def test_an_empty_folder_has_no_report(tmp_path: Path) -> None:
    with pytest.raises(tracker.TrackerError):
        tracker.open(tmp_path)
