"""A small published copy with planted lineage, small enough to count by hand, made by the real load and publish.

Snapshot 2026-10-05. In September 2026 nine derivatives and one root were created:

    carol/tune     finetune of Qwen3-8B-Instruct       -> Qwen, two steps
    dave/lora      adapter of unsloth/Qwen3-8B         -> Qwen, through a mirror that declares nothing
    erin/merge     merge of Qwen3-8B and Llama-3.1-8B  -> half Qwen, half Llama
    frank/tune     finetune of Llama-3.1-8B            -> Llama
    bart/tune-GGUF quantized of carol/tune             -> Qwen, three steps
    gina/ghost     finetune of a parent not on the Hub -> unreviewed, dangling
    hugo/solo-ft   finetune of someone/solo            -> unreviewed
    mistralai/M-Q  quantized of Mistral-7B, by its own developer; gone on 2026-10-05
    ivan/old       finetune of Llama-2-gone            -> Llama by its name, dangling
    judy/new       a root

Nights: 2026-09-04, -05, -08, -30 and 2026-10-05. All-time counters grow by 1 a day, but Mistral's fall; the
30-day window of carol/tune, called carol/draft until September ended, shrinks by 2 a day.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from tests.registry_folder import write_registry
from tests.store.nights import land, model, update
from tracker import registry, store
from tracker.registry.definitions import Definition
from tracker.settings import Settings
from tracker.sql import connect
from tracker.sql.render import render
from tracker.store.flow import shown as flow
from tracker.store.publish import annotated
from tracker.store.record import rollup_files
from tracker.table import Table

SNAPSHOT = date(2026, 10, 5)
NIGHTS = (date(2026, 9, 4), date(2026, 9, 5), date(2026, 9, 8), date(2026, 9, 30), SNAPSHOT)
MISSING = 27  # days between the first and the last night that have none

# number, name, created, relation, parents (number and name), downloads 30d and all time on the snapshot, task, library
TEXT, TRANSFORMERS = "text-generation", "transformers"
MODELS: list[tuple[int, str, str, str | None, list[tuple[int, str]], int, int, str | None, str | None]] = [
    (1, "Qwen/Qwen3-8B", "2025-04-28", None, [], 1000, 9000, TEXT, TRANSFORMERS),
    (2, "meta-llama/Llama-3.1-8B", "2024-07-23", None, [], 800, 20000, TEXT, TRANSFORMERS),
    (3, "mistralai/Mistral-7B", "2023-09-27", None, [], 300, 30000, TEXT, TRANSFORMERS),
    (4, "someone/solo", "2026-07-01", None, [], 5, 40, None, None),
    (5, "unsloth/Qwen3-8B", "2025-04-29", None, [], 200, 2000, TEXT, TRANSFORMERS),
    (6, "Qwen/Qwen3-8B-Instruct", "2026-08-02", "finetune", [(1, "Qwen/Qwen3-8B")], 400, 900, TEXT, TRANSFORMERS),
    (10, "carol/tune", "2026-09-02", "finetune", [(6, "Qwen/Qwen3-8B-Instruct")], 100, 120, TEXT, TRANSFORMERS),
    (11, "dave/lora", "2026-09-03", "adapter", [(5, "unsloth/Qwen3-8B")], 3, 40, None, "peft"),
    (12, "erin/merge", "2026-09-04", "merge", [(1, "Qwen/Qwen3-8B"), (2, "meta-llama/Llama-3.1-8B")], 10, 40, TEXT,
     TRANSFORMERS),
    (13, "frank/tune", "2026-09-10", "finetune", [(2, "meta-llama/Llama-3.1-8B")], 50, 60, TEXT, TRANSFORMERS),
    (14, "bart/tune-GGUF", "2026-09-11", "quantized", [(10, "carol/tune")], 7, 7, TEXT, "gguf"),
    (15, "gina/ghost", "2026-09-12", "finetune", [(901, "ghost/gone")], 0, 5, None, None),
    (16, "hugo/solo-ft", "2026-09-13", "finetune", [(4, "someone/solo")], 20, 20, "image-classification", None),
    (17, "mistralai/M-Q", "2026-09-14", "quantized", [(3, "mistralai/Mistral-7B")], 8, 8, None, "gguf"),
    (18, "ivan/old", "2026-09-30", "finetune", [(902, "meta-llama/Llama-2-gone")], 6, 6, TEXT, TRANSFORMERS),
    (19, "judy/new", "2026-09-30", None, [], 1, 6, None, None),
]  # fmt: skip


def rows(night: date) -> Iterator[dict[str, Any]]:
    """Yield the models of a night, as the collector lands them."""
    age = (SNAPSHOT - night).days
    for number, name, created, relation, parents, downloads, all_time, task, library in MODELS:
        if date.fromisoformat(created) > night or (number == 17 and night == SNAPSHOT):
            continue
        if night < SNAPSHOT:
            name = "carol/draft" if number == 10 else name
            parents = [(903, "someone/other")] if number == 16 else parents
        yield model(
            name,
            number,
            # the last minute of the day in UTC, which is another day elsewhere
            created_at=datetime.fromisoformat(f"{created}T23:59:00").replace(tzinfo=UTC),
            downloads_30d=downloads + (2 * age if number == 10 else 0),
            downloads_all_time=50_000 if number == 3 and night < SNAPSHOT else max(0, all_time - age),
            likes=number,
            pipeline_tag=task,
            library_name=library,
            parameters=8_000_000_000,
            **({"relation": relation, "parents": parents} if relation else {}),
        )


def curated(folder: Path) -> registry.Registry:
    """Write and load the registry that decides on the planted names."""
    write_registry(
        folder,
        organizations=[
            {"namespace": "Qwen", "organization": "Alibaba Cloud", "country": "CN"},
            {"namespace": "meta-llama", "organization": "Meta", "country": "US"},
            {"namespace": "mistralai", "organization": "Mistral AI", "country": "FR"},
            {"namespace": "unsloth", "organization": "Unsloth", "country": "US"},
        ],
        families=[
            {"line": "Qwen", "developer": "Alibaba Cloud", "first_release": "2023-08"},
            {"line": "Qwen3", "parent": "Qwen", "developer": "Alibaba Cloud", "first_release": "2025-04"},
            {"line": "Llama", "developer": "Meta", "first_release": "2023-02"},
            {"line": "Llama 3", "parent": "Llama", "developer": "Meta", "first_release": "2024-04"},
            {"line": "Mistral", "developer": "Mistral AI", "first_release": "2023-09"},
        ],
        roots=[
            {"pattern": "Qwen/Qwen3-*", "line": "Qwen3"},
            {"pattern": "meta-llama/*", "line": "Llama"},
            {"pattern": "meta-llama/Llama-3*", "line": "Llama 3"},
            {"pattern": "mistralai/Mistral-*", "line": "Mistral"},
        ],
        mirrors=[
            {"pattern": "unsloth/Qwen3-8B", "rule": "exact", "target": "Qwen/Qwen3-8B", "relation": "copy"},
        ],
        countries=[
            {"country": "CN", "name": "China", "region": "Asia"},
            {"country": "FR", "name": "France", "region": "Europe", "eu": "true"},
            {"country": "US", "name": "United States", "region": "Americas"},
        ],
    )
    shutil.copy(registry.default_directory() / "definitions.csv", folder)
    return registry.load(folder)


def covered(night: date, scope: str) -> list[dict[str, Any]]:
    """Return the models of a night that a scope holds."""
    kind, _, value = scope.partition(":")
    found = list(rows(night))
    if kind == "top":
        return sorted(found, key=lambda each: -each["downloads_30d"])[: int(value)]
    return [each for each in found if kind == "full" or each["publisher"] == value]


@cache
def folder(synthetic: bool = False, scope: str = "full", before: str = "") -> Path:
    """Return a data folder whose nights went through the real load, resolve and publish, once per process.

    Synthetic data and partial scopes have the last night only; `before` is the scope of the night before it in a
    folder of two.
    """
    kept = tempfile.TemporaryDirectory(prefix="tracker-planted-")
    _KEPT.append(kept)
    data_dir = Path(kept.name) / "data"
    settings = Settings(data_dir=data_dir, memory_limit="1GB", threads=2)
    known = curated(Path(kept.name) / "registry")
    nights = dict.fromkeys(NIGHTS if (scope, synthetic) == ("full", False) else NIGHTS[-1:], scope)
    if before:
        nights = {NIGHTS[-2]: before, NIGHTS[-1]: scope}
    for night, held in nights.items():
        update(settings, known, land(data_dir, night, covered(night, held), scope=held, synthetic=synthetic))
    return data_dir


_KEPT: list[tempfile.TemporaryDirectory[str]] = []


@contextmanager
def published(**about: Any) -> Iterator[store.Published]:
    """Open the planted copy as a user would."""
    with store.open_published(folder(**about), memory_limit="1GB") as handle:
        yield handle


@cache
def _laid() -> Path:
    """Return the planted copy as one file of tables, and views over these, made once per process."""
    path = folder().parent / "laid.duckdb"
    with duckdb.connect(path) as connection:
        connection.execute(f"attach '{(folder() / 'tracker.duckdb').resolve()}' as planted (read_only)")
        for relation in annotated.relations("published.sql"):
            connection.execute(f"create table {relation.name} as from planted.{relation.name}")
        for rollup, table in rollup_files.OPEN.items():
            connection.execute(f"create or replace table {table} as from planted.{rollup}")
        connection.execute("create table record as from planted.counters")
        signals = "select view_name from duckdb_views() where database_name = 'planted' and view_name like '%_current'"
        for (signal,) in connection.execute(signals).fetchall():
            connection.execute(f"create table {signal} as from planted.{signal}")
        connection.execute("detach planted")
        sources = {
            "nightly": "record",
            "history": "record",
            "newest": "null::date",
            **rollup_files.OPEN,
            **flow.sources(),
        }
        for relation in (*annotated.relations("published_views.sql"), *annotated.relations("record_views.sql")):
            connection.execute(relation.over(sources))
    return path


@cache
def _told() -> tuple[store.SnapshotFacts, Mapping[str, Definition]]:
    """Return what the planted copy says of itself, and its definitions."""
    with published() as handle:
        return handle.facts(), handle.definitions()


class Altered:
    """The planted copy as tables, where a test may change what stands in it; it answers as the sealed one does."""

    def __init__(self, path: Path) -> None:
        self._facts, self._definitions = _told()
        self.connection = duckdb.connect(shutil.copy(_laid(), path))
        self.connection.execute("set timezone = 'America/New_York'")  # an answer must not depend on it

    def query(self, sql: str, parameters: Mapping[str, Any] | None = None, *, common: str = "") -> pl.DataFrame:
        return connect.frame(self.connection, sql, parameters)

    def table(self, sql: str, parameters: Mapping[str, Any] | None = None, *, common: str = "") -> Table:
        return connect.table(self.connection, sql, parameters)

    def render(self, sql: str, parameters: Mapping[str, Any] | None = None) -> str:
        return render(sql, parameters or {})

    def has(self, table: str) -> bool:
        return True

    def facts(self) -> store.SnapshotFacts:
        return self._facts

    def definitions(self) -> Mapping[str, Definition]:
        return self._definitions


@contextmanager
def altered(*statements: str) -> Iterator[Altered]:
    """Open the planted copy as tables, changed by SQL."""
    with tempfile.TemporaryDirectory(prefix="tracker-altered-") as place:
        handle = Altered(Path(place) / "altered.duckdb")
        try:
            for statement in statements:
                handle.connection.execute(statement)
            yield handle
        finally:
            handle.connection.close()
