"""What a browser shows of the report and of every chart: whole, legible, accessible, and without asking anyone."""

from __future__ import annotations

import http.server
import json
import subprocess
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import PAGES
from tests.browser.view import View

WIDTHS = (320, 360, 400, 600, 719, 721, 768, 900, 1081, 1400, 1920)
LOOKS = [(name, theme, width) for name in PAGES for theme in ("light", "dark") for width in (400, 1400)]
TOOLS = 3  # how many of a figure's tools open


@pytest.fixture(scope="module", params=LOOKS, ids=lambda look: "-".join(map(str, look)))
def view(request: Any, chromium: Any, pages: Path) -> Iterator[View]:
    """A page in a theme and at a width."""
    name, theme, width = request.param
    view = View(chromium, (pages / f"{name}.html").as_uri(), width, theme, {})
    yield view
    view.close()


def test_it_asks_nobody_and_complains_of_nothing(view: View) -> None:
    assert view.asked == [view.page.url] and view.said == [] and view.seen("missingFonts") == []


def test_no_text_of_a_chart_overlaps_another_or_leaves(view: View) -> None:
    assert view.seen("countCharts") > 0 and view.seen("collisions") == []


def test_every_text_stands_out_from_its_ground(view: View) -> None:
    for place in range(-1, TOOLS):
        view.seen("openTools", place)
        found = view.seen("faintTexts", 4.5)
        assert found["faint"] == [] and found["texts"] > 50
    view.seen("openTools", -1)


def violations(view: View, **rules: Any) -> list[str]:
    """Return what axe finds by all its rules, best practices included, but for those that are switched off."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(view.page, options={"resultTypes": ["violations"], "rules": rules}).response["violations"]
    return [f"{each['id']}: {each['help']}: {node['html'][:160]}" for each in found for node in each["nodes"][:3]]


def test_axe_finds_nothing(view: View) -> None:
    assert violations(view) == []


@pytest.mark.parametrize("place", range(TOOLS))
def test_axe_finds_nothing_in_open_tools(place: int, open_page: Any) -> None:
    view = open_page("report")
    view.seen("openTools", place)
    # contrast in every cell of every table is judged above, in a tenth of the time
    contrast = {"color-contrast": {"enabled": False}}
    assert violations(view, **contrast) == []


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_to_be_scrolled_sideways(name: str, open_page: Any) -> None:
    view = open_page(name)
    for width in WIDTHS:
        view.page.set_viewport_size({"width": width, "height": 900})
        for place in range(-1, TOOLS):
            view.seen("openTools", place)
            assert view.seen("sideways") == {"by": 0, "out": []}, f"{width} px, tool {place}"
        assert view.seen("collisions") == [], width


@pytest.mark.parametrize("name", PAGES)
def test_without_scripts_it_says_and_shows_the_same(name: str, open_page: Any) -> None:
    plain, scripted = open_page(name, java_script_enabled=False), open_page(name)
    assert plain.seen("words") == scripted.seen("words")
    assert plain.page.locator("button:visible").count() == 0, "what needs the script is not shown"
    assert plain.seen("countCharts") == scripted.seen("countCharts") > 0
    assert any(plain.seen("titles")) and not any(scripted.seen("titles")), "titles tell what tips do"
    plain.page.locator("summary").first.click()
    assert plain.page.locator(".tools table").first.is_visible()


FAULTS = {
    "collisions": "document.querySelectorAll('.plot svg.w text').forEach(text => text.setAttribute('x', 2000))",
    "faintTexts": "document.querySelector('h1').style.color = 'silver'",
    "sideways": "document.querySelector('h1').style.width = '3000px'",
}


@pytest.mark.parametrize("function", FAULTS)
def test_what_is_looked_for_would_be_seen(function: str, open_page: Any) -> None:
    view = open_page("report")
    before = view.seen(function, 4.5)
    view.page.evaluate(FAULTS[function])
    assert view.seen(function, 4.5) != before


def test_texts_of_charts_that_overlap_or_fade_are_seen(open_page: Any) -> None:
    view = open_page("report")
    view.page.evaluate(
        "document.querySelectorAll('#origins svg.w text').forEach(one => {"
        " one.setAttribute('y', 40); one.style.fill = 'silver'; })"
    )
    assert any(" and " in each for each in view.seen("collisions"))
    assert any(each.startswith("origins") for each in view.seen("faintTexts", 4.5)["faint"])


def test_over_http_it_asks_for_itself_alone(chromium: Any, pages: Path) -> None:
    asked: list[str] = []

    class Handler(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *about: Any) -> None:
            asked.append(self.path)

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(pages))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        view = View(chromium, f"http://127.0.0.1:{server.server_port}/report.html", 1400, "light", {})
        view.page.wait_for_load_state("networkidle")
        view.close()
        server.shutdown()
    assert asked == ["/report.html"] and view.said == []


def test_it_is_valid_html(checker: list[str], pages: Path) -> None:
    files = [str(pages / f"{name}.html") for name in PAGES]
    asked = [*checker, "--stdout", "--format", "json", *files]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    told = [f"{each['url'][-12:]}: {each['message']}" for each in json.loads(done.stdout)["messages"]]
    assert told == [] and done.returncode == 0
