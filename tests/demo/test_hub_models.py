"""One model, its history, datasets and their files, over https with the real client."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import httpx2
import huggingface_hub
import pytest
from huggingface_hub import HfApi, hf_hub_download
from huggingface_hub.errors import (
    EntryNotFoundError,
    GatedRepoError,
    HfHubHTTPError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)
from huggingface_hub.utils._http import default_client_factory

from tests.conftest import write_nights
from tests.demo.certificate import loopback_certificate
from tests.demo.made_models import NIGHT, made_models
from tracker.demo import HubProcess, hub_process

COUNT = 60
EARLIER = date(2026, 11, 21)
DAYS = ("2026-11-19", "2026-11-20", "2026-11-21")


@pytest.fixture(scope="module")
def secure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubProcess]:
    """A Hub behind TLS on its second night; one model was renamed between the nights, one is private."""
    folder = tmp_path_factory.mktemp("secure")
    items = made_models(COUNT)
    before = [{**item, "id": "maker-0/Old-5"} if item["id"] == "maker-0/Model-5" else item for item in items]
    now = [{**item, "private": True} if item["id"] == "maker-2/Model-7" else item for item in items]
    for day in DAYS:
        (folder / "tree" / day).mkdir(parents=True)
        (folder / "tree" / day / "models.parquet").write_bytes(day.encode() * 1_000)
    (folder / "tree" / DAYS[0] / "README.md").write_text("a dataset")
    replay = write_nights(folder / "hub", {EARLIER: before, NIGHT: now})
    datasets = {"demo/hub-stats": folder / "tree"}
    certificate = loopback_certificate(folder)
    with hub_process(replay=replay, certificate=certificate, datasets=datasets, tokens={"hf_known": "pro"}) as hub:
        yield hub


@pytest.fixture
def api(secure: HubProcess) -> Iterator[HfApi]:
    """The real client, told to trust the loopback certificate."""
    context = ssl.create_default_context(cafile=secure.certificate)
    huggingface_hub.set_client_factory(lambda: httpx2.Client(verify=context, follow_redirects=True, timeout=None))
    yield HfApi(endpoint=secure.endpoint, token=False)
    huggingface_hub.set_client_factory(default_client_factory)  # with its hooks: others test them in this process


def test_one_model_has_the_fields_of_its_item(api: HfApi) -> None:
    item = next(item for item in made_models(COUNT) if item["id"] == "maker-3/Model-43")
    found = api.model_info("maker-3/Model-43")
    assert (found.id, found.downloads, found.likes, found.sha) == (item["id"], item["downloads"], 3, item["sha"])
    assert found.downloads_all_time is None, "not among the default fields"
    assert found.created_at is not None and found.created_at.isoformat() == "2022-03-03T13:29:04+00:00"


def test_expand_reaches_more_and_counts_derivatives(api: HfApi) -> None:
    expand = ["baseModels", "downloadsAllTime", "childrenModelCount"]
    derived = api.model_info("maker-3/Model-43", expand=expand)  # type: ignore[arg-type]
    assert derived.downloads_all_time == 43_000
    assert derived.base_models["models"][0]["id"] == "maker-2/Model-42"  # type: ignore[index, call-overload]
    parent = api.model_info("maker-2/Model-42", expand=expand)  # type: ignore[arg-type]
    assert parent.children_model_count == {"adapter": 0, "merge": 0, "quantized": 0, "finetune": 1}


@pytest.mark.parametrize("asked", ["maker-0/Old-5", "Maker-0/MODEL-5"])
def test_an_old_name_and_another_case_are_redirected(api: HfApi, secure: HubProcess, asked: str) -> None:
    secure.clear_log()
    assert api.model_info(asked, expand=["likes"]).id == "maker-0/Model-5"
    first, second = secure.requests()
    assert (first.status, second.status) == (307, 200)
    assert second.target == "/api/models/maker-0/Model-5?expand=likes", "the query is kept"


def test_a_redirect_looks_as_recorded(secure: HubProcess) -> None:
    with httpx2.Client(verify=ssl.create_default_context(cafile=secure.certificate), trust_env=False) as client:
        response = client.get(f"{secure.endpoint}/api/models/maker-0/Old-5")
    assert response.headers["Location"] == "/api/models/maker-0/Model-5"
    assert response.text == "Temporary Redirect. Redirecting to /api/models/maker-0/Model-5"
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize("name", ["maker-0/no-such-model", "maker-2/Model-7"])
def test_missing_and_private_are_the_same_401(api: HfApi, name: str) -> None:
    with pytest.raises(RepositoryNotFoundError) as caught:
        api.model_info(name)
    response = caught.value.response
    assert (response.status_code, response.json()) == (401, {"error": "Invalid username or password."})
    assert response.headers["X-Error-Message"] == "Invalid username or password."
    assert "X-Error-Code" not in response.headers


def test_over_plain_http_the_client_does_not_know_a_missing_model(hub: Callable[..., HubProcess]) -> None:
    """What the reference measured: REPO_API_REGEX wants https."""
    plain = hub(nights={NIGHT: made_models(2)})
    with pytest.raises(HfHubHTTPError) as caught:
        HfApi(endpoint=plain.endpoint, token=False).model_info("a/b")
    assert type(caught.value) is HfHubHTTPError


def test_a_bad_revision_is_404(api: HfApi) -> None:
    with pytest.raises(RevisionNotFoundError):
        api.model_info("maker-0/Model-5", revision="nowhere")
    assert api.model_info("maker-0/Model-5", revision="main").id == "maker-0/Model-5"


def test_commits_of_a_model_end_in_its_present_revision(api: HfApi) -> None:
    commits = api.list_repo_commits("maker-0/Model-5")
    assert [commit.title for commit in commits] == ["Update README.md", "initial commit"]
    assert commits[0].commit_id == f"{5:040x}"


def test_commits_of_a_gated_model_are_401(api: HfApi) -> None:
    assert api.model_info("maker-1/Model-26").gated == "manual"
    with pytest.raises(GatedRepoError):
        api.list_repo_commits("maker-1/Model-26")


def test_a_dataset_shows_its_history_newest_first(api: HfApi, secure: HubProcess) -> None:
    secure.clear_log()
    commits = api.list_repo_commits("demo/hub-stats", repo_type="dataset")
    days = [commit.created_at.date().isoformat() for commit in commits if "models.parquet" in commit.title]
    assert days == list(reversed(DAYS))
    with httpx2.Client(verify=ssl.create_default_context(cafile=secure.certificate), trust_env=False) as client:
        first = client.get(f"{secure.endpoint}/api/datasets/demo/hub-stats/commits/main?limit=3")
        second = client.get(first.links["next"]["url"])
    assert first.headers["X-Total-Count"] == "4"
    assert [each["id"] for each in first.json() + second.json()] == [commit.commit_id for commit in commits]
    assert "Link" not in second.headers


def test_an_old_revision_of_a_file_is_the_file_of_that_day(api: HfApi, secure: HubProcess, tmp_path: Path) -> None:
    commits = api.list_repo_commits("demo/hub-stats", repo_type="dataset")
    oldest = [commit for commit in commits if "models.parquet" in commit.title][-1]
    path = hf_hub_download(
        "demo/hub-stats", "models.parquet", repo_type="dataset", revision=oldest.commit_id,
        endpoint=secure.endpoint, cache_dir=tmp_path, token=False,
    )  # fmt: skip
    assert Path(path).read_bytes() == DAYS[0].encode() * 1_000
    with pytest.raises(EntryNotFoundError):
        hf_hub_download(
            "demo/hub-stats", "none.parquet", repo_type="dataset", endpoint=secure.endpoint, cache_dir=tmp_path,
            token=False,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("wanted", "status", "content_range"),
    [
        ("bytes=0-9", 206, "bytes 0-9/10000"),
        ("bytes=9990-", 206, "bytes 9990-9999/10000"),
        ("bytes=-5", 206, "bytes 9995-9999/10000"),
        ("bytes=5-99999", 206, "bytes 5-9999/10000"),
        ("bytes=10000-", 416, "bytes */10000"),
        ("lines=1-2", 200, None),
    ],
)
def test_files_are_read_in_ranges(secure: HubProcess, wanted: str, status: int, content_range: str | None) -> None:
    url = f"{secure.endpoint}/datasets/demo/hub-stats/resolve/main/models.parquet"
    whole = DAYS[-1].encode() * 1_000
    with httpx2.Client(verify=ssl.create_default_context(cafile=secure.certificate), trust_env=False) as client:
        response = client.get(url, headers={"Range": wanted})
        head = client.head(url)
    assert (response.status_code, response.headers.get("Content-Range")) == (status, content_range)
    if status == 206 and content_range is not None:
        first, last = (int(part) for part in content_range.removeprefix("bytes ").partition("/")[0].split("-"))
        assert response.content == whole[first : last + 1]
    assert (head.headers["Content-Length"], head.content) == ("10000", b"")
    assert head.headers["Accept-Ranges"] == "bytes"
    assert response.headers["RateLimit"].startswith('"resolvers";')


def test_large_files_may_live_on_another_origin(hub: Callable[..., HubProcess], tmp_path: Path) -> None:
    (tmp_path / "tree" / "2026-11-20").mkdir(parents=True)
    (tmp_path / "tree" / "2026-11-20" / "a.parquet").write_bytes(b"abc")
    served = hub(nights={NIGHT: made_models(2)}, datasets={"demo/set": tmp_path / "tree"}, other_origin=True)
    path = hf_hub_download(
        "demo/set",
        "a.parquet",
        repo_type="dataset",
        endpoint=served.endpoint,
        cache_dir=tmp_path / "cache",
        token=False,
    )
    assert Path(path).read_bytes() == b"abc"
    hosts = {request.host.partition(":")[0] for request in served.requests()}
    assert hosts == {"127.0.0.1", "localhost"}


def test_tokens_have_a_tier_and_a_bad_one_is_401(secure: HubProcess, api: HfApi) -> None:
    assert api.whoami(token="hf_known")["name"] == "demo-pro"
    with pytest.raises(HfHubHTTPError, match="Invalid"):
        api.whoami(token="hf_invented")
    with pytest.raises(HfHubHTTPError, match="Invalid credentials"):
        api.model_info("maker-0/Model-5", token="hf_invented")
    assert [entry.tier for entry in secure.requests()[-3:]] == ["pro", "unknown", "unknown"]


def test_small_addresses(secure: HubProcess, api: HfApi) -> None:
    with httpx2.Client(verify=ssl.create_default_context(cafile=secure.certificate), trust_env=False) as client:
        assert client.get(f"{secure.endpoint}/api/agent-harnesses").json()["harnesses"] == {}
        trending = client.get(f"{secure.endpoint}/api/trending?type=model&limit=2").json()["recentlyTrending"]
        assert [each["repoData"]["id"] for each in trending] == ["maker-0/Model-0", "maker-0/Model-50"]
        tags = client.get(f"{secure.endpoint}/api/models-tags-by-type").json()
        assert {"id": "license:mit", "label": "mit", "type": "license"} in tags["license"]
        nowhere = client.get(f"{secure.endpoint}/no/such/page")
        assert nowhere.status_code == 404
        assert nowhere.json() == {"error": "Sorry, we can't find the page you are looking for."}
    assert [each.id for each in api.list_datasets()] == ["demo/hub-stats"]
    assert list(api.list_spaces()) == []
