"""Tools for a curator of the registry: check it, look up names, measure coverage, find stale rows, add rows."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import polars as pl

from tracker import curation, registry, store
from tracker.answers import Rows
from tracker.errors import TrackerError
from tracker.registry import Problem, Registry
from tracker.settings import Settings

if TYPE_CHECKING:
    from tracker.curation.coverage import Queryable
    from tracker.curation.pages import Visit

Weight = Literal["downloads", "derivatives"]
ORDERS = {"downloads": "downloads_30d", "derivatives": "derivatives"}


def check(settings: Settings, *, stale: bool = False) -> list[Problem]:
    """Return every problem of the registry; `str()` of one is `path:line: message`.

    `stale`: if the registry has no problem, also return the rows that the newest snapshot makes doubtful.
    """
    problems = registry.check(settings.registry)
    return problems if problems or not stale else _stale(settings)


def sources(settings: Settings, *, only: str | None = None) -> list[Visit]:
    """Open every page that the registry (or `only` one of its files) names; return the result of each visit.

    Raises UnknownName for a file that a registry does not have. It uses the network, one page a second for each host.
    """
    from tracker.curation import pages

    return pages.visit(curation.addresses(settings.registry, only))


def summary(settings: Settings) -> str:
    """Return one line of counts about the registry. Raises RegistryError if it has problems."""
    book = registry.load(settings.registry)
    counts = (
        f"{len(book.organizations):,} organizations, {len(book.lines):,} families and lines, {len(book.roots):,} rules"
    )
    return f"registry {book.version}: {counts}"


def show(settings: Settings, name: str) -> Rows:
    """Return all facts of the registry about a family, line, organization, namespace or model, with their sources."""
    return Rows.of(pl.DataFrame([asdict(fact) for fact in curation.show(name, registry.load(settings.registry))]))


def coverage(
    settings: Settings,
    *,
    sample: Path | None = None,
    following: Literal["organizations", "roots"] | None = None,
    by: Weight = "downloads",
    limit: int = 25,
) -> Rows:
    """Return how much of the published copy, or of a recorded sample, the registry covers.

    `following` instead returns what is missing and weighs most: rows of that file, ready to fill in.
    """
    book = registry.load(settings.registry)
    if sample is not None:
        tables = curation.sample_tables(curation.read_sample(sample), book)
        return Rows.of(_covered(tables, book, following, ORDERS[by], limit))
    with store.open_published(settings.data_dir) as published:
        facts = published.facts()
        about = [f"snapshot {facts.snapshot_date} · scope {facts.scope} · registry {facts.registry_version}"]
        about += ["synthetic demo data"] if facts.synthetic else []
        return Rows.of(_covered(published, book, following, ORDERS[by], limit), notes=tuple(about))


def coverage_of(
    settings: Settings, source: str, *, sample: Path | None = None, names: bool = False, limit: int = 25
) -> Rows:
    """Return how much of another source's rows has a developer and country, a family, known open or closed weights.

    The rows are those of the published copy, or of a recorded file (`sample`). `names` instead returns the names
    without attribution, the heaviest first.
    """
    from tracker.curation import elsewhere

    book = registry.load(settings.registry)
    if sample is None:
        with store.open_published(settings.data_dir) as published:
            frame = elsewhere.rows_of(source, published)
    else:
        frame = elsewhere.read(sample)
    if names:
        return Rows.of(elsewhere.unattributed(source, frame, book, limit))
    return Rows.of(_figures(elsewhere.coverage_of(source, frame, book)))


def audit(settings: Settings, *, sample: Path | None = None, unsupported: bool = False) -> Rows:
    """Return where the data contradict rules of the registry, one row per rule and contradiction (`curation.audit`)."""
    rows = curation.audit(_declared(settings, sample), registry.load(settings.registry), unsupported=unsupported)
    return Rows.of(rows)


def renames(settings: Settings, *, sample: Path | None = None) -> Rows:
    """Return pairs of namespaces that may be the old and new name of one (see `curation.renames`)."""
    book = registry.load(settings.registry)
    if sample is not None:
        return Rows.of(curation.renames(list(_declared(settings, sample).candidates.names), book))
    with store.open_published(settings.data_dir) as published:
        return Rows.of(curation.renames(list(curation.of_copy(published).candidates.names), book, published))


def diff(settings: Settings, old: Path, new: Path, *, sample: Path | None = None, least: float = 0.1) -> Rows:
    """Return which shares of the new derivatives move between two registry folders (see `curation.moved`)."""
    books = registry.load(old), registry.load(new)
    rows = curation.moved(_declared(settings, sample), *books, least=least)
    return Rows.of(rows, notes=(f"registry {books[0].version} → {books[1].version}",))


def _declared(settings: Settings, sample: Path | None) -> curation.Declared:
    if sample is not None:
        return curation.of_sample(curation.read_sample(sample))
    with store.open_published(settings.data_dir) as published:
        return curation.of_copy(published)


def add(settings: Settings, kind: str, cells: dict[str, str]) -> curation.Added:
    """Insert a row into the registry's file of its kind, in the order of keys. Raises RegistryError with its faults."""
    return curation.add(kind, cells, settings.registry)


def sort(settings: Settings) -> list[str]:
    """Sort the rows of the registry's files, and return the files that were not sorted."""
    return curation.sort(settings.registry)


def _covered(tables: Queryable, book: Registry, following: str | None, order: str, limit: int) -> pl.DataFrame:
    if following == "organizations":
        return curation.next_organizations(tables, limit, order)
    if following == "roots":
        return curation.next_roots(tables, limit, order)
    return _figures(curation.coverage(tables, book))


def _figures(covered: list[curation.Coverage]) -> pl.DataFrame:
    return pl.DataFrame([asdict(each) | {"share": each.share if each.total else None} for each in covered])


def _stale(settings: Settings) -> list[Problem]:
    with store.open_published(settings.data_dir) as published:
        facts = published.facts()
        if facts.synthetic:
            raise TrackerError("the newest snapshot is synthetic demo data and cannot say what is stale")
        return curation.stale(published, registry.load(settings.registry), facts.scope == "full")
