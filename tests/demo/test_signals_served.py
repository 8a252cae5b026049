"""Other sources on the loopback server: forms, virtual nights, ETags, keys and faults."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from tracker.demo import HubProcess, hub_process

EXPORTS = "/signals/openrouter/datasets/exports/rankings-daily"


@pytest.fixture(scope="module")
def hub() -> Iterator[HubProcess]:
    with hub_process(models=60, nights=3, past=0) as started:
        yield started


def asked(hub: HubProcess, path: str, headers: Mapping[str, str] | None = None) -> tuple[int, dict[str, str], bytes]:
    parts = urlsplit(hub.endpoint)
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=30)
    try:
        connection.request("GET", path, headers=dict(headers or {}))
        answer = connection.getresponse()
        return answer.status, {name.lower(): said for name, said in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def test_an_export_is_the_file_of_its_manifest_on_each_night(hub: HubProcess) -> None:
    for night in hub.nights[-2:]:
        hub.set_night(night)
        told = json.loads(asked(hub, f"{EXPORTS}/latest.manifest.json")[2])
        status, headers, content = asked(hub, f"{EXPORTS}/{night}.csv")
        assert (status, told["snapshot_date"]) == (200, str(night)) and headers["content-type"].startswith("text/csv")
        assert told["files"]["csv"]["sha256"] == hashlib.sha256(content).hexdigest()
        assert told["files"]["csv"]["bytes"] == len(content)
        assert headers["x-demo-data"] == "synthetic"
        assert asked(hub, f"{EXPORTS}/{night}.csv", {"If-None-Match": headers["etag"]})[0] == 304
    assert asked(hub, f"{EXPORTS}/{hub.nights[-1] + timedelta(days=1)}.csv")[0] == 404
    assert asked(hub, f"{EXPORTS}/2026-09-18.csv")[0] == 404


def test_the_history_wants_a_key_which_is_no_token_of_the_hub(hub: HubProcess) -> None:
    path = "/signals/openrouter/datasets/rankings-daily?start_date=2024-06-01&end_date=2025-01-02"
    assert asked(hub, path)[0] == 401
    status, _, body = asked(hub, path, {"Authorization": "Bearer any"})
    told = json.loads(body)
    assert status == 200 and told["meta"]["start_date"] == "2025-01-01"
    assert {row["date"] for row in told["data"]} == {"2025-01-01", "2025-01-02"}
    assert all(row["total_tokens"].isdecimal() for row in told["data"])
    assert asked(hub, "/api/models", {"Authorization": "Bearer any"})[0] == 401
    late = "/signals/openrouter/datasets/rankings-daily?start_date=2025-01-01&end_date=2026-06-01"
    assert asked(hub, late, {"Authorization": "Bearer any"})[0] == 400


def test_the_second_hub_gives_pages_of_fifty_within_three_thousand(hub: HubProcess) -> None:
    path = "/signals/modelscope/openapi/v1/models?sort=downloads&page_size={}&page_number={}"
    told = json.loads(asked(hub, path.format(50, 1))[2])
    downloads = [item["downloads"] for item in told["data"]["models"]]
    assert told["success"] and len(downloads) == 50 and downloads == sorted(downloads, reverse=True)
    assert not json.loads(asked(hub, path.format(50, 61))[2])["success"]
    assert not json.loads(asked(hub, path.format(51, 1))[2])["success"]
    owned = json.loads(asked(hub, f"{path.format(50, 1)}&owner=Qwen")[2])["data"]
    assert owned["total_count"] == len(owned["models"]) > 0
    assert all(item["id"].startswith("Qwen/") for item in owned["models"])


def test_boards_are_a_data_set_of_the_hub(hub: HubProcess) -> None:
    name = "lmarena-ai/leaderboard-dataset"
    about = json.loads(asked(hub, f"/api/datasets/{name}")[2])
    path = f"/datasets/{name}/resolve/{about['sha']}/text/latest-00000-of-00001.parquet"
    status, headers, content = asked(hub, path)
    assert status == 200 and headers["x-repo-commit"] == about["sha"] and content[:4] == b"PAR1"


def test_faults_strike_them_too(hub: HubProcess) -> None:
    hub.set_faults(["F6:route=signals"])
    try:
        assert asked(hub, "/signals/epoch_eci/eci_scores.csv")[0] >= 500
        assert asked(hub, "/api/models?limit=1")[0] == 200
    finally:
        hub.set_faults([])
    assert asked(hub, "/signals/epoch_eci/eci_scores.csv")[2].startswith(b"Model,Display name,eci,")
