"""The site of a published copy: plain files that any static host serves, or that are opened from the disk."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import polars as pl

from tracker import disk, files
from tracker.answers import Rows
from tracker.api.copy import Copy
from tracker.api.report import published_at
from tracker.errors import SettingsError, TrackerError
from tracker.pages.drawing import Studio
from tracker.pages.report import folder
from tracker.pages.site import former, frozen, render
from tracker.pages.site.build import Options, Site
from tracker.pages.site.tree import whole
from tracker.pages.site.tree.whole import Written
from tracker.store import registries

if TYPE_CHECKING:
    from tracker.settings import Settings

__all__ = ["TIMEOUT_SECONDS", "Options", "Written", "is_due", "is_frozen", "stands", "verify", "write"]

TIMEOUT_SECONDS = 600.0  # of one question: nobody waits for it, and claims take a minute at 3.5 million models


def write(copy: Copy, root: Path, options: Options | None = None) -> Written:
    """Write the site of a copy into a folder, in one step; return how many of its files are new or changed.

    Raises SettingsError for a folder that holds something else, Busy if another run writes there.
    """
    chosen = options or Options()
    _check(chosen)
    place = root.resolve()
    if not files.is_copy(copy.data_dir) and (
        place == copy.data_dir.resolve() or place in copy.data_dir.resolve().parents
    ):
        raise SettingsError(f"{root} holds the data folder {copy.data_dir}; name another folder for the site")
    with copy.published.together():
        return whole.write(render.files(_site(copy, chosen)), root, copy.facts.copy_id or "")


def is_due(copy: Copy, root: Path, *, freeze: bool = False) -> bool:
    """Return whether the site in a folder is not of this copy, or lacks the frozen version that `freeze` asks for."""
    if not copy.facts.copy_id or whole.shown(root) != copy.facts.copy_id:
        return True
    return freeze and not (root / frozen.place(copy.facts) / frozen.MANIFEST).exists()


def stands(root: Path) -> bool:
    """Return whether a folder holds a site."""
    return disk.has_file(root / whole.LISTING)


def _site(copy: Copy, options: Options) -> Site:
    notes, pages = ([], {}) if files.is_copy(copy.data_dir) else folder.kept(copy.data_dir / "reports")
    studio = Studio(copy.published, copy.definition("default"), copy.registry)
    now, earlier = (
        (None, []) if files.is_copy(copy.data_dir) else registries(copy.data_dir, copy.facts.registry_version)
    )
    return Site(
        studio,
        options,
        published_at(copy),
        notes,
        pages,
        former.families(now, earlier),
        former.developers(now, earlier),
    )


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


def is_frozen(content: bytes) -> bool:
    """Return whether a file is the manifest of a frozen version."""
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return False
    return isinstance(found, dict) and found.get("kind") == frozen.KIND


def verify(settings: Settings, content: bytes) -> Rows:
    """Draw the figures of a frozen version again, from its own copy if that is kept, else from the present one.

    One row a figure: `figure`, `verdict` (same | differs | gone), `title`, `rows_id` as frozen and `rows_id_now`.
    Raises SettingsError for an incomplete manifest.
    """
    manifest = json.loads(content)
    wanted, generation = manifest.get("figures"), manifest.get("generation")
    if not isinstance(wanted, dict) or not all(_is_told(each) for each in wanted.values()):
        raise SettingsError("this manifest lacks figures with their rows; take one that `tracker site --freeze` wrote")
    with ExitStack() as stack:
        copy = stack.enter_context(Copy(settings))
        notes = "asked of the copy that it was made from"
        if manifest.get("copy_id") != copy.facts.copy_id:
            kept = _kept(settings, stack, generation, manifest.get("copy_id"))
            notes = notes if kept else f"its copy is not kept; asked of generation {copy.facts.generation}"
            copy = kept or copy
        pages = _site(copy, Options(pictures=False))
        rows = [_row(slug, told, frozen.again(pages, slug)) for slug, told in sorted(wanted.items())]
    return Rows.of(pl.DataFrame(rows, schema=_VERIFIED, orient="row"), notes=(notes,))


_VERIFIED = dict.fromkeys(("figure", "verdict", "title", "rows_id", "rows_id_now"), pl.String)


def _is_told(told: object) -> bool:
    return (
        isinstance(told, dict)
        and isinstance(told.get("answers"), list)
        and all(isinstance(each, dict) and isinstance(each.get("rows_id"), str) for each in told["answers"])
    )


def _row(slug: str, told: Mapping[str, Any], now: Mapping[str, Any] | None) -> tuple[str | None, ...]:
    before = [each["rows_id"] for each in told["answers"]]
    after = [each["rows_id"] for each in now["answers"]] if now else []
    verdict = "gone" if now is None else "same" if (before, told.get("csv")) == (after, now["csv"]) else "differs"
    return slug, verdict, told.get("title"), next(iter(before), None), next(iter(after), None)


def _kept(settings: Settings, stack: ExitStack, generation: object, copy_id: object) -> Copy | None:
    """Return the copy that a frozen version was made from; None if it is not kept."""
    if not isinstance(generation, int):
        return None
    try:
        copy = stack.enter_context(Copy(settings, generation=generation))
    except TrackerError:
        return None
    return copy if copy.facts.copy_id == copy_id else None
