"""For every fault: a snapshot with each model exactly once, or a refusal with its reason."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import write_nights
from tests.demo.made_models import FIRST, made_models
from tests.sources.fault_cases import CASES, EXIT_CODES, Case
from tests.sources.walks import NIGHT, FastClock, as_row, quarantine_of, rows_of, settings_for, without_place
from tracker import gates
from tracker.demo import HubProcess, hub_process
from tracker.errors import SourceError
from tracker.landing import LandedRun, runs
from tracker.landing.parse.facts import night_facts
from tracker.scope import Scope
from tracker.sources.hub_models.walk import collect

TOKEN = "hf_planted" + "A" * 24
COUNT = 300
SCALE = 400.0
NIGHT_BEFORE = NIGHT - timedelta(days=1)


def _spread(item: dict[str, Any], number: int) -> dict[str, Any]:
    """The same model, one of three created every two weeks, downloaded at least once."""
    created = FIRST + timedelta(weeks=number // 3 * 2)
    return {**item, "createdAt": f"{created:%Y-%m-%dT%H:%M:%S}.000Z", "downloads": item.get("downloads", 0) + 1}


def _earlier(item: dict[str, Any]) -> dict[str, Any]:
    """The same model a night ago: each counter that stands today stood lower."""
    less = {name: max(0, item[name] - 1) for name in ("downloads", "downloadsAllTime") if name in item}
    return {**item, **less}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubProcess]:
    items = [_spread(item, number) for number, item in enumerate(made_models(COUNT))]
    nights = {NIGHT_BEFORE: [_earlier(item) for item in items], NIGHT: items}
    folder = write_nights(tmp_path_factory.mktemp("faults"), nights)
    with hub_process(replay=folder, tier_quota=0, scale=SCALE, tokens={TOKEN: "free"}) as started:
        yield started


@pytest.fixture
def walk(server: HubProcess, tmp_path: Path) -> Callable[..., LandedRun]:
    def start(case: Case, clock: FastClock, night: date = NIGHT) -> LandedRun:
        settings = settings_for(tmp_path, server.endpoint, **case.settings)
        return collect(settings, scope=Scope("full"), snapshot_date=night, page_size=case.page_size, clock=clock)

    return start


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.fault)
def test_fault(case: Case, server: HubProcess, walk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if case.token:
        monkeypatch.setenv("HF_TOKEN", TOKEN)
    server.set_faults([])
    last = None
    if case.two_nights:
        server.set_night(NIGHT_BEFORE)
        last = night_facts(walk(case, FastClock(SCALE), NIGHT_BEFORE))
    server.set_night(NIGHT)
    server.set_faults([case.fault])
    server.clear_log()
    before = {item["_id"]: item for item in server.items()}
    clock = FastClock(SCALE, server.now())
    if case.ends == "failed":
        _assert_stopped(case, lambda: walk(case, clock), tmp_path)
    else:
        run = walk(case, clock)
        _assert_landed(case, run, server, before)
        _assert_judged(case, night_facts(run), last)
    assert sum(clock.slept) >= case.waits
    assert any(server.fired().values()), "the fault never fired"
    assert all(entry.host == server.endpoint.removeprefix("http://") for entry in server.requests())


def _assert_stopped(case: Case, walk: Callable[[], LandedRun], data_dir: Path) -> None:
    with pytest.raises(SourceError) as caught:
        walk()
    assert caught.value.exit_code == EXIT_CODES[case.ends]
    assert re.search(case.says, str(caught.value))
    manifest = runs(data_dir)[-1].manifest
    assert (manifest.status, manifest.reason) == (case.ends, str(caught.value))
    assert TOKEN not in "".join(path.read_text() for path in data_dir.rglob("*.json*") if path.suffix != ".gz")


def _assert_landed(case: Case, run: LandedRun, server: HubProcess, before: dict[str, Any]) -> None:
    """Every model that existed throughout stands once, with values that were true at some moment."""
    true_values: dict[str, list[dict[str, Any]]] = {hub_id: [item] for hub_id, item in before.items()}
    for change in server.changes():
        if change["after"] is not None:
            true_values.setdefault(change["hub_id"], []).append(change["after"])
    throughout = before.keys() & {item["_id"] for item in server.items()}
    rows = rows_of(run)
    landed = {row["hub_id"]: row for row in rows}
    assert len(landed) == len(rows) == run.manifest.models
    quarantined = quarantine_of(run)
    assert (len(quarantined), run.manifest.quarantined) == (case.unusable, case.unusable)
    aside = [line for line in quarantined if line["outcome"] == "set aside"]
    assert len(aside) == run.manifest.set_aside == case.missing
    assert all(line["raw"] and line["reason"] and line["page"] and line["position"] for line in quarantined)
    if case.says == "reaches_the_end":  # the gate's to find
        return
    nameless = sum(hub_id.startswith("name:") for hub_id in landed)
    assert len(throughout - landed.keys()) == case.missing + nameless
    if case.mode in ("F13", "F14"):
        return  # these change what is said of a model; test_parse.py looks at each value
    for hub_id in throughout:
        assert without_place(landed[hub_id]) in [as_row(item) for item in true_values[hub_id]]


def _assert_judged(case: Case, facts: gates.NightFacts, last: gates.NightFacts | None) -> None:
    failed = [verdict for verdict in gates.judge(facts, last) if not verdict.passed]
    blocked = [verdict for verdict in failed if verdict.blocking]
    assert bool(blocked) == (case.ends == "refused by a gate"), failed
    assert re.search(case.says, "; ".join(f"{verdict.gate}: {verdict.reason}" for verdict in failed))


def test_all_fault_modes_have_a_case() -> None:
    assert {case.mode for case in CASES} == {f"F{number}" for number in range(1, 23)}


def test_a_short_list_of_the_most_downloaded_is_refused(server: HubProcess, tmp_path: Path) -> None:
    server.set_faults(["F17:page=2,kind=missing"])
    settings = settings_for(tmp_path, server.endpoint)
    run = collect(settings, scope=Scope.parse("top:200"), snapshot_date=NIGHT, page_size=50, clock=FastClock(SCALE))
    failed = [verdict.gate for verdict in gates.judge(night_facts(run), None) if not verdict.passed]
    assert run.manifest.models == 100 and failed == ["reaches_the_end"]
