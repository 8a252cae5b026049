"""Every fault mode, met by the real client: it reacts as the reference measured."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from huggingface_hub import HfApi
from huggingface_hub.errors import BadRequestError, HfHubHTTPError

from tests.conftest import write_nights
from tests.demo.made_models import EXPAND, NIGHT, made_models
from tracker.demo import HubProcess, hub_process
from tracker.demo.faults.catalogue import MODES
from tracker.demo.faults.items import MALFORMED

COUNT = 210  # three pages
NAMES = Counter(item["id"] for item in made_models(COUNT))
BEFORE = NIGHT - timedelta(days=1)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubProcess]:
    yesterday = [{**item, "downloads": 5, "downloadsAllTime": 7} for item in made_models(COUNT)]
    folder = write_nights(tmp_path_factory.mktemp("faulty"), {BEFORE: yesterday, NIGHT: made_models(COUNT)})
    with hub_process(replay=folder, tier_quota=0, page_limit=100, tokens={"hf_known": "free"}) as hub:
        yield hub


@pytest.fixture
def faulty(running: HubProcess, waits: list[float]) -> HubProcess:
    """A Hub without faults as yet, and a client that does not really wait."""
    running.set_night(NIGHT)
    running.set_faults([])
    running.clear_log()
    return running


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What the client would have waited, in seconds."""
    waits: list[float] = []
    monkeypatch.setattr("huggingface_hub.utils._http.time.sleep", waits.append)
    return waits


def walk(hub: HubProcess, **options: Any) -> list[Any]:
    return list(HfApi(endpoint=hub.endpoint, token=False).list_models(sort="created_at", **options))


def names(hub: HubProcess, **options: Any) -> Counter[str]:
    return Counter(model.id for model in walk(hub, **options))


def tries(hub: HubProcess, page: int) -> int:
    return sum(1 for entry in hub.requests() if entry.page == page and entry.route == "models")


def raw(hub: HubProcess, target: str = "/api/models?sort=createdAt") -> httpx2.Response:
    return httpx2.get(hub.endpoint + target, timeout=10, trust_env=False)


@pytest.mark.parametrize(
    ("spec", "expected_waits"),
    [
        ("F1:page=2,attempts=2,seconds=10", [11, 11]),
        ("F2:page=2,attempts=2", [1, 2]),
        ("F3:page=2,attempts=1,seconds=2", [3]),
        ("F3:page=2,attempts=1,kind=date", [1]),
        ("F4:page=2,attempts=1", [86401]),
        ("F6:page=2,attempts=2", [1, 2]),
        ("F6:page=2,attempts=1,status=503,body=json", [1]),
        ("F7:page=2,attempts=1", [1]),
        ("F7:page=3,attempts=1,status=502", [1]),
        ("F9:page=2,attempts=1,kind=reset", [1]),
        ("F9:page=2,attempts=1,kind=reset-body", [1]),
        ("F9:page=2,attempts=1,kind=short", [1]),
        ("F9:page=2,attempts=1,kind=chunk", [1]),
        ("F9:page=2,attempts=1,kind=truncated-chunk", [1]),
        ("F9:page=2,attempts=1,kind=garbage", [1]),
    ],
)
def test_what_the_client_retries(faulty: HubProcess, waits: list[float], spec: str, expected_waits: list[int]) -> None:
    faulty.set_faults([spec])
    assert names(faulty) == NAMES
    assert waits == expected_waits
    page = int(spec.partition("page=")[2][0])
    assert tries(faulty, page) == len(expected_waits) + 1
    assert faulty.fired() == {spec: len(expected_waits)}


@pytest.mark.parametrize("spec", ["F1:page=2,seconds=1", "F6:page=2", "F7:page=2", "F9:page=2,kind=garbage"])
def test_the_client_gives_up_after_six_tries(faulty: HubProcess, spec: str) -> None:
    faulty.set_faults([spec])
    with pytest.raises((HfHubHTTPError, httpx2.RemoteProtocolError)):
        walk(faulty)
    assert (tries(faulty, 1), tries(faulty, 2)) == (1, 6)


