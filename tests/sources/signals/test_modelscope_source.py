"""ModelScope's list: pages that move while they are read, totals that fall, namespaces that are gone."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.sources.loopback import Reply, Served, serving
from tests.sources.signals.asked import NIGHT, Ran, run
from tests.sources.walks import FastClock
from tracker.demo.signals import modelscope
from tracker.errors import SourceError

PATH = "/openapi/v1/models"
Change = Callable[[dict[str, Any], str | None, int], dict[str, Any] | None]


@contextmanager
def listed(change: Change = lambda page, owner, number: page, day: Any = NIGHT) -> Iterator[Served]:
    """Serve the list of a day; `change` gives another page in the place of one."""

    def talk(handler: Any) -> None:
        asked = {name: values[0] for name, values in parse_qs(urlsplit(handler.path).query).items()}
        owner, number = asked.get("owner"), int(asked["page_number"])
        page = json.loads(json.dumps(modelscope.page(day, owner, number, int(asked["page_size"]))))
        body = json.dumps(change(page, owner, number)).encode()
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))

    with serving({PATH: Reply(talk=talk)}) as served:
        yield served


def ran(folder: Path, change: Change = lambda page, owner, number: page, **options: Any) -> Ran:
    with listed(change, options.get("day", NIGHT)) as served:
        return run("modelscope", folder, served, **options)


def test_the_most_downloaded_and_the_namespaces_are_one_row_a_model(tmp_path: Path) -> None:
    found = ran(tmp_path)
    frame = found.tables["second_hub"]
    there = modelscope.models(NIGHT)
    assert frame.height == len(there) == frame["model_id"].n_unique()
    assert frame["downloads_all_time"].sum() == sum(item["downloads"] for item in there)
    assert frame["place"].to_list() == list(range(1, len(there) + 1))
    counts = dict(found.tables["second_hub_counts"].select("namespace", "models").rows())
    assert counts[None] == len(there) and counts["ZhipuAI"] > 1
    assert found.refused == []
    (said,) = found.remarks
    assert (
        said == "1 namespaces have no model there: nobody-there (spelt otherwise there, or not there; see the registry)"
    )


def test_a_new_key_is_a_remark_once(tmp_path: Path) -> None:
    def grown(page: dict[str, Any], owner: str | None, number: int) -> dict[str, Any]:
        page["zq_answer"] = page["data"]["zq_page"] = 1
        for item in page["data"]["models"]:
            item["zq_model"] = {}
        return page

    found = ran(tmp_path, grown)
    assert found.refused == [] and not found.tables["second_hub"].is_empty()
    assert found.remarks[-3:] == [
        "an answer has new keys, which are not read: zq_answer",
        "a page has new keys, which are not read: zq_page",
        "a model has new keys, which are not read: zq_model",
    ]


def test_a_second_lies_between_two_requests(tmp_path: Path) -> None:
    clock = FastClock(scale=1000)
    with listed() as served:
        landed = run("modelscope", tmp_path, served, clock=clock).landed
    assert clock.slept == [1.0] * len(served.heard) and len(served.heard) == landed.manifest.requests


def test_a_model_that_climbs_while_it_is_read_is_one_row_and_the_shortfall_is_told(tmp_path: Path) -> None:
    """The first of the second page has climbed to the first one meanwhile, and pushed another down to the second."""
    first = modelscope.models(NIGHT)[50]["id"]

    def climbs(page: dict[str, Any], owner: str | None, number: int) -> dict[str, Any]:
        if owner is None and number == 1:
            page["data"]["models"][-1] = modelscope.page(NIGHT, None, 2, 50)["data"]["models"][0]  # type: ignore[index]
        if owner is None and number == 2:
            page["data"]["total_count"] += 1
        return page

    found = ran(tmp_path, climbs)
    frame = found.tables["second_hub"]
    assert frame.filter(frame["model_id"] == first)["place"].to_list() == [50]
    whole = len(modelscope.models(NIGHT))
    assert (
        f"the most downloaded: {whole - 1:,} models came of {whole:,} ({whole:,} to {whole + 1:,} while it was read)"
        in found.remarks
    )


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            lambda page, owner, number: {"success": False, "code": "QuotaLimitExceed", "message": "slow down"},
            "top, page 1 failed: QuotaLimitExceed, 'slow down'",
        ),
        (lambda page, owner, number: {"success": True, "data": {"total_count": 3}}, "holds no list of models"),
        (lambda page, owner, number: {"success": True}, "has no data; it has success"),
        (lambda page, owner, number: with_item(page, downloads="1.5e6"), "is '1.5e6', and not a whole number"),
        (lambda page, owner, number: with_item(page, id="no-namespace"), "a model whose id is 'no-namespace'"),
        (lambda page, owner, number: with_item(page, created_at="lately"), "is 'lately', and no moment"),
    ],
)
def test_what_is_no_list_is_refused_in_a_line(tmp_path: Path, change: Change, told: str) -> None:
    with pytest.raises(SourceError) as caught:
        ran(tmp_path, change)
    assert told in str(caught.value) and "\n" not in str(caught.value)


def with_item(page: dict[str, Any], **changes: Any) -> dict[str, Any]:
    if page["data"]["models"]:
        page["data"]["models"][0] |= changes
    return page


def test_a_page_of_html_that_says_200_is_refused(tmp_path: Path) -> None:
    page = b"  <!DOCTYPE html><title>verify you are human</title>"
    with serving({PATH: page}) as served, pytest.raises(SourceError, match="a page of HTML where data belong"):
        run("modelscope", tmp_path, served)


def test_moments_may_be_text_or_seconds_and_more_keys_do_not_matter(tmp_path: Path) -> None:
    found = ran(tmp_path, lambda page, owner, number: with_item(page, created_at=1735689600, more={"x": 1}))
    assert "2025-01-01 00:00:00+00:00" in {str(each) for each in found.tables["second_hub"]["created_at"]}


def test_what_only_a_token_can_see_is_left_out(tmp_path: Path) -> None:
    secret = modelscope.models(NIGHT)[0]["id"]

    def hide(page: dict[str, Any], owner: str | None, number: int) -> dict[str, Any]:
        for item in page["data"]["models"]:
            item["private"] = item["id"] == secret
        return page

    assert secret not in set(ran(tmp_path, hide).tables["second_hub"]["model_id"])


def test_gates_of_the_second_hub(tmp_path: Path) -> None:
    before = ran(tmp_path / "before", day=NIGHT - timedelta(days=7))
    assert ran(tmp_path / "after", last=before.tables).refused == []

    def emptied(page: dict[str, Any], owner: str | None, number: int) -> dict[str, Any]:
        return page if owner != "Qwen" else {"success": True, "data": {"models": [], "total_count": 0}}

    (gone,) = ran(tmp_path / "emptied", emptied, last=before.tables).refused
    assert gone.startswith("Qwen has no model any more (")

    def grown(page: dict[str, Any], owner: str | None, number: int) -> dict[str, Any]:
        if owner is None:
            page["data"]["total_count"] = 300
        return page

    assert any(
        each.startswith("it says to have 300 models, and had")
        for each in ran(tmp_path / "grown", grown, last=before.tables).refused
    )
    few = ran(tmp_path / "few", lambda page, owner, number: {"success": True, "data": {"models": [], "total_count": 0}})
    assert few.refused == ["second_hub: 0 rows; must be at least 50 (an empty list that says success)"]


def test_a_total_that_fell_is_noted_as_a_reset(tmp_path: Path) -> None:
    before = ran(tmp_path / "before", day=NIGHT - timedelta(days=7))
    first = modelscope.models(NIGHT)[0]["id"]

    def fall(page: dict[str, Any], owner: str | None, number: int) -> dict[str, Any]:
        for item in page["data"]["models"]:
            item["downloads"] = 5 if item["id"] == first else item["downloads"]
        return page

    found = ran(tmp_path / "after", fall, last=before.tables)
    assert found.refused == []
    assert any(f"of {first} from " in each and each.endswith("a fall is a reset)") for each in found.remarks)
