"""The model list of the loopback Hub, read with the real client over real HTTP."""

from __future__ import annotations

import base64
import json
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from huggingface_hub import HfApi
from huggingface_hub.errors import BadRequestError

from tests.conftest import write_nights
from tests.demo.made_models import EXPAND, NIGHT, made_models
from tracker.demo import HubProcess, hub_process

COUNT = 2_345
PARENT = "maker-3/Model-33"


@pytest.fixture(scope="module")
def frozen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubProcess]:
    """A Hub of 2,345 models and two private ones that nobody changes."""
    hidden = [{**item, "_id": item["_id"][::-1], "id": f"{item['id']}-x", "private": True} for item in made_models(2)]
    folder = write_nights(tmp_path_factory.mktemp("frozen"), {NIGHT: made_models(COUNT) + hidden})
    with hub_process(replay=folder, tier_quota=0) as hub:
        yield hub


@pytest.fixture
def api(frozen: HubProcess) -> HfApi:
    return HfApi(endpoint=frozen.endpoint, token=False)


# one for the module: making a client costs more than most requests
CLIENT = httpx2.Client(timeout=10, trust_env=False)


@pytest.fixture(scope="module", autouse=True)
def _closed_client() -> Iterator[None]:
    yield
    CLIENT.close()


def get(hub: HubProcess, target: str, **headers: str) -> httpx2.Response:
    return CLIENT.get(hub.endpoint + target, headers=headers)


def pages(hub: HubProcess, target: str) -> list[list[dict[str, Any]]]:
    """All pages from a first address on."""
    found, url = [], hub.endpoint + target
    while True:
        response = CLIENT.get(url)
        found.append(response.json())
        if "next" not in response.links:
            return found
        url = response.links["next"]["url"]


def sorted_by(key: str) -> list[str]:
    """Names by (key descending, `_id` ascending), those without the key last: written out once more, naively."""
    items = sorted(made_models(COUNT), key=lambda item: item["_id"])
    known = sorted((item for item in items if key in item), key=lambda item: item[key], reverse=True)
    return [item["id"] for item in known] + [item["id"] for item in items if key not in item]


def test_the_whole_listing_is_the_state(api: HfApi, frozen: HubProcess) -> None:
    listed = list(api.list_models())
    expected = {item["id"]: item for item in made_models(COUNT)}
    assert Counter(model.id for model in listed) == Counter(expected.keys())
    for model in listed:
        item = expected[model.id]
        assert (model.downloads, model.likes, model.tags) == (item.get("downloads"), item["likes"], item["tags"])
        assert model.pipeline_tag == item.get("pipeline_tag")
    assert {item["id"] for item in frozen.items()} == set(expected)


@pytest.mark.parametrize("key", ["createdAt", "downloads", "likes", "lastModified", "trendingScore"])
@pytest.mark.parametrize("limit", [1000, 77])
def test_pages_join_to_the_sorted_listing(frozen: HubProcess, key: str, limit: int) -> None:
    found = pages(frozen, f"/api/models?sort={key}&limit={limit}&expand=sha")
    assert [item["id"] for page in found for item in page] == sorted_by(key)
    assert {len(page) for page in found[:-1]} == {limit}


def test_a_cursor_is_the_documented_filter_over_the_last_model(frozen: HubProcess) -> None:
    response = get(frozen, "/api/models?limit=10&sort=downloads&expand=downloads&full=false")
    last = response.json()[-1]
    url = urlsplit(response.links["next"]["url"])
    assert f"{url.scheme}://{url.netloc}{url.path}" == f"{frozen.endpoint}/api/models"
    query = parse_qs(url.query)
    cursor = json.loads(base64.b64decode(query.pop("cursor")[0]))
    assert query == {"limit": ["10"], "sort": ["downloads"], "expand": ["downloads"], "full": ["false"]}
    assert list(cursor) == ["$or"]
    assert cursor["$or"] == [
        {"downloads": last["downloads"], "_id": {"$gt": last["_id"]}},
        {"downloads": {"$lt": last["downloads"]}},
        {"downloads": None},
    ]


