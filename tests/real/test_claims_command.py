"""`tracker claims` on the replayed recordings: every row is classified, and says why it cannot be computed."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from tests.command_line import tracker
from tests.real import recorded
from tracker import claims, pipeline, registry
from tracker.scope import Scope
from tracker.settings import Settings

LEDGER = claims.load(registry.default_directory())


def one_poll() -> dict[date, list[recorded.Item]]:
    nights = recorded.starscreener()
    last = max(nights)
    return {last: nights[last]}


RECORDINGS = {"trending-2026": one_poll, "top-2024": lambda: {date(2024, 9, 20): recorded.enochlev()}}


@pytest.fixture(scope="module", params=RECORDINGS)
def data_dir(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder after one night of a recording."""
    from tests.conftest import write_nights
    from tracker.demo import hub_process

    folder = tmp_path_factory.mktemp(request.param)
    nights = RECORDINGS[request.param]()
    (night,) = nights
    with hub_process(replay=write_nights(folder / "hub", nights)) as hub:
        settings = Settings(data_dir=folder / "data", endpoint=hub.endpoint)
        pipeline.update(settings, scope=Scope("full"), snapshot_date=night, force=True)
    return folder / "data"


def claims_of(data_dir: Path, *arguments: str) -> str:
    done = tracker("claims", *arguments, "--data-dir", str(data_dir), cwd=data_dir)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_row_is_classified_with_a_reason(data_dir: Path) -> None:
    answer = json.loads(claims_of(data_dir, "--json"))
    rows = {row["id"]: row for row in answer["rows"]}
    assert list(rows) == [claim.id for claim in LEDGER]
    verdicts = Counter(row["verdict"] for row in rows.values())
    assert set(verdicts) <= set(claims.VERDICTS)
    assert answer["parameters"]["verdicts"] == {name: verdicts[name] for name in claims.VERDICTS}
    for row in rows.values():
        assert row["why"].startswith("needs ") or row["verdict"] != "cannot", row["id"]
        assert row["why"] and row["source_url"].startswith("https://"), row["id"]
        assert row["verdict"] == "cannot" or row["ours"], row["id"]


def test_markdown_has_one_line_a_claim(data_dir: Path) -> None:
    lines = claims_of(data_dir, "--format", "markdown").splitlines()
    table = [line for line in lines if line.startswith("|")]
    assert "verdict" in table[0]
    assert [line.split("|")[1].strip() for line in table[2:]] == [claim.id for claim in LEDGER]


def test_a_claim_is_fitted_by_every_reading_of_its_rule(data_dir: Path) -> None:
    fitted = next(claim.id for claim in LEDGER if claim.data == "A?" and claim.asks == "share")
    answer = json.loads(claims_of(data_dir, "--fit", fitted, "--json"))
    rows = answer["rows"]
    assert len(rows) == answer["parameters"]["readings"] > 1
    assert [row["rank"] for row in rows] == list(range(1, len(rows) + 1))
    assert len({row["definition"] for row in rows}) == len(rows)
    for row in rows:
        assert (row["distance"] is None) == bool(row["missing"])
    distances = [row["distance"] for row in rows if row["distance"] is not None]
    assert distances == sorted(distances)
