"""The site in a browser, a page of every kind: whole, legible, accessible, searchable, with scripts and without."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.view import View
from tests.pages.site.conftest import changed, demo_site, shared, strange, strange_folder
from tests.pages.site.strangers import MODELS

__all__ = ["changed", "demo_site", "shared", "strange", "strange_folder"]

KINDS = ("index.html", "families/index.html", "families/qwen.html", "countries/cn.html", "publishers/index.html",
         "publishers/qwen.html", "origins.html", "claims.html", "method.html", "restatements.html", "data.html",
         "f/year.html", "report/index.html", "report/2026-w47.html", "MODEL", "FROZEN")  # fmt: skip
THEMES, WIDTHS = ("light", "dark"), (1400, 400)


def path_of(root: Path, kind: str, frozen: Path) -> Path:
    places = {"MODEL": root.glob("models/qwen/*.html"), "FROZEN": frozen.glob("v/2*/families.html")}
    return next(iter(sorted(places[kind]))) if kind in places else root / kind


@pytest.fixture(scope="module")
def show(chromium: Any) -> Iterator[Any]:
    """Open a page of a folder; all are closed at the end."""
    opened: list[View] = []

    def one(path: Path, width: int = 1400, theme: str = "light", **options: Any) -> View:
        opened.append(View(chromium, path.as_uri(), width, theme, options))
        return opened[-1]

    yield one
    for view in opened:
        view.close()


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_is_whole_legible_and_accessible(kind: str, show: Any, demo_site: Path, changed: Path) -> None:
    """At both widths in both themes; what themes cannot change is looked at in one of them."""
    view = show(path_of(demo_site, kind, changed / "public"))
    for width in WIDTHS:
        view.page.set_viewport_size({"width": width, "height": 900})
        assert view.seen("collisions") == [] and view.seen("sideways") == {"by": 0, "out": []}, width
        for theme in THEMES:
            view.page.emulate_media(color_scheme=theme)
            assert view.seen("faintTexts", 4.5)["faint"] == [], f"{width} {theme}"
    assert view.said == [] and view.seen("missingFonts") == []
    root = changed / "public" if kind == "FROZEN" else demo_site
    assert all(address.startswith(root.as_uri()) for address in view.asked), "nothing beyond the folder is asked"
    for width in WIDTHS:  # the last, since what looks asks for the style itself, which a page may not
        view.page.set_viewport_size({"width": width, "height": 900})
        assert violations(view) == [], width
    view.close()


def violations(view: View) -> list[str]:
    """Return what axe finds; contrast is judged above, of every text, in a tenth of the time."""
    from axe_playwright_python.sync_playwright import Axe

    options = {"resultTypes": ["violations"], "rules": {"color-contrast": {"enabled": False}}}
    found = Axe().run(view.page, options=options).response["violations"]
    return [f"{each['id']}: {node['html'][:140]}" for each in found for node in each["nodes"][:2]]


@pytest.mark.parametrize("kind", KINDS)
def test_without_scripts_a_page_says_the_same(kind: str, show: Any, demo_site: Path, changed: Path) -> None:
    path = path_of(demo_site, kind, changed / "public")
    plain, scripted = (show(path, java_script_enabled=on) for on in (False, True))
    assert plain.seen("words") == scripted.seen("words")
    assert plain.page.locator("button:visible").count() == 0
    plain.close()
    scripted.close()


@pytest.mark.parametrize("kind", ["index.html", "families/qwen.html", "claims.html"])
def test_pages_print_light_and_without_what_is_for_the_screen(kind: str, show: Any, demo_site: Path) -> None:
    import pypdfium2

    view = show(demo_site / kind, theme="dark")
    document = pypdfium2.PdfDocument(view.page.pdf(prefer_css_page_size=True, print_background=True))
    words = "".join(page.get_textpage().get_text_bounded() for page in document)
    shown = document[0].render(scale=0.5).to_numpy()
    assert shown[:5].min() >= 250 and "Cite and embed" not in words and "Find a family" not in words


def hits(view: View, text: str) -> list[str]:
    view.page.locator("#q").fill(text)
    view.page.wait_for_timeout(150)
    return [str(each).removesuffix(kind) for each in view.page.locator("#hits a").all_inner_texts() for kind in ("",)]


def test_the_search_finds_names_from_the_disk(show: Any, demo_site: Path) -> None:
    view = show(demo_site / "families/qwen.html")
    view.page.locator("#q").focus()
    view.page.wait_for_timeout(300)
    assert any(re.match("Llama", each) for each in hits(view, "llam"))
    assert hits(view, "no such thing") == []
    hits(view, "mistral")
    view.page.keyboard.press("ArrowDown")
    view.page.keyboard.press("Enter")
    view.page.wait_for_url(re.compile("mistral"))
    assert view.said == []


def test_names_that_every_object_has_are_found_as_names(show: Any, strange: tuple[Path, Any]) -> None:
    view = show(strange[0] / "index.html")
    view.page.locator("#q").focus()
    view.page.wait_for_timeout(300)
    for name in (each for each in MODELS if each.startswith("zq/") and each.partition("/")[2].strip("_").isalpha()):
        assert any(each.startswith(name) for each in hits(view, name.partition("/")[2])), name
    assert any(each.startswith("zq/constructor") for each in hits(view, "cons"))
    assert any("zq</script>" in each for each in hits(view, "zq</script>")) and view.said == []


def test_the_ledger_is_filtered_and_commands_open(show: Any, demo_site: Path) -> None:
    view = show(demo_site / "claims.html")
    view.page.get_by_role("button", name="cannot", exact=True).click()
    rows = view.page.locator("[data-verdict]")
    assert (
        rows.count() > 50
        and view.page.locator("[data-verdict]:visible").count() == view.page.locator('[data-verdict="cannot"]').count()
    )
    front = show(demo_site / "index.html")
    front.page.locator("a.c").first.click()
    assert front.page.locator(".asked code").first.is_visible()
