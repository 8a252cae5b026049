"""`tracker doctor --live`: is the Hub what the collector expects? One line for each way in which it is not."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from huggingface_hub import close_session

from tests.command_line import called
from tests.health.drifts import CASES, Case, drifted
from tests.sources.loopback import Reply, Served
from tests.sources.walks import FastClock
from tracker import health
from tracker.columns import EXPAND
from tracker.settings import Settings

VERDICTS = {"good", "differs", "cannot tell"}
EFFECTS = {"", "slows", "falsifies", "stops"}
TOKEN = "hf_planted" + "Z9" * 14


@pytest.fixture(autouse=True)
def _closed_client() -> Any:
    yield
    close_session()


def asked(served: Served, tmp_path: Path, clock: FastClock | None = None, **changes: Any) -> dict[str, dict[str, str]]:
    """What is found, by check; each has one line."""
    settings = Settings(data_dir=tmp_path / "data", endpoint=served.address, **changes)
    rows = health.examine_live(settings, clock=clock).to_dicts()
    assert {row["verdict"] for row in rows} <= VERDICTS and {row["effect"] for row in rows} <= EFFECTS
    assert all(row["what_to_do"] for row in rows if row["verdict"] == "differs"), "each says what to do"
    assert not (tmp_path / "data").exists(), "nothing is written"
    found = {row["check"]: row for row in rows}
    assert len(found) == len(rows)
    return found


def test_a_hub_as_expected_is_good_throughout(tmp_path: Path) -> None:
    with drifted() as served:
        found = asked(served, tmp_path)
    assert {row["verdict"] for row in found.values()} == {"good"}, found
    assert served.paths() == ["/api/models"] * 3
    assert found["requests"]["finding"].startswith("3, all to http://127.0.0.1:")
    assert f"{len(EXPAND)} of the {len(EXPAND)} fields" in found["fields"]["finding"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_drift_is_told(case: Case, tmp_path: Path) -> None:
    with drifted(case.drift) as served:
        found = asked(served, tmp_path)
    row = found[case.check]
    assert (row["verdict"], row["effect"]) == (case.verdict, case.effect), row
    assert case.says in row["finding"] + row["what_to_do"], row
    assert found["requests"]["finding"].startswith(f"{len(served.heard)}, ")
    others = {each["check"] for each in found.values() if each["effect"] in health.HARMFUL} - {case.check}
    assert others <= {*case.with_it}, "and no other"


@pytest.mark.parametrize(
    ("reply", "verdict", "effect", "says"),
    [
        (Reply(b'{"isPro": true}'), "good", "", "a PRO account"),
        (Reply(b"not json"), "good", "", "the token is taken"),
        (Reply(b'{"error": "Invalid credentials in Authorization header"}', 401), "differs", "stops", "Invalid"),
        (Reply(b"slow down", 429), "cannot tell", "", "HTTP 429"),
        (Reply(b"no such page", 404), "cannot tell", "", "HTTP 404"),
        (Reply(b"", 302, {"Location": "http://localhost:9/"}), "cannot tell", "", "another host"),
    ],
)
def test_who_asks(
    reply: Reply, verdict: str, effect: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    with drifted() as served:
        served.give("/api/whoami-v2", reply)
        found = asked(served, tmp_path)
    row = found["rights"]
    assert (row["verdict"], row["effect"]) == (verdict, effect) and says in row["finding"]
    assert found["requests"]["finding"].startswith("4, ") and TOKEN not in str(found)


def test_a_redirect_within_the_hub_is_followed_and_counted(tmp_path: Path) -> None:
    with drifted() as served:
        pages = served.replies["/api/models"]
        served.replies["/api/models"] = [Reply(b"", 307, {"Location": "/api/models?moved"}), *pages]
        found = asked(served, tmp_path)
    assert found["page"]["verdict"] == "good" and found["requests"]["finding"].startswith("4, ")


def test_a_slow_hub_is_told_with_what_a_night_would_take(tmp_path: Path) -> None:
    with drifted() as served:
        slow = asked(served, tmp_path, FastClock(scale=2_000.0, began=datetime.now(UTC)))
    assert slow["pace"]["verdict"] == "differs" and slow["pace"]["effect"] in ("slows", "stops")
    assert "a night would take about" in slow["pace"]["finding"]


@pytest.mark.parametrize(
    "patience", [{"read_timeout_seconds": 0.1}, {"page_deadline_seconds": 0.1, "read_timeout_seconds": 5.0}]
)
def test_one_that_does_not_answer_is_given_up_on(patience: dict[str, float], tmp_path: Path) -> None:
    with drifted(lambda pages, _: [replace(pages[0], delay=0.4), *pages[1:]]) as served:
        found = asked(served, tmp_path, **patience)
    assert (found["page"]["verdict"], found["page"]["effect"]) == ("differs", "stops")
    assert found["requests"]["finding"].startswith("1, ")


@pytest.mark.parametrize(
    ("scope", "models", "order"),
    [("top:50", 50, "downloads"), ("top:20000", 1000, "downloads"), ("full", 1000, "createdAt")],
)
def test_the_scope_that_is_set_is_asked_for(scope: str, models: int, order: str, tmp_path: Path) -> None:
    with drifted() as served:
        found = asked(served, tmp_path, scope=scope)
    assert f"{models:,} were asked for" in found["page size"]["finding"] and order in found["order"]["finding"]


def test_the_operating_page_names_every_line() -> None:
    page = (Path(__file__).parents[2] / "docs" / "operating.md").read_text(encoding="utf-8")
    table = page.partition("| line | good where | where it differs |\n|---|---|---|\n")[2].partition("\n\n")[0]
    told = {line.split("|")[1].strip().strip("`") for line in table.splitlines()}
    lines = {case.check for case in CASES if not case.check.startswith(("field ", "type of "))}
    assert told == lines | {"rights", "types", "pace", "requests"}


def test_nobody_there(tmp_path: Path) -> None:
    with drifted() as served:
        pass
    found = asked(served, tmp_path)
    assert found["page"]["effect"] == "stops" and "HF_ENDPOINT" in found["page"]["what_to_do"]
    assert {row["verdict"] for check, row in found.items() if check not in ("page", "requests")} == {"cannot tell"}


@pytest.mark.parametrize(("name", "code"), [(None, 0), ("no gzip", 0), ("gone from all", 1), ("HTML", 1)])
def test_the_command_ends_as_a_night_would(
    name: str | None, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drift = next((case.drift for case in CASES if case.name == name), None)
    with drifted(drift) as served:
        monkeypatch.setenv("HF_ENDPOINT", served.address)
        done = called("doctor", "--live", "--json", "--data-dir", str(tmp_path / "data"))
    assert done.returncode == code and done.stderr == ""
    rows = json.loads(done.stdout)["rows"]
    assert list(rows[0]) == ["check", "verdict", "effect", "finding", "what_to_do"]
    assert any(row["effect"] in health.HARMFUL for row in rows) == (code == 1)
    assert not (tmp_path / "data").exists()


def test_the_folder_and_the_hub_are_asked_one_after_the_other() -> None:
    done = called("doctor", "--live", "--record")
    assert done.returncode == 2 and "one after the other" in done.stderr