@pytest.mark.parametrize(
    ("spec", "error"),
    [
        ("F5:page=2", TypeError),
        ("F8:page=2", HfHubHTTPError),
        ("F8:page=2,status=524", HfHubHTTPError),
        ("F8:page=2,status=403", HfHubHTTPError),
        ("F10:page=2", json.JSONDecodeError),
        ("F10:page=2,kind=empty", json.JSONDecodeError),
        ("F10:page=2,kind=html", json.JSONDecodeError),
        ("F10:page=2,kind=gzip", httpx2.DecodingError),
        ("F21:page=2", HfHubHTTPError),
        ("F17:page=1,kind=relative", httpx2.UnsupportedProtocol),
    ],
)
def test_what_the_client_does_not_retry(
    faulty: HubProcess, waits: list[float], spec: str, error: type[Exception]
) -> None:
    faulty.set_faults([spec])
    with pytest.raises(error):
        walk(faulty)
    assert waits == []
    assert tries(faulty, 2) == (0 if spec.startswith("F17") else 1)


def test_deep_pages_time_out_until_the_limit_is_lowered(faulty: HubProcess) -> None:
    faulty.set_faults(["F7:limit=50"])
    assert raw(faulty).status_code == 504
    assert "cloudfront" in raw(faulty).text.lower()
    assert raw(faulty, "/api/models?limit=50").status_code == 200


@pytest.mark.parametrize("kind", ["head", "body"])
def test_the_client_waits_through_a_stall_of_any_length(faulty: HubProcess, kind: str) -> None:
    faulty.set_faults([f"F11:page=2,kind={kind},seconds=0.7"])
    started = faulty.now()
    assert names(faulty) == NAMES
    assert (faulty.now() - started).total_seconds() >= 0.7
    with pytest.raises(httpx2.ReadTimeout):
        faulty.set_faults([f"F11:kind={kind},seconds=5"])
        httpx2.get(f"{faulty.endpoint}/api/models", timeout=0.3, trust_env=False)


def test_a_drip_outlasts_a_read_timeout(faulty: HubProcess) -> None:
    faulty.set_faults(["F11:kind=drip,seconds=0.1,bytes=10"])
    started = faulty.now()
    response = httpx2.get(f"{faulty.endpoint}/api/models?limit=1&expand=sha", timeout=0.3, trust_env=False)
    assert len(response.json()) == 1
    assert (faulty.now() - started).total_seconds() > 0.3


def test_shifts_skip_and_repeat_when_sorted_by_downloads(faulty: HubProcess) -> None:
    faulty.set_faults(["F12:kinds=bump,models=20"])
    api = HfApi(endpoint=faulty.endpoint, token=False)
    seen = Counter(model.id for model in api.list_models(sort="downloads"))
    assert len(faulty.changes()) > 20
    assert NAMES - seen, "some are skipped"
    assert seen - NAMES, "some come twice"


def test_shifts_leave_a_walk_by_creation_whole(faulty: HubProcess) -> None:
    faulty.set_faults(["F12:kinds=bump+new,models=20"])
    seen = names(faulty)
    created = {change["after"]["id"] for change in faulty.changes() if change["kind"] == "created"}
    assert len(created) == 60
    assert {name: count for name, count in seen.items() if name not in created} == NAMES


