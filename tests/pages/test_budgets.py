"""What a report may weigh, so that it opens at once on a phone and passes by mail."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import tracker
from tracker import charts
from tracker.charts.look import svg
from tracker.charts.look.figure import NARROW, WIDE
from tracker.pages import web
from tracker.pages.drawing import Studio

KB = 1_000


def packed(text: str) -> int:
    """Return the bytes that go over the wire."""
    return len(gzip.compress(text.encode(), mtime=0))


@pytest.fixture(scope="module")
def report(demo_folder: Path) -> str:
    [made] = demo_folder.glob("reports/*/report.html")
    return made.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def studio(demo_folder: Path) -> Iterator[Studio]:
    with tracker.open(demo_folder) as copy:
        yield Studio(copy.published, copy.definition("default"))


def test_the_report_is_within_its_budget(report: str) -> None:
    assert len(report.encode()) <= 1_000 * KB and packed(report) <= 300 * KB


def test_the_report_has_few_elements(report: str) -> None:
    body = re.sub(r"<(style|script)>.*?</\1>", "", report, flags=re.DOTALL)
    assert len(re.findall(r"<[a-z]", body)) <= 5_000


def test_script_and_style_are_small() -> None:
    style = re.sub(r"@font-face\{.*?\}", "", web.style())
    assert "font-face" not in style and ".plot" in style
    assert packed(web.script()) <= 3 * KB and packed(style) <= 10 * KB


@pytest.mark.parametrize("name", charts.names())
def test_a_chart_is_small_in_both_widths(name: str, studio: Studio) -> None:
    figure = studio.draw(charts.find(name)).figure
    drawn = [svg.inline(figure.plot(width), figure.alt) for width in (WIDE, NARROW)]
    assert sum(len(each.encode()) for each in drawn) <= 60 * KB
