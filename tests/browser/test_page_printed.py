"""The report on paper: few pages, no figure split, light whatever the theme of the screen."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.browser.conftest import PAGES


def printed(view: Any) -> Any:
    """Return the document that a page is printed as."""
    import pypdfium2

    return pypdfium2.PdfDocument(view.page.pdf(prefer_css_page_size=True, print_background=True))


def told(text: str) -> str:
    """Return a text without what lines and ligatures do to it."""
    return re.sub(r"\s+", "", text)


@pytest.mark.parametrize("name", PAGES)
def test_it_prints_on_few_pages_and_splits_no_figure(name: str, open_page: Any) -> None:
    view = open_page(name, theme="dark")
    figures = view.page.evaluate(
        "Array.from(document.querySelectorAll('.fig')).map(one => [one.querySelector('h2').textContent,"
        " one.querySelector('figcaption p:last-child').textContent])"
    )
    pages = [told(page.get_textpage().get_text_bounded()) for page in printed(view)]
    assert all(pages), "no page is empty"
    assert len(pages) <= 3 + len(figures) // 2 + len(figures) % 2, f"{len(pages)} pages for {len(figures)} figures"
    for title, source in figures:
        held = [at for at, page in enumerate(pages) if told(title) in page]
        assert any(told(source) in pages[at][pages[at].index(told(title)) :] for at in held), f"split: {title}"
    assert not any("Howitiscounted" in page for page in pages), "tools stay on the screen"


def test_it_prints_light_under_a_dark_system_and_a_dark_choice(open_page: Any) -> None:
    view = open_page("report", theme="dark")
    view.page.evaluate("document.documentElement.dataset.theme = 'dark'")
    document = printed(view)
    for page in document:
        width, height = page.get_size()
        assert (round(width), round(height)) == (595, 842), "A4"
        shown = page.render(scale=0.5).to_numpy()
        assert shown[:5].min() >= 250 and (shown.min(axis=2) > 200).mean() > 0.6