def test_deleted_hidden_and_renamed_models_are_told_by_the_truth(faulty: HubProcess) -> None:
    faulty.set_faults(["F12:kinds=delete+rename+hide,models=9"])
    seen = {model._id: model.id for model in walk(faulty)}  # type: ignore[attr-defined]
    changes = faulty.changes()
    assert {change["kind"] for change in changes} == {"deleted", "renamed", "hidden"}
    touched = {change["hub_id"] for change in changes}
    untouched = {item["_id"]: item["id"] for item in made_models(COUNT) if item["_id"] not in touched}
    assert untouched.items() <= seen.items()
    gone = {
        change["hub_id"] for change in changes if change["kind"] in ("deleted", "hidden") and change["request"] == 1
    }
    assert not gone & set(seen)
    assert {item["_id"] for item in faulty.items()} == set(untouched) | {change["hub_id"] for change in changes} - {
        change["hub_id"] for change in changes if change["kind"] != "renamed"
    }


def test_a_rename_during_a_walk_is_redirected_from_then_on(faulty: HubProcess) -> None:
    faulty.set_faults(["F12:kinds=rename,models=1,page=1,count=1"])
    raw(faulty)
    (change,) = faulty.changes()
    response = raw(faulty, f"/api/models/{change['before']['id']}")
    assert (response.status_code, response.headers["Location"]) == (307, f"/api/models/{change['after']['id']}")


RAISES: dict[str, type[Exception]] = {
    "no-id": KeyError,
    "date-offset": ValueError,
    "date-only": ValueError,
    "date-number": AttributeError,
    "safetensors-partial": KeyError,
    "safetensors-text": TypeError,
    "transformers-partial": TypeError,
    "sibling-partial": KeyError,
    "provider-partial": KeyError,
    "provider-text": ValueError,
    "evaluation-partial": KeyError,
    "evaluation-text": AttributeError,
    "null": TypeError,
    "text": TypeError,
    "list": TypeError,
}


@pytest.mark.parametrize("kind", MALFORMED)
def test_one_malformed_record(faulty: HubProcess, kind: str) -> None:
    faulty.set_faults([f"F13:kind={kind},page=2"])
    if kind in RAISES:
        with pytest.raises(RAISES[kind]):
            walk(faulty, expand=list(EXPAND))
    else:
        assert len(walk(faulty, expand=list(EXPAND))) == COUNT, "the client lets it pass"
    first = raw(faulty, "/api/models?sort=createdAt&" + "&".join(f"expand={name}" for name in EXPAND))
    second = httpx2.get(first.links["next"]["url"], timeout=10, trust_env=False).json()
    assert [item in made_models(COUNT) for item in first.json() + second].count(False) == 1, "and no other"


@pytest.mark.parametrize(
    ("spec", "holds"),
    [
        ("F14:kind=new-field", lambda model: model.popularity["rank"] == 1),
        ("F14:kind=field-gone,field=downloads", lambda model: model.downloads is None),
        ("F14:kind=gated", lambda model: model.gated == "by-invitation"),
        ("F14:kind=relation", lambda model: model.base_models["relation"] == "distilled"),
    ],
)
def test_drift_passes_through_the_client(faulty: HubProcess, spec: str, holds: Callable[[Any], bool]) -> None:
    faulty.set_faults([spec])
    found = walk(faulty, expand=list(EXPAND))
    assert len(found) == COUNT
    assert all(holds(model) for model in found)


@pytest.mark.parametrize("kind", ["self", "ignore"])
def test_a_poisoned_card_kills_the_walk_that_asks_for_cards(faulty: HubProcess, kind: str) -> None:
    faulty.set_faults([f"F15:kind={kind},page=2"])
    assert names(faulty, expand=list(EXPAND)) == NAMES, "not asked for, not sent"
    with pytest.raises(TypeError):
        walk(faulty, cardData=True)


@pytest.mark.parametrize("kind", ["prose", "data-uri", "control"])
def test_loud_cards_pass(faulty: HubProcess, kind: str) -> None:
    faulty.set_faults([f"F15:kind={kind},page=2,items=3"])
    carded = [model for model in walk(faulty, cardData=True) if model.card_data]
    assert len(carded) == 3


def test_a_card_may_be_too_deep_to_parse(faulty: HubProcess) -> None:
    faulty.set_faults(["F15:kind=nesting,unasked=yes,page=1"])
    with pytest.raises(RecursionError):
        walk(faulty)


