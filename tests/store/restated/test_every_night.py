"""After restatements of five causes every night is answered as it was, and what was saved then verifies."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.registry_folder import add_row
from tests.store.nights import land, small_registry
from tests.store.test_parts import World
from tracker import pipeline, registry
from tracker.api import Answer, Copy
from tracker.forgetting.night import forget
from tracker.settings import Settings
from tracker.store.base import generations
from tracker.store.publish import retention

FIRST = date(2090, 1, 20)  # a publish without a walk is of this machine's day, or of the last walk where that is later

QUESTIONS: Mapping[str, Callable[[Copy], Answer]] = {
    "share": lambda copy: copy.share(first="2025-06"),
    "trend": lambda copy: copy.trend(of="families", first=FIRST),
    "flow": lambda copy: copy.trend(of="families", first=FIRST, flow=True, settled=True),
    "top": lambda copy: copy.top(of="models", by="likes"),
    "restatements": lambda copy: copy.restatements(),
}


def night(number: int) -> date:
    return FIRST + timedelta(days=number)


class Life:
    """A folder that lives through nights, and through one cause of each class of restatement between them."""

    def __init__(self, settings: Settings, place: Path, nights: int) -> None:
        folder = small_registry(place).directory
        shutil.copy(registry.default_directory() / "definitions.csv", folder)
        self.settings = replace(settings, registry=folder, grace_seconds=0.001)
        self.saved: dict[date, dict[str, Any]] = {}
        self._world = World(7)
        step = nights // 6
        self._causes = dict(
            zip(
                (step * at for at in range(1, 6)),
                (self._again, self._rule, self._corrected, self._late, self._forget),
                strict=True,
            )
        )
        for number in range(nights):
            self._pass(number)

    def _pass(self, number: int) -> None:
        if number != 3:  # it is missed, and comes late
            self._load(number)
        self._causes.get(number, lambda _: None)(number)
        with Copy(self.settings) as copy:
            newest = generations.read(self.settings.data_dir, copy.facts.generation)
            answers = {name: ask(copy).as_json() for name, ask in QUESTIONS.items()}
            self.saved[date.fromisoformat(newest.facts["day"])] = answers
        self._world.pass_a_night()

    def _load(self, number: int, attempt: int = 1) -> None:
        landed = land(self.settings.data_dir, night(number), self._world.models(), attempt=attempt)
        pipeline.load(self.settings, landed, force=True)

    def _again(self, number: int) -> None:
        self._world.pass_a_night()
        self._load(number, attempt=2)

    def _late(self, _: int) -> None:
        self._load(3)

    def _rule(self, _: int) -> None:
        add_row(self.settings.registry, "organizations", namespace="u1", organization="U", country="US")
        add_row(self.settings.registry, "families", line="Uu", developer="U", first_release="2026-01")
        add_row(self.settings.registry, "roots", pattern="u1/*", line="Uu")
        pipeline.resolve(self.settings)

    def _corrected(self, _: int) -> None:
        path = self.settings.registry / "roots.csv"
        text = path.read_text(encoding="utf-8")
        rows = list(csv.DictReader(text.splitlines()))
        assert any(row["pattern"] == "Qwen/Qwen3-*" for row in rows)
        path.write_text(text.replace("Qwen/Qwen3-*,Qwen3", "Qwen/Qwen3-*,Qwen"), encoding="utf-8")
        add_row(self.settings.registry, "roots", pattern="c/*", line="Llama")
        pipeline.resolve(self.settings)

    def _forget(self, number: int) -> None:
        forget(self.settings, night(number - 1), "hub_models")


@pytest.mark.parametrize("nights", [pytest.param(7, marks=pytest.mark.slow), pytest.param(60, marks=pytest.mark.soak)])
def test_every_night_is_answered_as_it_was(settings: Settings, tmp_path: Path, nights: int) -> None:
    life = Life(settings, tmp_path / "registry", nights)
    folder = life.settings.data_dir
    assert len(life.saved) >= nights - 1 and len(retention.databases(folder)) < len(life.saved)
    for day, saved in life.saved.items():
        with Copy(life.settings, as_of=day) as copy:
            for name, ask in QUESTIONS.items():
                found = ask(copy).as_json()
                assert found["rows"] == saved[name]["rows"], (day, name)
                assert found["about"]["id"] == saved[name]["about"]["id"], (day, name)
    with Copy(life.settings) as copy:
        told = copy.restatements()
        assert {"routine", "source", "method", "correction"} <= set(told.table["class"])
        for day, saved in list(life.saved.items())[:: max(1, nights // 6)]:
            for name in QUESTIONS:
                verified = copy.verify(saved[name])
                assert verified.equal and verified.same_copy, (day, name)
