"""The documents as a site, every page in a browser: it is whole, asks nothing of the network, and is accessible."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import docs_site, documents
from tests.browser.test_site_shown import violations
from tests.browser.view import View

pytest.importorskip("sphinx", reason="the extra `docs` is not installed")

PAGES = [path.relative_to(documents.ROOT).with_suffix(".html").as_posix() for path in documents.documents()]
WIDTHS, LOOKED_AT = (1700, 1400, 400), (1400, 400)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built once; a link or an anchor that leads nowhere is complained of."""
    folder = tmp_path_factory.mktemp("docs") / "site"
    assert docs_site.build(folder) == ""
    return folder


@pytest.fixture
def show(chromium: Any, site: Path) -> Iterator[Any]:
    opened: list[View] = []

    def one(page: str) -> View:
        opened.append(View(chromium, f"{site.as_uri()}/{page}", 1400, "light", {}))
        return opened[-1]

    yield one
    for view in opened:
        view.close()


@pytest.mark.parametrize("page", [*PAGES, "docs/index.html", "data/registry/README.html", "search.html"])
def test_a_page_is_whole_and_accessible(page: str, show: Any, site: Path) -> None:
    view = show(page)
    assert view.said == []
    assert all(address.startswith(site.as_uri()) for address in view.asked), "nothing beyond the folder is asked"
    for width in WIDTHS:
        view.page.set_viewport_size({"width": width, "height": 900})
        assert view.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{width}: it scrolls sideways"
        assert width not in LOOKED_AT or violations(view) == [], (
            width
        )  # the last, since what looks asks for the styles itself


def test_what_is_searched_is_found(show: Any) -> None:
    view = show("search.html?q=fractional")
    view.page.wait_for_selector("ul.search li a")
    assert view.page.locator("ul.search li a").count() > 2