def test_chains_are_followed_and_loops_end_after_twenty(faulty: HubProcess) -> None:
    api = HfApi(endpoint=faulty.endpoint, token=False)
    name = "maker-0/Model-5"
    faulty.set_faults(["F16:kind=chain,length=2"])
    assert api.model_info(name).id == name
    assert [entry.status for entry in faulty.requests()] == [307, 307, 200]
    faulty.set_faults(["F16:kind=loop"])
    faulty.clear_log()
    with pytest.raises(httpx2.TooManyRedirects):
        api.model_info(name)
    assert len(faulty.requests()) == 21


def test_redirects_may_rename_or_lead_to_another_repository(faulty: HubProcess) -> None:
    api = HfApi(endpoint=faulty.endpoint, token=False)
    before = api.model_info("maker-0/Model-5")
    faulty.set_faults(["F16:kind=rename,count=1"])
    renamed = api.model_info("maker-0/Model-5")
    assert renamed.id != before.id
    assert renamed._id == before._id  # type: ignore[attr-defined]
    faulty.set_faults(["F16:kind=other,to=maker-1/Model-6"])
    other = api.model_info("maker-0/Model-5")
    assert (other.id, other._id == before._id) == ("maker-1/Model-6", False)  # type: ignore[attr-defined]


def test_a_redirect_may_leave_the_origin_and_the_client_drops_the_token(faulty: HubProcess) -> None:
    faulty.set_faults(["F16:kind=origin"])
    HfApi(endpoint=faulty.endpoint, token="hf_known").model_info("maker-0/Model-5")
    first, second = faulty.requests()
    assert (first.host.partition(":")[0], first.with_token) == ("127.0.0.1", True)
    assert (second.host.partition(":")[0], second.with_token) == ("localhost", False)


def test_a_missing_link_looks_like_the_end(faulty: HubProcess) -> None:
    faulty.set_faults(["F17:kind=missing,page=2"])
    assert names(faulty).total() == 200


def test_a_link_to_itself_never_ends(faulty: HubProcess) -> None:
    faulty.set_faults(["F17:kind=self,page=2"])
    listing = HfApi(endpoint=faulty.endpoint, token=False).list_models(sort="created_at")
    seen = Counter(model.id for model, _ in zip(listing, range(500), strict=False))
    assert seen.total() == 500
    assert max(seen.values()) == 4


def test_a_link_to_another_host_is_followed_with_the_token(faulty: HubProcess) -> None:
    faulty.set_faults(["F17:kind=host,page=1"])
    listed = list(HfApi(endpoint=faulty.endpoint, token="hf_known").list_models(sort="created_at"))
    assert len(listed) == COUNT
    assert {(entry.host.partition(":")[0], entry.with_token) for entry in faulty.requests()} == {
        ("127.0.0.1", True),
        ("localhost", True),
    }


def test_a_link_may_drop_the_parameters(faulty: HubProcess) -> None:
    faulty.set_faults(["F17:kind=params,page=1"])
    link = raw(faulty, "/api/models?sort=trendingScore&expand=sha&filter=license:mit").links["next"]["url"]
    assert link.partition("?")[2].startswith("cursor=")
    assert "&" not in link
    with pytest.raises(BadRequestError):
        walk(faulty)  # without `sort` the cursor is one over another key


@pytest.mark.parametrize(
    ("kind", "sizes"),
    [("empty", [100, 0, 100, 0, 10]), ("short", [100, 5, 100, 5]), ("duplicate", [100, 100, 100, 10, 10])],
)
def test_odd_pages_lose_nothing(faulty: HubProcess, kind: str, sizes: list[int]) -> None:
    page = "2" if kind == "short" else "2-"
    faulty.set_faults([f"F18:kind={kind},page={page},limit=5"])
    found, url = [], f"{faulty.endpoint}/api/models?sort=createdAt"
    while url:
        response = httpx2.get(url, timeout=10, trust_env=False)
        found.append([item["id"] for item in response.json()])
        url = response.links["next"]["url"] if "next" in response.links else ""
    assert [len(page) for page in found] == sizes
    seen = Counter(name for page in found for name in page)
    assert set(seen) == set(NAMES)
    assert (seen == NAMES) == (kind != "duplicate")
    assert names(faulty) == seen, "the client passes it on"


