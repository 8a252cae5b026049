"""The site of a published copy: plain files that any static host serves, or that are opened from the disk."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

from tracker import files
from tracker.api.copy import Copy
from tracker.api.report import published_at
from tracker.errors import SettingsError
from tracker.pages.drawing import Studio
from tracker.pages.report import folder
from tracker.pages.site import render
from tracker.pages.site.build import Options, Site
from tracker.pages.site.tree import whole
from tracker.pages.site.tree.whole import Written

__all__ = ["Options", "Written", "write"]


def write(copy: Copy, root: Path, options: Options | None = None) -> Written:
    """Write the site of a copy into a folder, in one step, and say how many of its files are new or changed.

    Raises SettingsError for a folder that holds something else, Busy where another run writes there.
    """
    chosen = options or Options()
    _check(chosen)
    place = root.resolve()
    if not files.is_copy(copy.data_dir) and (
        place == copy.data_dir.resolve() or place in copy.data_dir.resolve().parents
    ):
        raise SettingsError(f"{root} holds the data folder {copy.data_dir}; name another folder for the site")
    return whole.write(render.files(_site(copy, chosen)), root)


def _site(copy: Copy, options: Options) -> Site:
    notes, pages = ([], {}) if files.is_copy(copy.data_dir) else folder.kept(copy.data_dir / "reports")
    studio = Studio(copy.published, copy.definition("default"), copy.registry)
    return Site(studio, options, published_at(copy), notes, pages)


def _check(options: Options) -> None:
    parts = urlsplit(options.base_url)
    if options.base_url and not (
        parts.scheme in ("http", "https") and parts.netloc and not parts.query + parts.fragment
    ):
        raise SettingsError(f"{options.base_url!r} is no address of a site; write it as https://example.org/tracker/")
    if re.search(r"[\s\"'<>\\]", options.base_url):
        raise SettingsError(f"{options.base_url!r} holds what no address holds as it stands; write it percent-encoded")
    if options.models < 0:
        raise SettingsError("the number of models with a page is 0 or more")
