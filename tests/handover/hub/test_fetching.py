"""A published data set is asked as if it were a folder: the same rows and ids, fetched once, held to its hashes."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from huggingface_hub import constants

import tracker
from tests import planted
from tests.command_line import called
from tests.handover.hub.published import Desk
from tracker.errors import SettingsError, SourceError, StoreError
from tracker.handover.hub import fetched
from tracker.handover.hub.cache import Cache
from tracker.handover.hub.folder import parsed, wrong_files

pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")  # the client sends objects so
DAY = "2026-10-05"


def shares(place: str | Path) -> object:
    with tracker.open(place) as copy:
        return copy.share(first="2026-08").as_json()


def models(place: str | Path) -> object:
    """Return what every file of it has a part in, for less."""
    with tracker.open(place) as copy:
        return copy.facts.copy_id, copy.published.query("select sum(downloads_30d), count(*) from snapshots").rows()


def test_the_same_rows_and_ids_without_a_token_fetched_once(public: Desk) -> None:
    assert shares(public.address) == shares(public.data)
    fetched = public.hub.requests()
    assert not any(each.with_token for each in fetched) and {each.method for each in fetched} == {"GET", "HEAD"}
    public.hub.clear_log()
    assert shares(f"{public.address}@{DAY}") == shares(public.address)
    assert {each.route for each in public.hub.requests()} == {"dataset"}, "whether the revision has moved, and no file"
    public.hub.clear_log()
    assert shares(f"{public.address}@{public.commits()[0]}") == shares(public.data)
    assert [each for each in public.hub.requests() if each.tier == "anonymous"] == []


def test_commands_ask_it_and_those_that_write_refuse(public: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACKER_DATA_DIR", public.address)
    asked = called("share", "--month", "2026-09", "--json")
    assert asked.returncode == 0, asked.stderr
    there = json.loads(asked.stdout)
    assert (
        there["rows"]
        == json.loads(called("share", "--month", "2026-09", "--json", "--data-dir", str(public.data)).stdout)["rows"]
    )
    assert called("sql", there["sql"]).returncode == called("doctor").returncode == 0
    for words in (
        "update",
        "publish",
        "backup there",
        "export --to there",
        "publish-dataset ann/set",
        "status --check",
    ):
        done = called(*words.split())
        assert done.returncode == 2 and done.stdout == "", words
        assert done.stderr.startswith(f"error: {public.address} is a copy to ask") and done.stderr.count("\n") == 1
    assert not Path("there").exists() and not Path("hf:").exists()


def test_main_is_asked_anew_and_a_tag_answers_as_its_night_did(desk: Desk) -> None:
    desk.publish()
    before = models(desk.address)
    desk.night(date(2026, 10, 6))
    assert models(desk.address) == before
    desk.publish()
    assert models(desk.address) == models(desk.data) != before == models(f"{desk.address}@{DAY}")


def test_where_the_hub_is_gone_what_is_cached_answers(
    public: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    before = models(public.address)
    public.hub.set_faults(["F6:route=any"])
    assert models(public.address) == before
    assert "answered from what was fetched before, commit" in caplog.text
    with pytest.raises(SourceError, match="HTTP 500 again and again"):
        models(f"{public.address}@{DAY}")
    public.hub.set_faults([])
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    assert models(public.address) == before
    with pytest.raises(SourceError, match="offline mode"):
        models(f"{public.address}@{DAY}")


def cut(there: Path) -> None:
    there.write_bytes(there.read_bytes()[:-9])


def flip(there: Path) -> None:
    whole = there.read_bytes()
    there.write_bytes(whole[:200] + bytes(99) + whole[299:])


def empty(there: Path) -> None:
    shutil.rmtree(there.parents[3] / "blobs")


def lose_all(there: Path) -> None:
    empty(there)
    shutil.rmtree(there.parent)


HARMS: dict[str, tuple[Callable[[Path], None], bool]] = {  # and whether the rest of the cache can mend it
    "cut": (cut, False),
    "bits": (flip, False),
    "a file is gone": (Path.unlink, True),
    "a night is gone": (lambda there: next(there.parent.glob("snapshots/*/*.parquet")).unlink(), True),
    "our folder is gone": (lambda there: shutil.rmtree(there.parent), True),
    "the client's are gone": (empty, True),
    "all are gone": (lose_all, False),
}


def test_a_cache_that_was_harmed_is_mended_or_told(
    public: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = replace(public.settings, data_set=public.address)
    sums = parsed((fetched(asked) / "SHA256SUMS").read_text())
    (tmp_path / "cache").rename(tmp_path / "whole")
    for harm, (do, is_mended) in HARMS.items():
        shutil.rmtree(tmp_path / "cache", ignore_errors=True)
        shutil.copytree(tmp_path / "whole", tmp_path / "cache", symlinks=True)
        (there,) = (tmp_path / "cache").glob("datasets--*/tracker/copies/*/models.parquet")
        (tmp_path / "cache").joinpath(there.parents[3], "snapshots", there.parent.name, there.name).resolve().unlink()
        os.link(there, there.parents[3] / "blobs" / sums["models.parquet"])  # copying has made two files of one
        do(there)
        monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
        if is_mended:
            assert not wrong_files(fetched(asked), sums), harm
        else:
            with pytest.raises(SourceError, match="offline mode"):
                fetched(asked)
        monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
        assert not wrong_files(fetched(asked), sums), harm
        monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
        assert not wrong_files(fetched(asked), sums), harm


def test_what_is_known_of_a_cache_may_be_nonsense(public: Desk) -> None:
    before = models(public.address)
    for path in Path(constants.HF_HUB_CACHE).glob("datasets--*/tracker/*/*"):
        if path.is_file():
            path.write_text("{nonsense")
    assert models(public.address) == before
    assert Cache(public.hub.endpoint, public.name).commit("main") == public.commits()[0]


def test_a_file_that_is_not_what_its_hash_says_answers_nothing(desk: Desk) -> None:
    desk.publish()
    desk.commit(models_parquet=(planted.folder() / "tracker.duckdb").read_bytes()[:999])
    with pytest.raises(StoreError, match=r"models\.parquet is not what its hash in SHA256SUMS says"):
        models(desk.address)
    assert models(f"{desk.address}@{DAY}")
    desk.publish()
    assert models(desk.address) == models(desk.data), "the next publish puts it right"


def test_a_card_that_others_edit_is_no_fault(desk: Desk) -> None:
    desk.publish()
    desk.commit(README_md="---\nlicense: mit\n---\n# Mine\n")
    assert models(desk.address) == models(desk.data)


def test_what_was_said_on_a_day_is_a_tag(public: Desk) -> None:
    with pytest.raises(SettingsError, match=f"ask {public.address}@2026-10-04, where that night was published"):
        tracker.open(f"{public.address}@{DAY}", as_of="2026-10-04")


def test_a_revision_that_is_none_is_told_with_those_that_are(public: Desk) -> None:
    with pytest.raises(SettingsError, match="no revision '2026-10-04'; its newest tags are 2026-10-05"):
        tracker.open(f"{public.address}@2026-10-04")


def test_a_data_set_that_is_not_ours_or_not_there_is_told(public: Desk) -> None:
    with pytest.raises(SourceError, match=r"none of that name that may be seen .*; check the name, or log in"):
        tracker.open("hf://datasets/ann/nothing-here")
    model = public.hub.items()[0]["id"]
    with pytest.raises(SourceError, match=f"{model} is a model, and no data set of that name may be seen"):
        tracker.open(f"hf://datasets/{model}")
    public.api.create_repo(f"{public.name}-other", repo_type="dataset", private=False)
    with pytest.raises(StoreError, match="is no data set that the tracker published: it has no SHA256SUMS"):
        tracker.open(f"{public.address}-other")
    other = Desk(public.hub, public.data, f"{public.name}-other")
    for listed, told in (("nonsense\n", "is no line of SHA256SUMS"), (f"{'0' * 64}  ../../secret\n", "is no line of"),
                         (f"{'0' * 64}  a.parquet\n", "its SHA256SUMS names no about.parquet")):  # fmt: skip
        other.commit(SHA256SUMS=listed)
        with pytest.raises(StoreError, match=told):
            tracker.open(other.address)


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("hf://ann/set", r"no data set; write hf://datasets/OWNER/NAME@revision"),
        ("hf://models/ann/set", "that is a model; write hf://datasets"),
        ("hf://datasets/ann", "is no name of a data set on the Hub; write OWNER/NAME"),
        ("hf://datasets/ann/set/models.parquet", "did you mean|is no name of a data set"),
        ("hf://datasets/ann/set@", "'' is no revision"),
        ("hf://datasets/ann/set@../x", "is no revision"),
        ("hf://", "no data set"),
        (
            "https://huggingface.co/datasets/ann/set",
            "place on this machine, hf://datasets/OWNER/NAME@revision or s3://BUCKET/PREFIX",
        ),
    ],
)
def test_an_address_of_another_form_is_told(desk: Desk, address: str, told: str) -> None:
    with pytest.raises(SettingsError, match=told):
        tracker.open(address)
    assert desk.hub.requests() == []
