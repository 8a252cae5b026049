"""A real browser, the demo's report and a page of every chart in it. Skipped where no browser is to be had.

BROWSER_TESTS=required makes a failure of what would be skipped.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NoReturn

import pytest
from filelock import FileLock

import tracker
from tests.browser.view import View
from tracker import charts
from tracker.api import draw, report
from tracker.pages.report.content import Section
from tracker.pages.report.page import html

CHECKER = Path(__file__).parents[2] / "build/vnu/node_modules/vnu-jar/build/dist/vnu.jar"
PAGES = ("report", "gallery")


def missing(what: str) -> NoReturn:
    """Skip, or fail where these tests are required."""
    if os.environ.get("BROWSER_TESTS") == "required":
        pytest.fail(f"{what}, and BROWSER_TESTS=required", pytrace=False)
    pytest.skip(f"{what}: `make browser` installs what looks at pages as a reader does")


@pytest.fixture(scope="session")
def browser_path() -> str:
    """Where Debian's Chromium is."""
    path = shutil.which("chromium")
    if path is None:
        missing("there is no chromium")
    if find_spec("playwright") is None:
        missing("the extra `browser` is not installed")
    return path


@pytest.fixture(scope="session")
def checker(browser_path: str) -> list[str]:
    """The command that checks HTML."""
    if shutil.which("java") is None or not CHECKER.exists():
        missing("there is no checker of HTML")
    return ["java", "-Xss4m", "-jar", str(CHECKER)]


@pytest.fixture(scope="module")
def chromium(browser_path: str) -> Iterator[Any]:
    """The browser; it ends with the file, so that no event loop of it is left to other tests."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def pages(browser_path: str, demo_folder: Path) -> Path:
    """A folder with report.html, as `tracker demo` wrote it, and gallery.html, the same page with every chart."""
    folder = demo_folder.parent / "pages"
    folder.mkdir(exist_ok=True)
    with FileLock(folder / "lock"):
        if not (folder / "gallery.html").exists():
            [made] = demo_folder.glob("reports/*/report.html")
            (folder / "report.html").write_bytes(made.read_bytes())
            (folder / "gallery.html").write_text(_gallery(demo_folder), encoding="utf-8")
    return folder


def _gallery(demo_folder: Path) -> str:
    with tracker.open(demo_folder) as copy:
        drawn = [Section(name, draw.chart(copy, name)) for name in charts.names()]
        return html(replace(report.of_week(copy), sections=drawn))


@pytest.fixture
def open_page(chromium: Any, pages: Path) -> Iterator[Any]:
    """Open a page in a context of its own: `open_page(name, width, theme, **options of the context)`."""
    opened: list[View] = []

    def open_one(name: str, width: int = 1400, theme: str = "light", **options: Any) -> View:
        opened.append(View(chromium, (pages / f"{name}.html").as_uri(), width, theme, options))
        return opened[-1]

    yield open_one
    for view in opened:
        view.close()
