"""A server that does not heed ranges, or revisions: what comes is never taken for what was asked for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from huggingface_hub import HfApi

from tests.sources.archives.eras import FIRST, Model, write
from tests.sources.archives.test_hub_stats import NAME, hub_stats, rows_of
from tests.sources.walks import FastClock, settings_for
from tracker.backfilling.running import backfill
from tracker.backfilling.selection import Span
from tracker.demo import HubProcess, hub_process
from tracker.errors import SourceError
from tracker.landing import runs
from tracker.sources import Reach, reach

DAY = date(2024, 8, 1)
DAYS = [DAY + timedelta(days=at) for at in range(3)]
TOKEN = "hf_of_the_archive"


def models(day: date) -> list[Model]:
    age = (day - DAY).days
    born = [FIRST + timedelta(hours=7 + 24 * age - at) for at in range(5_000)]
    return [Model(f"org/model-{at - 24 * age}", each, at + age, at * 3 + age, at % 7) for at, each in enumerate(born)]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[HubProcess, Path]]:
    folder = tmp_path_factory.mktemp("set")
    for day in DAYS:
        write(folder / str(day) / "models.parquet", models(day))
    tokens = {TOKEN: "pro"}
    with hub_process(plain=1, datasets={NAME: folder}, tier_quota=0, other_origin=True, tokens=tokens) as hub:
        yield hub, folder


@pytest.fixture
def context(tmp_path: Path, served: tuple[HubProcess, Path]) -> Iterator[Reach]:
    hub, _ = served
    hub.clear_log()
    yield reach(settings_for(tmp_path, hub.endpoint), clock=FastClock())
    hub.set_faults([])


def expected(day: date) -> list[tuple[object, ...]]:
    return sorted((each.name, None, each.created, each.downloads, each.all_time, each.likes) for each in models(day))


@pytest.mark.parametrize(
    ("fault", "is_whole"),
    [
        ("F23:kind=whole,every=3", False),  # huggingface/huggingface_hub#3778: a CDN ignored `Range` at times
        ("F23:kind=whole", True),
        ("F23:kind=gzip,every=3", False),
        ("F23:kind=gzip", True),
        ("F23:kind=packed,every=2", False),
        ("F23:kind=short", False),
        ("F23:kind=cut,every=2", False),
        ("F23:kind=refused,every=3", False),
        ("F1:route=resolve,seconds=3,count=2", False),
        ("F6:route=resolve,status=503,count=3", False),
        ("F9:route=resolve,kind=reset,count=2", False),
    ],
)
def test_what_comes_is_not_misread(context: Reach, served: tuple[HubProcess, Path], fault: str, is_whole: bool) -> None:
    hub, folder = served
    revision = hub_stats.revisions(context)[0]
    usual = hub_stats.fetch(context, revision).manifest.bytes_fetched
    hub.set_faults([fault])
    landed = hub_stats.fetch(context, revision)
    assert rows_of(landed) == expected(DAY)
    assert sum(hub.fired().values()) > 0
    size = (folder / str(DAY) / "models.parquet").stat().st_size
    if not is_whole:
        assert usual <= landed.manifest.bytes_fetched < 2 * usual + size / 10
    elif "whole" in fault:
        assert size <= landed.manifest.bytes_fetched < 2.2 * size  # two answers, of which the first was left unread
    else:
        assert 0 < landed.manifest.bytes_fetched < size  # as it travelled: packed


@pytest.mark.parametrize("kind", ["packed", "refused"])
def test_what_never_comes_right_is_given_up_with_a_sentence(
    context: Reach, served: tuple[HubProcess, Path], kind: str
) -> None:
    hub, _ = served
    revision = hub_stats.revisions(context)[0]
    hub.set_faults([f"F23:kind={kind}"])
    with pytest.raises(SourceError, match=r"failed 6 times, last with: (a piece came as gzip|it answered 416)"):
        hub_stats.fetch(context, revision)
    [run] = runs(context.settings.data_dir, "hub_stats")
    assert run.manifest.status == "failed" and not list(run.folder.glob("*.parquet"))


def test_a_server_that_takes_no_notice_of_revisions_gives_one_day(
    context: Reach, served: tuple[HubProcess, Path]
) -> None:
    hub, _ = served
    hub.set_faults(["F23:kind=newest"])  # huggingface/datasets#6555
    done = backfill(context, hub_stats, Span())
    assert [each.status for each in done.observations] == ["refused", "refused", "landed"]
    assert "it is a file of a later one" in (done.observations[0].reason or "")
    [landed] = [run for run in runs(context.settings.data_dir, "hub_stats") if run.manifest.status == "landed"]
    assert rows_of(landed) == expected(DAYS[-1])


def test_a_history_that_shrinks_takes_nothing_away(context: Reach, served: tuple[HubProcess, Path]) -> None:
    hub, _ = served
    backfill(context, hub_stats, Span(last=DAYS[1]))
    hub.set_faults(["F24:keep=1"])  # huggingface/huggingface_hub#1639
    done = backfill(context, hub_stats, Span())
    assert [(each.day, each.status) for each in done.observations] == [(DAYS[2], "landed")]
    assert "rewritten: 2 of the 2 commits that were fetched are not in it any more, and it has 1 days" in done.notes[0]
    assert len([run for run in runs(context.settings.data_dir, "hub_stats") if run.manifest.status == "landed"]) == 3


def test_the_token_goes_to_the_hub_and_not_where_it_sends_us(
    context: Reach, served: tuple[HubProcess, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    hub, _ = served
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    hub_stats.fetch(context, hub_stats.revisions(context)[0])
    asked = [(entry.host.partition(":")[0], entry.with_token) for entry in hub.requests()]
    assert set(asked) == {("127.0.0.1", True), ("localhost", False)}


def test_the_tree_of_files_says_which_commit_brought_each(served: tuple[HubProcess, Path]) -> None:
    """What the weekly archive is asked where titles name no files, as the Hub's own client reads it."""
    hub, _ = served
    hub.set_faults([])
    tree = HfApi(endpoint=hub.endpoint).list_repo_tree(NAME, repo_type="dataset", recursive=True, expand=True)
    newest = HfApi(endpoint=hub.endpoint).list_repo_commits(NAME, repo_type="dataset")[0]
    [file] = tree
    assert file.path == "models.parquet" and file.last_commit is not None
    assert (file.last_commit.oid, file.last_commit.date) == (newest.commit_id, newest.created_at)