def test_a_partial_night_ends_early_and_looks_complete(faulty: HubProcess) -> None:
    faulty.set_faults(["F19:share=0.6"])
    assert names(faulty).total() == 200
    assert all(entry.status == 200 for entry in faulty.requests())


@pytest.mark.parametrize(
    ("kind", "downloads", "all_time"),
    [
        ("stall", {5}, {7}),
        ("half", None, None),
        ("stale", None, {7}),
        ("rollback", None, {int(item["downloadsAllTime"] * 0.9) for item in made_models(COUNT)}),
        ("recount", {int(item.get("downloads", 0) * 0.6) for item in made_models(COUNT)}, None),
    ],
)
def test_counters_lie(faulty: HubProcess, kind: str, downloads: set[int] | None, all_time: set[int] | None) -> None:
    faulty.set_faults([f"F20:kind={kind}"])
    items = faulty.items()
    truth = {item["_id"]: item for item in made_models(COUNT)}
    assert downloads is None or {item["downloads"] for item in items if "downloads" in item} == downloads
    assert all_time is None or {item["downloadsAllTime"] for item in items} == all_time
    stalled = sum(item["downloadsAllTime"] == 7 for item in items)
    if kind == "half":
        assert 0.4 < stalled / COUNT < 0.6
    assert all(set(item) == set(truth[item["_id"]]) for item in items), "no field comes or goes"
    faulty.set_faults([f"F20:kind={kind},night={BEFORE}"])
    assert sorted(item["downloadsAllTime"] for item in faulty.items()) == sorted(
        item["downloadsAllTime"] for item in truth.values()
    ), "another night is left alone"


def test_an_expand_field_may_be_withdrawn_mid_walk(faulty: HubProcess) -> None:
    faulty.set_faults(["F21:kind=expand,field=likes,page=2-"])
    with pytest.raises(BadRequestError):
        walk(faulty, expand=["likes"])
    assert (tries(faulty, 1), tries(faulty, 2)) == (1, 1)
    assert names(faulty, expand=["sha"]) == NAMES


def test_a_revoked_token_is_invalid_and_an_anonymous_walk_unauthorised(faulty: HubProcess) -> None:
    faulty.set_faults(["F21:page=2"])
    with pytest.raises(HfHubHTTPError, match="Invalid credentials"):
        list(HfApi(endpoint=faulty.endpoint, token="hf_known").list_models())
    with pytest.raises(HfHubHTTPError, match="Invalid username or password"):
        walk(faulty)


@pytest.mark.parametrize("kind", ["same", "reborn"])
def test_twins_in_one_page_pass_through(faulty: HubProcess, kind: str) -> None:
    faulty.set_faults([f"F22:kind={kind},page=2,items=3"])
    found = walk(faulty)
    twins = Counter(model.id for model in found) - NAMES
    assert twins.total() == 3
    hub_ids = {(model.id, model._id) for model in found}
    assert len(hub_ids) == COUNT + (3 if kind == "reborn" else 0)


def test_modes_of_archives_are_met_where_archives_are_read() -> None:
    text = (Path(__file__).parents[1] / "sources" / "archives" / "test_ranges.py").read_text()
    assert [code for code in ("F23:", "F24:") if f'"{code}' not in text] == []


def test_every_mode_is_met_in_this_file() -> None:
    text = Path(__file__).read_text()
    assert list(MODES) == [f"F{number}" for number in range(1, 25)]
    for code in MODES:
        assert f'"{code}:' in text, f"no test meets {code}"
