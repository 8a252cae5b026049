"""Shares that a definition gives otherwise since the registry has another version of it, of what readers have now."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import date

from tracker import answers, store
from tracker.errors import NothingPublished, TrackerError
from tracker.registry import Registry
from tracker.registry.definitions import Definition
from tracker.settings import Settings

log = logging.getLogger(__name__)

FIRST = date(2022, 3, 1)  # the Hub dates everything older to this month
VALUES = ("derivatives", "share")

Row = tuple[str, date, str, float | None, float | None]  # figure, month, group, before, after


def redefined(settings: Settings, curated: Registry) -> list[Row]:
    """Return by definition, month and group what its choices of before give of the published copy, and those of now."""
    try:
        with store.open_published(settings.data_dir, memory_limit=settings.memory_limit) as published:
            before = published.definitions()
            return [row for now in curated.definitions if now.name in before
                    for row in _of_definition(published, before[now.name], now)]  # fmt: skip
    except NothingPublished:
        return []


def _of_definition(published: store.Published, before: Definition, now: Definition) -> Iterator[Row]:
    is_share = {"share"} == {before.measure, now.measure} and not (before.needs_list or now.needs_list)
    if before.choices() == now.choices() or not is_share or before.group_by != now.group_by:
        return
    try:
        said, says = (_said(published, each) for each in (before, now))
    except TrackerError as error:  # it names what this copy does not know
        log.warning("what the definition %s restates cannot be told: %s", now.name, error)
        return
    for month, group in sorted({*said, *says}):
        values = zip(
            VALUES, said.get((month, group), (None, None)), says.get((month, group), (None, None)), strict=True
        )
        for name, was, is_now in values:
            if (was or 0) != (is_now or 0):
                yield f"definitions.{now.name}.{name}", date.fromisoformat(f"{month}-01"), group, was, is_now


def _said(published: store.Published, definition: Definition) -> dict[tuple[str, str], tuple[float | None, ...]]:
    found = answers.share(published, definition, first=FIRST).table.dicts()
    return {(row["month"], row[definition.group_by]): tuple(row[name] for name in VALUES) for row in found}
