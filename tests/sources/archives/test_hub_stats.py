"""The daily archive, over real HTTP: its days, its rows in every era, and nothing but the columns that are needed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

from tests.sources.archives.eras import ERAS, FIRST, PAYLOAD, Model, write
from tests.sources.walks import settings_for
from tracker import files
from tracker.demo import HubProcess, hub_process
from tracker.errors import SnapshotRefused
from tracker.landing import LandedRun, runs
from tracker.sources import COUNTERS, Reach, Revision, find_archive, reach

NAME = "cfahlgren1/hub-stats"
DAY = date(2024, 8, 1)
MODELS = [Model("org/root"), Model("org/a", downloads=0, all_time=None), Model("gpt2", likes=None), Model("org/é")]
TWICE = [Model("org/a", downloads=1), Model("org/b"), Model("org/a", downloads=2), Model("../../etc"), Model("")]
MANY = [Model(f"org/model-{at}", FIRST + timedelta(seconds=at), at, at * 3, at % 7) for at in range(6_000)]
NO_LISTS = {  # columns of a file that is no list of models -> why it is none
    "name as model, downloads": "it has no column id; its columns are model, downloads",
    "name as id, [downloads] as downloads": "its column downloads is of the type BIGINT[]",
    "name as id, name as downloads": "are not what their column says",
    "name as id, -1 as downloads": "are not what their column says",
    'name as id, downloads, 5 as "createdAt"': "its column createdAt is of the type INTEGER",
}
KINDS = ["many", *ERAS, "twice", *NO_LISTS]  # a day each, two days apart

hub_stats = find_archive("hub_stats")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[HubProcess, Path]]:
    """A Hub with the archive, and the folder of its files; a file of data sets is committed in between."""
    folder = tmp_path_factory.mktemp("set")
    for at, kind in enumerate(KINDS):
        models = {"many": MANY, "twice": TWICE}.get(kind, MODELS)
        era = kind if kind in ERAS else "zoned"
        columns = kind if kind in NO_LISTS else ""
        write(folder / str(DAY + timedelta(days=2 * at)) / "models.parquet", models, era, columns=columns)
    write(folder / str(DAY + timedelta(days=1)) / "datasets.parquet", MODELS)
    with hub_process(plain=1, datasets={NAME: folder}, tier_quota=0, other_origin=True) as hub:
        yield hub, folder


@pytest.fixture
def context(tmp_path: Path, served: tuple[HubProcess, Path]) -> Reach:
    return reach(settings_for(tmp_path, served[0].endpoint))


def rows_of(landed: LandedRun) -> list[tuple[object, ...]]:
    with duckdb.connect() as connection:
        return connection.execute(f"from '{landed.folder / COUNTERS}' order by model_id").fetchall()


def revision_of(context: Reach, kind: str) -> Revision:
    return hub_stats.revisions(context)[KINDS.index(kind)]


def test_days_are_those_of_commits_that_brought_the_file(context: Reach) -> None:
    days = [each.day for each in hub_stats.revisions(context)]
    assert days == [DAY + timedelta(days=2 * at) for at in range(len(KINDS))]


@pytest.mark.parametrize("era", ERAS)
def test_each_era_gives_the_same_rows(context: Reach, era: str) -> None:
    revision = revision_of(context, era)
    landed = hub_stats.fetch(context, revision)
    knows = era in ("zoned", "text")
    assert rows_of(landed) == sorted(
        (model.name, None, FIRST, model.downloads, model.all_time if knows else None, model.likes) for model in MODELS
    )
    manifest = landed.manifest
    assert (manifest.source, manifest.commit, manifest.snapshot_date) == ("hub_stats", revision.commit, revision.day)
    assert (manifest.status, manifest.rows, manifest.models) == ("landed", len(MODELS), len(MODELS))
    hashes = {each.name: each.sha256 for each in manifest.files}
    assert hashes[COUNTERS] == files.sha256(landed.folder / COUNTERS), "whoever loads it holds it to this"
    assert runs(context.settings.data_dir, "hub_stats")[0].manifest == manifest  # it can be read again


def test_only_the_columns_that_are_needed_travel(context: Reach, served: tuple[HubProcess, Path]) -> None:
    hub, folder = served
    revision = revision_of(context, "many")
    path = folder / str(revision.day) / "models.parquet"
    with duckdb.connect() as connection:
        needed, footer = connection.execute(
            "select sum(total_compressed_size), any_value(footer_size) from parquet_metadata($path), "
            "parquet_file_metadata($path) where path_in_schema in "
            "('id', 'createdAt', 'downloads', 'likes', 'downloadsAllTime')",
            {"path": str(path)},
        ).fetchone()
    landed = hub_stats.fetch(context, revision)
    assert landed.manifest.rows == len(MANY)
    assert needed <= landed.manifest.bytes_fetched <= 1.1 * needed + footer
    assert landed.manifest.bytes_fetched < path.stat().st_size / 2
    assert landed.manifest.requests == 1 + 2 + 3  # sent on once; the footer in two, a piece for each row group
    kept = b"".join(each.read_bytes() for each in context.settings.data_dir.rglob("*") if each.is_file())
    assert PAYLOAD[:40].encode() not in kept
    assert not [entry for entry in hub.requests() if entry.with_token]


def test_what_it_says_of_models_is_given_as_a_night_would(context: Reach) -> None:
    place = hub_stats.describe(context, revision_of(context, "text"), ["org/a", "gpt2", "not/there"])
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        found = connection.execute(
            "select model_id, publisher, pipeline_tag, tags[2], parameters, base_relation, base_models[1].model_id, "
            f"gated, downloads_all_time, created_at = timestamptz '{FIRST}+00' from '{place}' order by model_id"
        ).fetchall()
    rest = ("text-generation", "license:mit", 8, "finetune", "org/root", None)
    assert found == [("gpt2", "", *rest, 100, True), ("org/a", "org", *rest, None, True)]


@pytest.mark.parametrize("kind", NO_LISTS)
def test_a_file_that_is_no_list_of_models_is_refused(context: Reach, kind: str) -> None:
    with pytest.raises(SnapshotRefused) as caught:
        hub_stats.fetch(context, revision_of(context, kind))
    assert NO_LISTS[kind] in str(caught.value)
    [run] = runs(context.settings.data_dir, "hub_stats")
    assert (run.manifest.status, run.manifest.reason) == ("refused", str(caught.value))
    assert not (run.folder / COUNTERS).exists()


def test_a_name_that_comes_twice_counts_once_and_the_last_row_is_it(context: Reach) -> None:
    landed = hub_stats.fetch(context, revision_of(context, "twice"))
    assert [(row[0], row[3]) for row in rows_of(landed)] == [("org/a", 2), ("org/b", 10)]
    assert (landed.manifest.duplicates, landed.manifest.set_aside) == (1, 2)
