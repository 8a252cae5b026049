"""The fixed-window quota on the virtual clock."""

from __future__ import annotations

import re
from collections.abc import Callable

import httpx2
import pytest
from huggingface_hub import HfApi
from huggingface_hub.errors import HfHubHTTPError

from tests.demo.made_models import NIGHT, made_models
from tracker.demo import HubProcess
from tracker.demo.listing.ratelimit import Limiter, Principal

Hub = Callable[..., HubProcess]
ANONYMOUS = Principal("127.0.0.1", "anonymous")


def test_headers_count_down_exactly_as_the_log_counts(hub: Hub) -> None:
    served = hub(nights={NIGHT: made_models(9)}, tier_quota=6)
    with httpx2.Client(base_url=served.endpoint, trust_env=False, timeout=10) as client:
        targets = ["/api/models", "/api/models/a/b", "/api/models/MAKER-0/model-0", "/api/models?expand=x"] * 2
        responses = [client.get(target) for target in targets]
    assert [response.status_code for response in responses] == [200, 401, 307, 400, 200, 401, 429, 429]
    shown = [re.fullmatch(r'"api";r=(\d+);t=(\d+)', response.headers["RateLimit"]) for response in responses]
    remaining = [int(match[1]) for match in shown if match]
    assert remaining == [5, 4, 3, 2, 1, 0, 0, 0]
    assert {response.headers["RateLimit-Policy"] for response in responses} == {'"fixed window";"api";q=6;w=300'}
    log = served.requests()
    assert [(entry.status, entry.remaining) for entry in log] == [
        (response.status_code, left) for response, left in zip(responses, remaining, strict=True)
    ]
    assert "Retry-After" not in responses[-1].headers
    assert responses[-1].json()["error"].startswith("We had to rate limit your IP (127.0.0.1). To continue")


def test_a_new_window_begins_when_the_virtual_clock_gets_there(hub: Hub) -> None:
    served = hub(nights={NIGHT: made_models(3)}, tier_quota=2)
    with httpx2.Client(base_url=served.endpoint, trust_env=False, timeout=10) as client:
        statuses = [client.get("/api/models").status_code for _ in range(3)]
        reset = int(client.get("/api/models").headers["RateLimit"].rpartition("t=")[2])
        served.advance(reset - 2)
        statuses.append(client.get("/api/models").status_code)
        served.advance(3)
        statuses.append(client.get("/api/models").status_code)
    assert statuses == [200, 200, 429, 429, 200]


def test_the_clients_own_wait_for_the_window_is_enough(hub: Hub, slept: list[float]) -> None:
    """A 2-second window in real time: the client sleeps what it is told, and the next request passes."""
    served = hub(nights={NIGHT: made_models(2_500)}, tier_quota=2, window=2)
    listed = list(HfApi(endpoint=served.endpoint, token=False).list_models())
    assert len(listed) == 2_500
    assert sum(slept) <= 6
    assert [entry.status for entry in served.requests()].count(200) == 3


def test_each_token_has_its_own_quota_and_tier(hub: Hub) -> None:
    served = hub(nights={NIGHT: made_models(3)}, tokens={"hf_one": "free", "hf_two": "free", "hf_three": "pro"})
    left = {}
    with httpx2.Client(base_url=served.endpoint, trust_env=False, timeout=10) as client:
        for token in ("hf_one", "hf_one", "hf_two", "hf_three", None):
            headers = {"Authorization": f"Bearer {token}"} if token else {}
            response = client.get("/api/models", headers=headers)
            left[token] = (response.headers["RateLimit"].split(";")[1], response.headers["RateLimit-Policy"])
    assert left == {
        "hf_one": ("r=998", '"fixed window";"api";q=1000;w=300'),
        "hf_two": ("r=999", '"fixed window";"api";q=1000;w=300'),
        "hf_three": ("r=2499", '"fixed window";"api";q=2500;w=300'),
        None: ("r=499", '"fixed window";"api";q=500;w=300'),
    }
    assert [entry.tier for entry in served.requests()] == ["free", "free", "free", "pro", "anonymous"]


def test_buckets_do_not_share() -> None:
    limiter = Limiter()
    for _ in range(100):
        assert limiter.take(ANONYMOUS, "pages", 1_000.0) is not None
    pages, api = limiter.take(ANONYMOUS, "pages", 1_000.0), limiter.take(ANONYMOUS, "api", 1_000.0)
    assert pages is not None and pages.exceeded
    assert api is not None and api.remaining == 499
    assert api.reset_seconds == 200


def test_no_quota_means_no_headers() -> None:
    assert Limiter(api_quota=0).take(ANONYMOUS, "resolvers", 0.0) is None


def test_client_gives_up_after_six_tries_against_an_empty_quota(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    served = hub(nights={NIGHT: made_models(3)}, tier_quota=1)
    monkeypatch.setattr("huggingface_hub.utils._http.time.sleep", lambda seconds: None)
    api = HfApi(endpoint=served.endpoint, token=False)
    list(api.list_models())
    with pytest.raises(HfHubHTTPError, match="429"):
        list(api.list_models())
    assert len(served.requests()) == 7
