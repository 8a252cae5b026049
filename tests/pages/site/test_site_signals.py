"""Signals on the site: sums leave with credit, no row of a source that keeps them does; a report tells what moved."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

import tracker
from tests import planted, signal_rows
from tests.pages.site.reading import Page, read
from tests.registry_folder import write_registry
from tracker import registry, store
from tracker.api import report, site
from tracker.pages.report.markdown import markdown
from tracker.pages.report.page import html
from tracker.pipeline import trace
from tracker.settings import Settings

NIGHT = planted.SNAPSHOT  # a Monday, so that the newest whole week ended the day before
LAST = NIGHT - timedelta(days=1)
QWEN, LLAMA, NOBODY = "qwen/qwen3-8b-20250428", "meta-llama/llama-3.1-8b-20240723", "zq-nobody/zq-row-20260901:free"
LISTED = ("Qwen/Qwen3-Zq-Row", "zq-nobody/Zq-Listed")
JUMP = 1.6  # times: what Qwen gains in the last week


def tokens() -> list[tuple[date, str, int]]:
    """Return twelve weeks of days, no two numbers of which are the same."""
    rows = []
    for back in range(84):
        day = LAST - timedelta(days=back)
        qwen = 3 * 10**11 * (JUMP if back < 7 else 1.0) + 1_234_567 * (back + 1)
        named = {QWEN: qwen, LLAMA: 2.7 * 10**11 + 7_654_321 * (back + 1), NOBODY: 10**10 + 1_111_113 * (back + 1)}
        rows += [(day, slug, int(count)) for slug, count in named.items()]
        rows.append((day, "other", 2 * 10**10 + 333_337 * (back + 1)))
    return rows


def rated(day: date, china: float, us: float) -> list[tuple[date, str, float, float, float, str, str]]:
    points = (("qwen3-8b", china, "Alibaba", "MIT"), ("llama-3.1-8b", us, "Meta", "MIT"))
    return [(day, name, rating, rating - 5, rating + 5, maker, words) for name, rating, maker, words in points]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tracker.Copy]:
    """The planted copy with rows of all four sources."""
    folder = tmp_path_factory.mktemp("signals") / "data"
    shutil.copytree(planted.folder(), folder, symlinks=True)
    settings = Settings(data_dir=folder)
    days = pl.DataFrame(tokens(), ["day", "slug", "tokens"], orient="row")
    signal_rows.save(settings, "openrouter", NIGHT, token_days=days)
    names = ["board_date", "model_name", "rating", "low", "high", "organization_raw", "license_raw"]
    both = [*rated(NIGHT - timedelta(days=9), 1300.0, 1340.0), *rated(NIGHT, 1400.0, 1340.0)]
    boards = pl.DataFrame(both, names, orient="row").with_columns(arena=pl.lit("text"), category=pl.lit("overall"))
    signal_rows.save(settings, "arena", NIGHT, arena_ratings=boards)
    hub = pl.DataFrame({"model_id": LISTED, "downloads_all_time": [987_654_321_987, 123_454_321_234]})
    signal_rows.save(settings, "modelscope", NIGHT, second_hub=hub)
    planted.curated(folder.parent / "registry")
    write_registry(folder.parent / "words", license_words=[{"word": "MIT", "license_class": "open-source"}])
    shutil.copy(folder.parent / "words" / "license_words.csv", folder.parent / "registry")
    book = registry.load(folder.parent / "registry")
    with store.open_work(settings) as work:
        trace(work, book)
        work.publish()
    with tracker.open(folder) as opened:
        yield opened


@pytest.fixture(scope="module")
def root(copy: tracker.Copy, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("site") / "public"
    site.write(copy, place, site.Options("https://example.org/t", models=60, pictures=False, freeze=True))
    return place


def kept(copy: tracker.Copy) -> set[str]:
    """Return what is a row: the names of the two catalogues, and each number of one, as it may be written."""
    numbers = [count for *_, count in tokens()] + [987_654_321_987, 123_454_321_234]
    names = {QWEN, LLAMA, NOBODY, NOBODY.partition(":")[0], "zq-nobody", *LISTED}
    return {name.lower() for name in names} | {form for each in numbers for form in (str(each), f"{each:,}")}


def test_no_row_of_a_source_that_keeps_them_is_in_any_file(copy: tracker.Copy, root: Path) -> None:
    assert any(QWEN in str(row) for row in copy.sql("select * from token_days_current").table.rows), "it is in the copy"
    rows = kept(copy)
    texts = {path: path.read_bytes().decode(errors="replace").lower() for path in root.rglob("*") if path.is_file()}
    content = report.of_week(copy)
    texts |= {Path("report.html"): html(content).lower(), Path("report.md"): markdown(content).lower()}
    found = {path.name: each for path, text in texts.items() for each in rows if each in text}
    assert found == {} and len(texts) > 100


def test_sums_are_on_the_pages_with_their_credit(root: Path) -> None:
    pages = read(root)
    for path, words in {
        "origins.html": ("Other signals", "OpenRouter (openrouter.ai/rankings)", "Arena (arena.ai)"),
        "countries/cn.html": ("models with open weights", "OpenRouter (openrouter.ai/rankings)"),
        "families/qwen.html": ("place 1 of 2 families", "ModelScope (modelscope.cn)", "stay where they were collected"),
    }.items():
        text = " ".join(pages[path].words.split())
        assert [each for each in words if each not in text] == [], path
    assert {number.column for number in pages["origins.html"].numbers} >= {
        "share",
        "rating",
        "rating_low",
        "unattributed",
    }


def test_a_page_without_signals_has_no_place_for_them(strange: tuple[Path, dict[str, Page]]) -> None:
    assert not any("elsewhere" in page.ids for page in strange[1].values())


def test_the_report_tells_what_moved_and_shows_its_charts(copy: tracker.Copy) -> None:
    content = report.of_week(copy)
    told = {each.sentence.kind: each.sentence.plain for each in content.statements}
    assert "Open models from China had 64" in told["tokens moved"] and "points more" in told["tokens moved"]
    assert "On Arena the best open model is now from China: qwen3-8b with 1,400" in told["best open"]
    drawn = {section.name: section.drawing.figure for section in content.sections}
    assert {"tokens", "rating"} <= set(drawn) and "OpenRouter" in drawn["tokens"].source
    for each in content.statements:
        assert copy.published.query(each.answer.sql).equals(each.answer.frame)
    quiet = report.of_week(copy, "2026-W40")
    assert not {"tokens moved", "best open"} & {each.sentence.kind for each in quiet.statements}
    assert not {"tokens", "rating"} & {section.name for section in quiet.sections}
