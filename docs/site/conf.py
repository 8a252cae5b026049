"""How the documents become a site (`make docs-site`): README and CONTRIBUTING with it, nothing from the network."""

import shutil
from pathlib import Path

from sphinx.application import Sphinx

import tracker

HERE = Path(__file__).parent

project = "hub-adoption-tracker"
author = "The authors of hub-adoption-tracker"
version = release = tracker.__version__
root_doc = "docs/index"
include_patterns = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "data/registry/README.md", "docs/*.md"]
extensions = ["myst_parser", "sphinx_copybutton"]
myst_enable_extensions = ["html_image"]
myst_heading_anchors = 4  # as a host of git makes them
copybutton_prompt_text = r"\$ |>>> |\.\.\. "
copybutton_prompt_is_regexp = True
copybutton_only_copy_prompt_lines = True
html_theme = "furo"
html_title = project
html_static_path = ["site.css"]
html_css_files = ["site.css"]
html_show_sourcelink = False
html_copy_source = False
html_show_copyright = False
suppress_warnings = ["misc.highlighting_failure"]  # what a command prints is no program

# what a reader who sees no page needs, and the theme does not say
SAID = {
    '<p class="caption" role="heading">': '<p class="caption" role="heading" aria-level="2">',
    '<th class="head"><p></p></th>': "<td></td>",
    "<pre>": '<pre tabindex="0">',  # it may be wider than the page, and is scrolled by keys
    '<div class="table-wrapper': '<div tabindex="0" class="table-wrapper',
    '<aside class="sidebar-drawer">': '<aside class="sidebar-drawer" aria-label="All pages">',
    '<aside class="toc-drawer">': '<aside class="toc-drawer" aria-label="On this page">',
    '<aside class="toc-drawer no-toc">': '<aside class="toc-drawer no-toc" aria-label="On this page">',
    '<div id="search-results">': '<h1>Search</h1><div id="search-results">',
}


def finish(app: Sphinx, error: Exception | None) -> None:
    """Bring the pictures that only a dark page shows, and say what readers by ear need."""
    if error is not None:
        return
    shutil.copytree(HERE.parent / "images", Path(app.outdir) / "docs" / "images", dirs_exist_ok=True)
    for page in Path(app.outdir).rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        for plain, said in SAID.items():
            text = text.replace(plain, said)
        page.write_text(text, encoding="utf-8")


def setup(app: Sphinx) -> None:
    """Tell Sphinx of it."""
    app.connect("build-finished", finish)
