"""A notable model that a walk did not see is asked for once, by name, with patience and without trust."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.conftest import write_nights
from tests.demo.made_models import made_models
from tests.sources.walks import NIGHT, FastClock, settings_for
from tracker.demo import HubProcess, hub_process
from tracker.sources.hub_models.confirm import Confirmation, confirm_disappearances

MODELS = made_models(8)
NIGHT_BEFORE = NIGHT - timedelta(days=1)
IDS = [item["_id"] for item in MODELS]
NAMES = [item["id"] for item in MODELS]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubProcess]:
    """Of eight models, one was renamed, one disabled, one deleted, one hidden, and one made again by another."""
    tonight = [
        MODELS[0],
        {**MODELS[1], "id": "elsewhere/New-Name"},
        {**MODELS[2], "disabled": True},
        {**MODELS[4], "private": True},
        {**MODELS[5], "_id": "f" * 24},
        {**MODELS[6], "gated": "manual"},
    ]
    folder = write_nights(tmp_path_factory.mktemp("confirm"), {NIGHT_BEFORE: MODELS, NIGHT: tonight})
    with hub_process(replay=folder, tier_quota=0, tokens={"hf_good" + "a" * 30: "free"}) as started:
        yield started


@pytest.fixture
def confirm(server: HubProcess, tmp_path: Path):
    server.set_faults([])

    def ask(*numbers: int, clock: FastClock | None = None) -> list[Confirmation]:
        candidates = [(IDS[number], NAMES[number]) for number in numbers]
        return confirm_disappearances(settings_for(tmp_path, server.endpoint), candidates, clock=clock or FastClock())

    return ask


@pytest.mark.parametrize(
    ("number", "outcome", "now"),
    [
        (0, "present", NAMES[0]),
        (1, "renamed", "elsewhere/New-Name"),
        (2, "disabled", NAMES[2]),
        (3, "gone", None),
        (4, "gone", None),  # private, asked without a token that sees it: the Hub answers as for a missing one
        (5, "replaced", NAMES[5]),
        (6, "present", NAMES[6]),
    ],
)
def test_what_became_of_a_model(confirm, number: int, outcome: str, now: str | None) -> None:
    assert confirm(number) == [Confirmation(IDS[number], NAMES[number], outcome, now)]


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        ("F6:route=model,attempts=2", "present"),
        ("F1:route=model,attempts=1,seconds=30", "present"),
        ("F9:route=model,attempts=2,kind=reset-body", "present"),
        ("F8:route=model,attempts=2,status=403", "present"),
        ("F10:route=model,attempts=2,kind=html", None),
        ("F6:route=model", None),
        ("F16:kind=rename,count=1", "renamed"),
        ("F16:kind=chain,length=3", "present"),
        ("F16:kind=other,count=1", "replaced"),
    ],
)
def test_faults_are_borne_or_leave_the_question_open(confirm, server, fault: str, outcome: str | None) -> None:
    server.set_faults([fault])
    assert [each.outcome for each in confirm(0)] == ([outcome] if outcome else [])


@pytest.mark.parametrize("kind", ["origin", "loop"])
def test_redirects_that_lead_astray_leave_the_question_open(confirm, server, kind: str, caplog) -> None:
    server.set_faults([f"F16:kind={kind},count=6"])
    server.clear_log()
    assert [each.hub_id for each in confirm(0, 1)] == ([IDS[1]] if kind == "loop" else [])
    assert "redirect" in caplog.text
    assert all(entry.host == server.endpoint.removeprefix("http://") for entry in server.requests())


def test_a_refused_token_is_no_disappearance(confirm, server, monkeypatch: pytest.MonkeyPatch, caplog) -> None:
    secret = "hf_bad" + "b" * 30
    monkeypatch.setenv("HF_TOKEN", secret)
    server.clear_log()
    assert confirm(0, 3, 1, 2, 4) == []
    assert len(server.requests()) == 3  # it does not go on asking
    assert "does not accept the token" in caplog.text and secret not in caplog.text


def test_many_questions_keep_to_the_quota(hub, tmp_path: Path) -> None:
    server = hub({NIGHT: MODELS}, tier_quota=8, scale=100)
    candidates = list(zip(IDS, NAMES, strict=True)) * 2
    found = confirm_disappearances(settings_for(tmp_path, server.endpoint), candidates, clock=FastClock(100))
    assert len(found) == 16 and {each.outcome for each in found} == {"present"}
    assert [entry.status for entry in server.requests()] == [200] * 16
