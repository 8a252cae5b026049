"""What a reader does with the report: by keyboard, by mouse, by finger; every control answers each of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.browser.view import View


def comes_true(view: View, what: str) -> bool:
    """Say whether the page comes to it within seconds; its policy forbids the wait that the browser's driver has."""
    for _ in range(60):
        if view.page.evaluate(what):
            return True
        view.page.wait_for_timeout(50)
    return False


def tips(view: View) -> Any:
    return view.page.locator(".tip")


def areas(plot: Any) -> Any:
    return plot.locator("svg:visible .h")


@pytest.mark.parametrize(("width", "theme"), [(400, "dark"), (1400, "light")])
def test_focus_is_seen_wherever_the_keyboard_goes(width: int, theme: str, open_page: Any) -> None:
    view: View = open_page("gallery", width, theme)
    stops = view.seen("stops")
    view.page.keyboard.press("Tab")
    assert view.seen("focused")["what"].startswith("A To the report"), "the first stop skips what comes before"
    reached = 1
    while not (now := view.seen("focused"))["isBody"]:
        assert now["outline"] >= 2 and now["contrast"] >= 3 and now["isInView"], now
        view.page.keyboard.press("Tab")
        reached += 1
        assert reached <= stops + 1, "the keyboard is caught"
    assert reached == stops + 1


def test_the_theme_is_chosen_by_keyboard_and_kept(open_page: Any) -> None:
    view: View = open_page("report", theme="light")
    button, ground = view.page.locator("#theme"), "getComputedStyle(document.body).backgroundColor"
    light = view.page.evaluate(ground)
    button.focus()
    view.page.keyboard.press("Enter")
    dark = view.page.evaluate(ground)
    assert dark != light and button.get_attribute("aria-pressed") == "true"
    view.page.reload()
    assert view.page.evaluate(ground) == dark and button.get_attribute("aria-pressed") == "true"
    view.page.locator("#theme").focus()
    view.page.keyboard.press("Space")
    assert view.page.evaluate(ground) == light and button.get_attribute("aria-pressed") == "false"
    view.page.emulate_media(color_scheme="dark")
    view.page.reload()
    assert view.page.evaluate(ground) == light, "what was chosen stands above the system's theme"


def test_tools_open_by_keyboard_one_at_a_time_and_stay_in_their_row(open_page: Any) -> None:
    view: View = open_page("report")
    tools = view.page.locator(".tools").first
    tabs = tools.locator("summary")
    places = "document.querySelectorAll('.tools')[0].querySelectorAll('summary')"
    row = f"Array.from({places}).map(tab => [tab.getBoundingClientRect().x, tab.getBoundingClientRect().y + scrollY])"
    before = view.page.evaluate(row)
    for at in range(tabs.count()):
        tabs.nth(at).focus()
        view.page.keyboard.press("Enter")
        shown = [each.is_visible() for each in tools.locator("details > div").all()]
        assert shown == [place == at for place in range(tabs.count())]
        assert view.page.evaluate(row) == before
    view.page.keyboard.press("Enter")
    assert not any(each.is_visible() for each in tools.locator("details > div").all())


def test_a_long_table_is_scrolled_by_keyboard(open_page: Any) -> None:
    view: View = open_page("report")
    view.page.locator("summary").first.click()
    table = view.page.locator(".scroll").first
    table.focus()
    view.page.keyboard.press("End")
    assert comes_true(view, "document.querySelector('.scroll').scrollTop > 0")


@pytest.mark.parametrize("width", [400, 1400])
def test_arrow_keys_tell_the_values_of_every_plot(width: int, open_page: Any) -> None:
    view: View = open_page("gallery", width)
    plots = [plot for plot in view.page.locator(".plot").all() if areas(plot).count()]
    assert plots
    for plot in plots:
        live, many = plot.locator("[aria-live]"), areas(plot).count()
        plot.focus()
        view.page.keyboard.press("ArrowRight")
        first = live.inner_text()
        assert tips(view).count() == 1 and first
        view.page.keyboard.press("ArrowRight")
        assert many == 1 or live.inner_text() != first
        view.page.keyboard.press("ArrowLeft")
        assert live.inner_text() == first
        view.page.keyboard.press("End")
        last = live.inner_text()
        view.page.keyboard.press("ArrowRight")
        assert live.inner_text() == last, "the last stays the last"
        view.page.keyboard.press("Home")
        assert live.inner_text() == first
        view.page.keyboard.press("Escape")
        assert tips(view).count() == 0