def test_link_names_the_host_that_was_asked(frozen: HubProcess) -> None:
    port = urlsplit(frozen.endpoint).port
    response = CLIENT.get(f"http://localhost:{port}/api/models?limit=1")
    assert response.links["next"]["url"].startswith(f"http://localhost:{port}/api/models?limit=1&cursor=")


def test_a_hand_made_cursor_starts_at_any_date(frozen: HubProcess) -> None:
    names = sorted_by("trendingScore")
    item = next(item for item in made_models(COUNT) if item["id"] == names[1_500])
    alternatives = [{"trendingScore": 0, "_id": {"$gt": item["_id"]}}, {"trendingScore": {"$lt": 0}}]
    cursor = base64.b64encode(json.dumps({"$or": [*alternatives, {"trendingScore": None}]}).encode()).decode()
    response = CLIENT.get(f"{frozen.endpoint}/api/models", params={"cursor": cursor, "limit": "5"})
    assert [found["id"] for found in response.json()] == names[1_501:1_506]


@pytest.mark.parametrize(
    "target",
    [
        "/api/models?cursor=nonsense",
        "/api/models?cursor=e30=",
        "/api/models?sort=downloads&cursor=eyIkb3IiOlt7Imxpa2VzIjoyOTQsIl9pZCI6eyIkZ3QiOiI2In19XX0=",
        "/api/models?expand=downloads&expand=nothing",
        "/api/models?expand=childrenModelCount",
        "/api/models?expand[]=usedStorage",
        "/api/models?expand=_id",
        "/api/models?limit=0",
        "/api/models?limit=many",
        "/api/models?sort=size",
        "/api/models?num_parameters=big",
    ],
)
def test_what_the_hub_does_not_offer_is_400(frozen: HubProcess, target: str) -> None:
    response = get(frozen, target)
    assert response.status_code == 400
    assert response.json()["error"]
    assert response.headers["X-Error-Message"]


def test_the_client_raises_for_a_bad_expand(api: HfApi) -> None:
    with pytest.raises(BadRequestError, match="expand"):
        next(iter(api.list_models(expand=["nothing"])))  # type: ignore[list-item]


def test_expanded_items_are_the_bytes_that_were_stored(frozen: HubProcess) -> None:
    query = "&".join(f"expand[]={name}" for name in EXPAND)
    items = {item["_id"]: item for item in made_models(COUNT)}
    response = get(frozen, f"/api/models?{query}&limit=3")
    stored = [items[item["_id"]] for item in response.json()]
    assert response.content == json.dumps(stored, separators=(",", ":")).encode()


def test_an_item_holds_what_was_asked_for_and_nothing_absent(frozen: HubProcess) -> None:
    items = {item["_id"]: item for item in made_models(COUNT)}
    for item in get(frozen, "/api/models?expand=downloads&expand=pipeline_tag").json():
        whole = items[item["_id"]]
        wanted = ("_id", "id", "downloads", "pipeline_tag")
        assert item == {key: whole[key] for key in wanted if key in whole}
        assert list(item)[:2] == ["_id", "id"]


def test_without_expand_items_are_short_and_full_adds(frozen: HubProcess) -> None:
    short = get(frozen, "/api/models?sort=createdAt&limit=1").json()[0]
    full = get(frozen, "/api/models?sort=createdAt&limit=1&full=true").json()[0]
    assert set(short) <= {
        "_id", "id", "likes", "trendingScore", "private", "downloads", "tags", "pipeline_tag", "library_name",
        "createdAt", "modelId",
    }  # fmt: skip
    assert set(full) - set(short) == {"author", "sha", "lastModified", "gated"}
    assert short["modelId"] == short["id"]


def mit_by_maker_2(item: dict[str, Any]) -> bool:
    return item["author"] == "maker-2" and "license:mit" in item["tags"]


def parent_of(item: dict[str, Any]) -> str | None:
    return item["baseModels"]["models"][0]["id"] if "baseModels" in item else None


