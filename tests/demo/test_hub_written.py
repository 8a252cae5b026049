"""A data set is made and committed through the real client, its large files by xet and by LFS."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from huggingface_hub import CommitOperationAdd, CommitOperationDelete, HfApi, constants, hf_hub_download
from huggingface_hub.errors import HfHubHTTPError, RevisionNotFoundError

from tracker.demo import HubProcess, hub_process

pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")  # the client sends objects so

NAME = "ann/set"
CARD = b"---\nlicense: mit\n---\n# A set\n"


@pytest.fixture(scope="module")
def served() -> Iterator[HubProcess]:
    with hub_process(
        plain=10, tier_quota=0, tokens={"hf_write": "free", "hf_read": "free"}, readers=["hf_read"]
    ) as hub:
        yield hub


@pytest.fixture(params=["xet", "lfs"])
def api(request: pytest.FixtureRequest, served: HubProcess, monkeypatch: pytest.MonkeyPatch) -> HfApi:
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_XET", request.param == "lfs")
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_PROGRESS_BARS", True)
    return HfApi(endpoint=served.endpoint, token="hf_write")


@pytest.fixture
def named(api: HfApi, request: pytest.FixtureRequest) -> str:
    """A data set of its own for each test."""
    name = f"ann/{hashlib.sha1(request.node.name.encode()).hexdigest()[:12]}"
    api.create_repo(name, repo_type="dataset", private=False)
    return name


def added(**contents: bytes) -> list[CommitOperationAdd]:
    return [CommitOperationAdd(path.replace("_", "."), content) for path, content in contents.items()]


def committed(api: HfApi, name: str, operations: list[object], parent: str | None = None) -> str:
    done = api.create_commit(
        name,
        operations,
        commit_message="A night",
        repo_type="dataset",
        parent_commit=parent,  # type: ignore[arg-type]
    )
    return str(done.oid)


def test_what_was_committed_is_there_by_branch_tag_and_hash(api: HfApi, named: str, tmp_path: Path) -> None:
    rows = os.urandom(400_000)
    first = committed(api, named, added(README_md=CARD, rows_parquet=rows))
    api.create_tag(named, repo_type="dataset", tag="2026-11-21")
    second = committed(api, named, [*added(rows_parquet=rows[:9]), CommitOperationDelete("README.md")], first)

    def read(revision: str) -> bytes:
        given: dict[str, Any] = {"cache_dir": tmp_path, "endpoint": api.endpoint, "token": False}
        return Path(
            hf_hub_download(named, "rows.parquet", repo_type="dataset", revision=revision, **given)
        ).read_bytes()

    assert read("2026-11-21") == read(first) == rows and read("main") == read(second) == rows[:9]
    listed = {each.path: each for each in api.list_repo_tree(named, repo_type="dataset", revision=first)}
    assert set(listed) == {".gitattributes", "README.md", "rows.parquet"}
    assert listed["rows.parquet"].lfs.sha256 == hashlib.sha256(rows).hexdigest()
    assert {each.path for each in api.list_repo_tree(named, repo_type="dataset")} == {".gitattributes", "rows.parquet"}
    told = api.list_repo_refs(named, repo_type="dataset")
    assert [(each.name, each.target_commit) for each in told.tags] == [("2026-11-21", first)]
    assert [each.commit_id for each in api.list_repo_commits(named, repo_type="dataset")][:2] == [second, first]


def test_the_same_files_make_no_second_commit(api: HfApi, named: str) -> None:
    files = {"README_md": CARD, "rows_parquet": b"rows" * 99}
    first = committed(api, named, added(**files))
    assert committed(api, named, added(**files)) == first


def test_a_commit_on_what_is_not_the_newest_changes_nothing(api: HfApi, named: str) -> None:
    first = committed(api, named, added(a_txt=b"1"))
    second = committed(api, named, added(a_txt=b"2"), first)
    with pytest.raises(HfHubHTTPError, match="412"):
        committed(api, named, added(a_txt=b"3"), first)
    assert api.dataset_info(named).sha == second


def test_operations_are_carried_out_together_or_not_at_all(api: HfApi, named: str) -> None:
    before = api.dataset_info(named).sha
    with pytest.raises(HfHubHTTPError, match="404"):
        committed(api, named, [*added(a_txt=b"1"), CommitOperationDelete("never.txt")])
    assert api.dataset_info(named).sha == before


def test_who_may_not_write_is_told(api: HfApi, named: str, served: HubProcess) -> None:
    for token, status in (("hf_read", "403"), ("hf_unknown", "401"), (False, "401")):
        other = HfApi(endpoint=served.endpoint, token=token)
        with pytest.raises(HfHubHTTPError, match=status):
            committed(other, named, added(a_txt=b"1"))


def test_a_private_one_is_hidden_from_who_has_no_token(api: HfApi, named: str, served: HubProcess) -> None:
    nobody = HfApi(endpoint=served.endpoint, token=False)
    assert nobody.dataset_info(named).private is False
    api.update_repo_settings(named, repo_type="dataset", private=True)
    with pytest.raises(HfHubHTTPError, match="401"):
        nobody.dataset_info(named)
    assert api.dataset_info(named).private is True


def test_a_card_that_is_no_yaml_is_refused_before_anything_is_sent(api: HfApi, named: str) -> None:
    with pytest.raises(ValueError, match="Invalid metadata in README"):
        committed(api, named, added(README_md=b"---\nlicense: [\n---\n"))


def test_a_revision_that_is_none_is_told(api: HfApi, named: str) -> None:
    with pytest.raises(RevisionNotFoundError):
        api.dataset_info(named, revision="2026-01-01")
    with pytest.raises(HfHubHTTPError, match="409"):
        api.create_repo(named, repo_type="dataset")


def test_objects_may_go_to_another_origin_without_the_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_XET", True)
    with hub_process(plain=10, tokens={"hf_write": "free"}, other_origin=True) as hub:
        api = HfApi(endpoint=hub.endpoint, token="hf_write")
        api.create_repo(NAME, repo_type="dataset")
        committed(api, NAME, added(rows_parquet=b"rows"))
        (put,) = (each for each in hub.requests() if each.route == "object")
    assert put.host.startswith("localhost") and not put.with_token and put.status == 200
