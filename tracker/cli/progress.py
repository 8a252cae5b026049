"""The bar of a running walk: models, pages, quota left, expected end. Only on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress

    from tracker.api.operate import Progress
    from tracker.api.past import Progress as PastProgress


@contextmanager
def walking() -> Iterator[Progress | None]:
    """Yield something that draws a bar on stderr, or None where nobody watches."""
    if not sys.stderr.isatty() or click.get_current_context().meta.get("tracker.quiet"):
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("collecting"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("models · {task.fields[pages]} pages · {task.fields[quota]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        yield Bar(bar)


@contextmanager
def backfilling(archive: str) -> Iterator[PastProgress | None]:
    """Yield something that draws how far a backfill is, or None where nobody watches."""
    if not sys.stderr.isatty() or click.get_current_context().meta.get("tracker.quiet"):
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn(archive),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("days · {task.fields[day]} · {task.fields[fetched]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        yield PastBar(bar)


class PastBar:
    """Turns what a backfill tells of its days into a rich progress bar."""

    def __init__(self, bar: RichProgress) -> None:
        self._bar = bar
        self._task = bar.add_task("backfilling", total=None, day="", fetched="")

    def observation(self, done: int, wanted: int, day: date, fetched_bytes: int) -> None:
        """Show the state after one more day."""
        self._bar.update(
            self._task, completed=done, total=wanted, day=str(day), fetched=f"{fetched_bytes / 1e6:,.1f} MB"
        )


class Bar:
    """Turns the collector's page reports into a rich progress bar."""

    def __init__(self, bar: RichProgress) -> None:
        self._bar = bar
        self._task = bar.add_task("collecting", total=None, pages=0, quota="")

    def page(
        self, models: int, pages: int, expected_models: int | None, quota_left: int | None, wait_seconds: float
    ) -> None:
        """Show the state after one more page; a wait for the quota is said, not hidden."""
        quota = "" if quota_left is None else f"{quota_left:,} requests left"
        if wait_seconds >= 1:
            quota = f"waiting {wait_seconds:.0f} s for the quota"
        self._bar.update(self._task, completed=models, total=expected_models, pages=pages, quota=quota)