@pytest.mark.parametrize("width", [400, 1400])
def test_a_mouse_shows_and_hides_the_values(width: int, open_page: Any) -> None:
    view: View = open_page("gallery", width)
    for plot in view.page.locator(".plot").all():
        if not (many := areas(plot).count()):
            continue
        for at in (0, many // 2, many - 1):
            areas(plot).nth(at).hover(force=True)
            shown, held = tips(view).bounding_box(), plot.bounding_box()
            assert held["x"] - 1 <= shown["x"] and shown["x"] + shown["width"] <= held["x"] + held["width"] + 1
        view.page.mouse.move(2, 2)
        assert tips(view).count() == 0


def test_a_tip_tells_what_the_title_tells_without_scripts(open_page: Any) -> None:
    plain, view = open_page("report", java_script_enabled=False), open_page("report")
    told = plain.page.locator(".plot svg.w .h title").first.text_content()
    areas(view.page.locator(".plot").first).first.hover(force=True)
    heading, *rows = told.split("\n")
    assert tips(view).locator("strong").inner_text() == heading.replace("\t", ", ")
    assert tips(view).locator("tr").all_inner_texts() == rows


def test_a_tip_stays_after_a_tap_until_one_elsewhere(open_page: Any) -> None:
    view: View = open_page("report", 400, has_touch=True, is_mobile=True)
    area = areas(view.page.locator(".plot").first).first
    area.tap(force=True)
    assert tips(view).count() == 1
    view.page.wait_for_timeout(200)
    assert tips(view).count() == 1
    view.page.locator("h1").tap()
    assert tips(view).count() == 0


def test_a_citation_is_copied_by_keyboard(open_page: Any) -> None:
    view: View = open_page("report", permissions=["clipboard-read", "clipboard-write"])
    view.page.locator(".tools").first.locator("summary").last.click()
    button = view.page.locator("[data-copy]").first
    button.focus()
    view.page.keyboard.press("Enter")
    assert comes_true(view, "document.querySelector('[data-copy]').textContent === 'Copied'")
    cited = view.page.locator(f"#{button.get_attribute('data-copy')}").text_content()
    assert view.page.evaluate("navigator.clipboard.readText()") == cited
    assert comes_true(view, "document.querySelector('[data-copy]').textContent !== 'Copied'")


def test_contents_lead_to_their_figures(open_page: Any) -> None:
    view: View = open_page("report")
    for link in view.page.locator(".toc a").all():
        link.focus()
        view.page.keyboard.press("Enter")
        target = view.page.locator(link.get_attribute("href"))
        top = target.bounding_box()["y"]
        bottom = view.page.evaluate("scrollY + innerHeight >= document.documentElement.scrollHeight - 1")
        assert -1 <= top < 100 or bottom, link.inner_text()


def test_nothing_is_said_in_the_console_while_it_is_used(open_page: Any) -> None:
    view: View = open_page("gallery")
    for control in view.page.locator("summary:visible,button:visible").all():
        control.click()
    for plot in view.page.locator(".plot").all():
        plot.hover()
    assert view.said == [] and view.asked == [view.page.url]


@pytest.mark.parametrize("has_scripts", [True, False])
def test_data_and_picture_are_saved_from_the_page(has_scripts: bool, open_page: Any) -> None:
    view: View = open_page("report", java_script_enabled=has_scripts)
    tools = view.page.locator(".tools").first
    saved = {}
    for name in ("CSV", "SVG"):
        with view.page.expect_download() as download:
            tools.get_by_text(name, exact=True).click()
        saved[download.value.suggested_filename] = Path(download.value.path()).read_text(encoding="utf-8")
    [csv, svg] = sorted(saved)
    assert csv.endswith(".csv") and "," in saved[csv].splitlines()[0] and len(saved[csv].splitlines()) > 10
    assert svg.endswith(".svg") and ElementTree.fromstring(saved[svg]).tag == "{http://www.w3.org/2000/svg}svg"
