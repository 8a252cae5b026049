"""The site in a browser, a page of every kind: whole, legible, accessible, searchable, with scripts and without."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.view import View
from tests.pages.site.conftest import demo_site
from tests.pages.site.test_site_strangers import MODELS, strange

__all__ = ["demo_site", "strange"]

KINDS = ("index.html", "families/index.html", "families/qwen.html", "countries/cn.html", "origins.html", "claims.html",
         "method.html", "data.html", "f/year.html", "report/index.html", "report/2026-w47.html", "MODEL")  # fmt: skip
LOOKS = [(name, width, theme) for name in KINDS for width, theme in ((400, "dark"), (1400, "light"))]


def path_of(root: Path, kind: str) -> Path:
    return next(iter(sorted(root.glob("models/qwen/*.html")))) if kind == "MODEL" else root / kind


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


@pytest.mark.parametrize(("kind", "width", "theme"), LOOKS)
def test_a_page_is_whole_legible_and_accessible(kind: str, width: int, theme: str, show: Any, demo_site: Path) -> None:
    from axe_playwright_python.sync_playwright import Axe

    view = show(path_of(demo_site, kind), width, theme)
    assert view.said == [] and view.seen("missingFonts") == []
    assert all(address.startswith(demo_site.as_uri()) for address in view.asked), "nothing beyond the folder is asked"
    assert view.seen("collisions") == [] and view.seen("sideways") == {"by": 0, "out": []}
    assert view.seen("faintTexts", 4.5)["faint"] == []
    # contrast is judged above, of every text, in a tenth of the time
    options = {"resultTypes": ["violations"], "rules": {"color-contrast": {"enabled": False}}}
    found = Axe().run(view.page, options=options).response["violations"]
    assert [f"{each['id']}: {node['html'][:140]}" for each in found for node in each["nodes"][:2]] == []
    view.close()


@pytest.mark.parametrize("kind", KINDS)
def test_without_scripts_a_page_says_the_same(kind: str, show: Any, demo_site: Path) -> None:
    plain, scripted = (show(path_of(demo_site, kind), java_script_enabled=on) for on in (False, True))
    assert plain.seen("words") == scripted.seen("words")
    assert plain.page.locator("button:visible").count() == 0


@pytest.mark.parametrize("kind", ["index.html", "families/qwen.html", "claims.html"])
def test_pages_print_light_and_without_what_is_for_the_screen(kind: str, show: Any, demo_site: Path) -> None:
    import pypdfium2

    view = show(path_of(demo_site, kind), theme="dark")
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