@pytest.mark.parametrize(
    ("query", "holds"),
    [
        ({"filter": "license:mit"}, lambda item: "license:mit" in item["tags"]),
        ({"filter": ["license:mit", "region:us"], "author": "maker-2"}, mit_by_maker_2),
        ({"filter": f"base_model:{PARENT}"}, lambda item: parent_of(item) == PARENT),
        ({"pipeline_tag": "text-generation"}, lambda item: "pipeline_tag" in item),
        ({"gated": True}, lambda item: item["gated"] == "manual"),
        ({"gated": False}, lambda item: item["gated"] is False),
        ({"search": "MODEL-12"}, lambda item: "model-12" in item["id"].lower()),
        ({"num_parameters": "min:1B,max:2B"}, lambda item: 1e9 <= item["safetensors"]["total"] <= 2e9),
        ({"filter": "no-such-tag"}, lambda item: False),
    ],
)  # fmt: skip
def test_filters_hold_together(api: HfApi, query: dict[str, Any], holds: Any) -> None:
    expected = {item["id"] for item in made_models(COUNT) if holds(item)}
    assert {model.id for model in api.list_models(**query)} == expected


def test_limit_is_cut_to_a_thousand_and_unknown_parameters_are_ignored(frozen: HubProcess) -> None:
    assert len(get(frozen, "/api/models?limit=100000").json()) == 1000
    response = get(frozen, "/api/models?library=timm&skip=500&direction=-1&expand=sha")
    assert response.json() == get(frozen, "/api/models?expand=sha").json()
    assert "library=timm" in response.links["next"]["url"]


def test_the_last_page_has_no_link(frozen: HubProcess) -> None:
    assert "Link" not in get(frozen, "/api/models?author=maker-1").headers
    assert get(frozen, "/api/models?author=nobody").json() == []


def test_bodies_are_the_same_in_every_framing(frozen: HubProcess) -> None:
    whole = get(frozen, "/api/models?limit=500", **{"Accept-Encoding": "identity"})
    packed = get(frozen, "/api/models?limit=500", **{"Accept-Encoding": "gzip"})
    assert whole.content == packed.content
    assert int(whole.headers["Content-Length"]) == len(whole.content)
    assert (packed.headers["Transfer-Encoding"], packed.headers["Content-Encoding"]) == ("chunked", "gzip")
    head = CLIENT.head(f"{frozen.endpoint}/api/models?limit=500", headers={"Accept-Encoding": "identity"})
    assert head.content == b""
    assert head.headers["Content-Length"] == whole.headers["Content-Length"]


def test_responses_carry_the_recorded_headers(frozen: HubProcess) -> None:
    headers = get(frozen, "/api/models?limit=1", **{"X-Amzn-Trace-Id": "trace-1"}).headers
    assert headers["Content-Type"] == "application/json; charset=utf-8"
    assert headers["X-Powered-By"] == "huggingface-moon"
    assert headers["X-Request-Id"].startswith("Root=1-") and headers["X-Request-Id"].endswith(";trace-1")
    assert headers["X-Cache"] == "Miss from cloudfront"
    assert "Link" in headers["Access-Control-Expose-Headers"]
    assert headers["ETag"].startswith('W/"')
    assert headers["Date"].startswith("Sun, 22 Nov 2026 10:17")
    assert "X-Demo-Data" not in headers  # replayed, hence not synthetic


def test_a_search_goes_on_with_a_token_in_its_cursor(frozen: HubProcess) -> None:
    response = get(frozen, "/api/models?search=model-1&limit=5&sort=likes")
    cursor = parse_qs(urlsplit(response.links["next"]["url"]).query)["cursor"][0]
    assert list(json.loads(base64.b64decode(cursor))) == ["$or", "searchSequenceToken"]
    found = pages(frozen, "/api/models?search=model-1&limit=200&sort=likes&expand=sha")
    expected = [name for name in sorted_by("likes") if "model-1" in name.lower()]
    assert [item["id"] for page in found for item in page] == expected
