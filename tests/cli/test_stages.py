"""The stages of a night and what keeps its data, each a process of its own, as an operator runs them by hand."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import tracker as library
from tests.command_line import tracker
from tests.demo.made_models import made_model
from tracker import charts, registry
from tracker.demo import HubProcess

NIGHT = date(2026, 11, 21)
UNREADABLE = 7  # its name is none that the Hub gives


def served(number: int) -> dict[str, Any]:
    item = made_model(number) | {"downloads": number}
    return item | {"id": "../../etc/passwd"} if number == UNREADABLE else item


@pytest.fixture
def run(hub: Callable[..., HubProcess], tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run a command on an empty folder and a Hub of 300 models, one of them unreadable."""
    endpoint = hub({NIGHT: [served(number) for number in range(300)]}).endpoint

    def run(*arguments: str, data: str = "data", code: int = 0) -> subprocess.CompletedProcess[str]:
        done = tracker(*arguments, "--data-dir", str(tmp_path / data), HF_ENDPOINT=endpoint)
        assert done.returncode == code, done.stderr
        return done

    return run


def test_a_night_by_its_stages(run: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path) -> None:
    collected = run("collect", "--date", str(NIGHT))
    assert "landed 299 models (scope full), 1 quarantined" in collected.stderr
    assert (Path(collected.stdout.strip()) / "manifest.json").exists()
    assert "tracker update" in run("status").stdout, "nothing is published yet"
    row = json.loads(run("status", "--quarantine", "--json").stdout)["rows"][0]
    assert "etc/passwd" in row["raw"] and row["reason"]

    assert "new 299" in run("load", "--date", str(NIGHT)).stderr
    for again in ("resolve", "publish"):
        assert run(again).stdout.strip().endswith(".duckdb")
    with library.open(tmp_path / "data") as copy:
        assert (copy.facts.models, copy.facts.generation) == (299, 3)

    assert "copied now" in run("backup", str(tmp_path / "backup")).stdout
    assert "restored; published" in run("restore", str(tmp_path / "backup"), data="restored").stdout
    asked = ("sql", "select * from snapshots order by model_id", "--format", "csv")
    assert run(*asked, data="restored").stdout == run(*asked).stdout


def test_the_registry_is_checked_shown_and_measured(demo_folder: Path, tmp_path: Path) -> None:
    checked = tracker("registry", "check")
    assert checked.returncode == 0 and checked.stdout == "" and "no problem" in checked.stderr
    wrong = tmp_path / "registry"
    wrong.mkdir()
    for file in registry.default_directory().glob("*.csv"):
        text = file.read_text(encoding="utf-8")
        (wrong / file.name).write_text(text.replace(",Qwen,", ",Qwne,") if file.name == "roots.csv" else text)
    told = tracker("registry", "check", "--registry", str(wrong))
    assert told.returncode == 1 and told.stdout.startswith(f"{wrong / 'roots.csv'}:")

    shown = tracker("registry", "show", "Qwen", "--json")
    assert "Alibaba" in shown.stdout and shown.returncode == 0
    folder = ("--data-dir", str(demo_folder))
    measured = json.loads(tracker("registry", "coverage", "--json", *folder).stdout)["rows"]
    assert all(0 <= row["share"] <= 1 and row["covered"] <= row["total"] for row in measured)
    assert "country is known" in measured[0]["what"] and "on knowledge alone" in measured[1]["what"]
    table = tracker("registry", "coverage", "--next", "roots", "--format", "table", *folder).stdout
    assert "snapshot 2026-11-21" in table and "synthetic demo data" in table


def test_charts_are_listed() -> None:
    done = tracker("chart")
    assert [line.split("\t")[0] for line in done.stdout.splitlines()] == charts.names()
