"""Recorded answers of the real Hub, replayed: the same bytes, the same fields."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import httpx2
import pytest
from huggingface_hub import HfApi, ModelInfo

from tests.real.recorded import FOLDER
from tracker.demo import HubProcess
from tracker.demo.hub.hub import error
from tracker.demo.listing.cursor import Cursor
from tracker.demo.listing.ratelimit import QUOTAS, Principal, Quota, refusal

NIGHT = date(2026, 10, 1)
Hub = Callable[..., HubProcess]

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not FOLDER.is_dir(), reason="the recorded real answers are not here"),
]


def recording(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / "api_recorded" / name).read_text())
    return found


def compact(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def test_the_recorded_listing_comes_back_byte_for_byte(hub: Hub) -> None:
    items = recording("list_expand_text-generation_downloads.json")["body"]
    served = hub(nights={NIGHT: items[::-1]})
    query = "sort=downloads&limit=50&expand[]=baseModels&expand[]=downloads&expand[]=createdAt"
    response = httpx2.get(f"{served.endpoint}/api/models?{query}", trust_env=False)
    assert response.content == compact(items)


def test_recorded_items_parse_to_the_same_fields(hub: Hub) -> None:
    items = recording("list_expand_text-generation_downloads.json")["body"]
    items.append(recording("model_info_expand_qwen3-8b.json")["body"])
    items.append(recording("model_info_expand_llama2-7b-gguf.json")["body"])
    served = hub(nights={NIGHT: items})
    api = HfApi(endpoint=served.endpoint, token=False)
    fields = sorted({key for item in items for key in item} - {"_id", "id"})
    for item in items:
        found = api.model_info(item["id"], expand=fields)  # type: ignore[arg-type]
        wanted = {"author": item["id"].partition("/")[0], **item}
        if "childrenModelCount" in wanted:  # counted from what is served; the recorded derivatives are not
            wanted["childrenModelCount"] = {"adapter": 0, "merge": 0, "quantized": 0, "finetune": 0}
        expected = ModelInfo(**json.loads(json.dumps(wanted)))
        left, right = vars(found), vars(expected)
        assert {key: left[key] for key in right if key != "children_model_count"} == {
            key: right[key] for key in right if key != "children_model_count"
        }


@pytest.mark.parametrize("name", ["GGGODLIN+daily-topic-radar", "scout-cpu+personal-news-feed"])
def test_a_recorded_page_without_expand_is_what_a_plain_request_gets(hub: Hub, name: str) -> None:
    text = (FOLDER / "api_fixtures" / "raw_list_pages" / f"{name}_hf_models.json").read_bytes().strip()
    items = json.loads(text)
    served = hub(nights={NIGHT: items})
    response = httpx2.get(f"{served.endpoint}/api/models", trust_env=False)
    assert response.content == text
    listed = {model.id: model for model in HfApi(endpoint=served.endpoint, token=False).list_models()}
    assert {name: model.tags for name, model in listed.items()} == {item["id"]: item["tags"] for item in items}


def test_recorded_cursors_are_read_and_written_alike() -> None:
    samples = recording("link_headers_and_cursors.json")["samples"]
    decoded = [sample["decoded"] for sample in samples if "decoded" in sample and "search" not in sample["source"]]
    assert len(decoded) == 2
    for sample in decoded:
        key = next(iter(sample["$or"][0]))
        text = Cursor(key, sample["$or"][0][key], sample["$or"][0]["_id"]["$gt"]).encode()
        assert any(text in (each.get("url") or "").replace("%3D", "=") for each in samples)
        assert Cursor.decode(text, key).encode() == text


def test_a_cursor_of_2022_stops_before_models_without_the_key() -> None:
    link = recording("link_headers_and_cursors.json")["samples"][4]["link"]
    text = link.partition("cursor=")[2].partition(">")[0].replace("%3D", "=")
    cursor = Cursor.decode(text, "likes")
    assert (cursor.value, cursor.nulls) == (294, False)
    assert cursor.encode() == text


def test_refusals_are_worded_as_recorded() -> None:
    samples = recording("rate_limit_429_texts.json")["samples"]
    quota = {tier: Quota("api", QUOTAS[tier]["api"], -1, 10, 300) for tier in QUOTAS}
    anonymous = refusal(Principal("<ip>", "anonymous"), quota["anonymous"])
    assert samples[0]["client_message"].endswith(anonymous)
    assert refusal(Principal("someone", "free"), quota["free"]) == samples[1]["body_text"]
    assert refusal(Principal("someone", "pro"), quota["pro"]) == samples[2]["body_text"]


def test_the_missing_model_is_answered_as_recorded(hub: Hub) -> None:
    recorded = recording("model_not_found_401.json")
    served = hub(nights={NIGHT: recording("list_expand_text-generation_downloads.json")["body"]})
    response = httpx2.get(served.endpoint + recorded["request"], trust_env=False)
    assert (response.status_code, response.json()) == (recorded["status"], recorded["body"])
    for name in ("content-type", "x-error-message"):
        assert response.headers[name] == recorded["headers"][name]
    assert "x-error-code" not in response.headers


def test_header_names_are_the_recorded_ones(hub: Hub) -> None:
    recorded = {name.lower() for name, _ in recording("response_headers_2026-06-08.json")["headers"]}
    served = hub(nights={NIGHT: recording("list_expand_text-generation_downloads.json")["body"]})
    response = httpx2.get(f"{served.endpoint}/api/models", headers={"Accept-Encoding": "gzip"}, trust_env=False)
    assert set(response.headers) - recorded <= {"link"}
    assert recorded <= set(response.headers)


def test_a_gated_models_commits_are_refused_as_recorded(hub: Hub) -> None:
    recorded = recording("commits_gated_401.json")
    item = {"_id": "66944f1fe0c5c2e493a804f5", "id": "meta-llama/Llama-3.1-8B", "gated": "manual"}
    served = hub(nights={NIGHT: [item]})
    response = httpx2.get(served.endpoint + recorded["request"], trust_env=False)
    assert (response.status_code, response.json()) == (recorded["status"], recorded["body"])
    assert response.headers["x-error-code"] == recorded["headers"]["x-error-code"]
    assert (
        error(401, recorded["body"]["error"], "GatedRepo").header("X-Error-Message")
        == response.headers["x-error-message"]
    )
