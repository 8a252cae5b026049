"""Random operations on one data folder, against a plain model: `status`, `share` and the tables never disagree with it.

Nights and late ones, parts of the Hub, wrong dates, refusals, walks cut off, a registry with an error, nights that are
forgotten, models that turn private, folders that move and are copied, kills. `make soak SEED=n` does many more, with
processes that are killed, in about ten minutes; the same number does the same again, and of this alone:

    .venv/bin/python -m pytest -m soak tests/machine --hypothesis-seed=n

Hypothesis prints the operations that fail, as lines that can be run as they stand; the long run shortens them first.
"""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from tests.machine import believed, folder
from tests.machine.believed import Night, Row
from tests.store.nights import hub_id, land, model, small_registry
from tracker import pipeline, registry, store
from tracker.errors import NothingPublished, RegistryError, SnapshotRefused, TrackerError
from tracker.forgetting.night import forget
from tracker.gates import FLOOR
from tracker.landing import LandedRun
from tracker.landing.journal import PageLine, encode
from tracker.settings import Settings

FIRST = datetime.now(UTC).date() - timedelta(days=60)
DAY = timedelta(days=1)
ROOTS = ("p1/base", "Qwen/Qwen3-a", "meta-llama/b", "old/first")
BROKEN = "spoiled,one cell too many,,,,,,,,,,,\n"
SCOPES = ("full", "top:4", "publisher:p1")

LOAD = """
import sys
from datetime import date
from pathlib import Path
from tracker import landing, pipeline
from tracker.settings import Settings
settings = Settings(data_dir=Path(sys.argv[1]), registry=Path(sys.argv[2]), memory_limit="500MB", threads=1)
(landed,) = (run for run in landing.runs(settings.data_dir) if run.manifest.run_id == sys.argv[3])
print("begin", flush=True)
pipeline.load(settings, landed)
"""

numbers = st.integers(5, 14)


class Folder(RuleBasedStateMachine):
    """A folder, the Hub that it follows, and what should be in it."""

    def __init__(self) -> None:
        super().__init__()
        self.place = Path(tempfile.mkdtemp(prefix="machine-"))
        self.moves, self.attempt = 0, 0
        small_registry(self.place / "good")
        shutil.copy(registry.default_directory() / "definitions.csv", self.place / "good")
        shutil.copytree(self.place / "good", self.place / "registry")
        self.hub = {n: _row(n, name) for n, name in enumerate(ROOTS, 1)}
        self.nights: list[Night] = []
        self.shown: list[Night] = []  # what readers were shown last
        self.ended: dict[str, str] = {}  # run_id -> how it ended
        self.taken: dict[str, date] = {}  # run_id -> the day that it was loaded for, though it was replaced since
        self.hidden: set[str] = set()  # hub_ids of what only the token of the walks can see now
        self.found: dict[str, date] = {}  # hub_id -> the last day on which a walk that was loaded has listed it so
        self.resolved = False  # a registry was good once
        self.broken = False

    def teardown(self) -> None:
        shutil.rmtree(self.place)

    @property
    def settings(self) -> Settings:
        data_dir, curated = self.place / f"data-{self.moves}", self.place / "registry"
        return Settings(
            data_dir=data_dir, registry=curated, endpoint="https://hub.example", memory_limit="500MB", threads=1
        )

    @property
    def newest(self) -> date:
        return max((night.day for night in self.nights), default=FIRST)

    # the Hub lives on

    @rule(number=numbers, parents=st.lists(st.integers(1, 13), unique=True, max_size=2), owner=st.sampled_from("pqr"))
    def appears(self, number: int, parents: list[int], owner: str) -> None:
        """A model comes, comes back, is renamed or declares other parents."""
        above = [(each, self.hub[each]["model_id"]) for each in parents if each < number and each in self.hub]
        kept = {"parents": above, "relation": "merge" if len(above) > 1 else "finetune"} if above else {}
        self.hub[number] = _row(number, f"{owner}{number % 3}/m{number}", **kept)
        self.hidden.discard(hub_id(number))

    @rule(number=numbers)
    def disappears(self, number: int) -> None:
        self.hub.pop(number, None)

    @rule(number=numbers)
    def turns_private(self, number: int) -> None:
        """The Hub lists it to the token of the walks alone, until it comes back."""
        if self.hub.pop(number, None):
            self.hidden.add(hub_id(number))

    def _rows(self, scope: str) -> list[dict[str, Any]]:
        rows = [{**row, "downloads_30d": row["downloads_30d"] + self.attempt} for row in self.hub.values()]
        if scope == "publisher:p1":
            return [row for row in rows if row["publisher"] == "p1"]
        return sorted(rows, key=lambda row: -row["downloads_30d"])[:4] if scope == "top:4" else rows

    # nights

    def _land(self, day: date, scope: str = "full", **about: Any) -> tuple[LandedRun, Night]:
        self.attempt += 1
        rows, began = self._rows(scope), datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=self.attempt)
        times = {"started_at": began, "finished_at": began + timedelta(seconds=30)}
        facts = {"hub_time": datetime(day.year, day.month, day.day, 8, tzinfo=UTC), **times, **about}
        private = sorted(self.hidden)
        landed = land(
            self.settings.data_dir, day, rows, scope=scope, attempt=self.attempt, private=len(private), **facts
        )
        page = PageLine(1, "/", None, "", 0, 0, len(rows), 200, "", private=len(private), private_ids=private)
        landed.journal_path.write_bytes(encode(page))
        wrong = landed.manifest.hub_day != day
        remarks = {"is_the_hubs_day"} if wrong else set()
        remarks |= {"registry"} if self.broken else set()
        self.ended[landed.manifest.run_id] = "landed" if landed.manifest.status == "landed" else "interrupted"
        return landed, Night(landed.manifest.run_id, day, scope, rows, frozenset(remarks))

    def _take(self, landed: LandedRun, night: Night, load: Callable[[], object], *, shows: bool = True) -> None:
        """Let a night be loaded, where a registry can be had."""
        if self.broken and not self.resolved:
            with pytest.raises(RegistryError):
                load()
            self.ended[night.run_id] = "failed"
            return
        load()
        self.resolved = True
        if shows:
            self._drop(landed)
        rows = [row for row in night.rows if self.found.get(row["hub_id"], date.min) <= night.day]
        night = replace(night, rows=rows)
        same = [each for each in self.nights if (each.day, each.scope) == (night.day, night.scope)]
        self.nights = [night if each in same else each for each in self.nights] + ([] if same else [night])
        self.taken[night.run_id] = night.day
        self.ended[night.run_id] = "loaded"
        if shows:
            self._show()

    def _drop(self, landed: LandedRun) -> None:
        """What a walk lists as private goes with all its days, but for what was seen in public after that."""
        day = landed.manifest.snapshot_date
        known, told = believed.models(self.nights), landed.private_ids()
        held = {hub_id for hub_id in told if hub_id in known and known[hub_id].last_seen <= day}
        self.found |= {hub_id: max(day, self.found.get(hub_id, day)) for hub_id in told}
        if held:
            self.nights = [replace(each, rows=_without(each.rows, held)) for each in self.nights]

    def _show(self) -> None:
        self.shown = list(self.nights)
        self.ended |= {run_id: "published" for run_id, ended in self.ended.items() if ended == "loaded"}

    @rule(gap=st.sampled_from([1, 1, 1, 2, 5]), scope=st.sampled_from(SCOPES))
    def night(self, gap: int, scope: str) -> None:
        landed, night = self._land(self.newest + gap * DAY, scope)
        self._take(landed, night, lambda: pipeline.load(self.settings, landed))

    @rule()
    def collected_again(self) -> None:
        """The newest night once more, where nothing stands beside it."""
        beside = [each for each in self.nights if each.day == self.newest]
        if len(beside) == 1:
            landed, night = self._land(self.newest, beside[0].scope)
            self._take(landed, night, lambda: pipeline.load(self.settings, landed))

    @rule(back=st.integers(1, 6), scope=st.sampled_from(SCOPES))
    def late_night(self, back: int, scope: str) -> None:
        day = self.newest - back * DAY
        if all((each.day, each.scope) != (day, scope) for each in self.nights):
            landed, night = self._land(day, scope)
            self._take(landed, night, lambda: pipeline.load(self.settings, landed))

    @precondition(lambda self: self.nights)
    @rule(scope=st.sampled_from(SCOPES))
    def beside(self, scope: str) -> None:
        """Another part on the newest day."""
        if all((each.day, each.scope) != (self.newest, scope) for each in self.nights):
            landed, night = self._land(self.newest, scope)
            self._take(landed, night, lambda: pipeline.load(self.settings, landed))

    @rule(ahead=st.sampled_from([-3, 70, 90]))
    def wrong_date(self, ahead: int) -> None:
        """A night that was forced upon another day than the Hub's."""
        day = self.newest + ahead * DAY
        if all(each.day != day for each in self.nights):
            hub_time = datetime(FIRST.year, FIRST.month, FIRST.day, tzinfo=UTC) - 9 * DAY
            landed, night = self._land(day, hub_time=hub_time)
            self._take(landed, night, lambda: pipeline.load(self.settings, landed))

    @rule(forced=st.booleans())
    def refused(self, forced: bool) -> None:
        """A walk that did not reach the end; `forced`: it is loaded after a look."""
        landed, night = self._land(self.newest + DAY, last_page_seen=False)
        if self.broken and not self.resolved:
            self._take(landed, night, lambda: pipeline.load(self.settings, landed))
            return
        with pytest.raises(SnapshotRefused):
            pipeline.load(self.settings, landed)
        self.ended[night.run_id] = "refused"
        if forced:
            night = Night(night.run_id, night.day, night.scope, night.rows, night.remarks | {"reaches_the_end"})
            self._take(landed, night, lambda: pipeline.load(self.settings, landed, force=True))

    @rule(status=st.sampled_from(["running", "interrupted"]))
    def cut_off(self, status: str) -> None:
        self._land(self.newest + DAY, status=status, finished_at=None if status == "running" else FLOOR)

    @rule(then=st.booleans())
    def only_loaded(self, then: bool) -> None:
        """A night as a kill between loading and resolving leaves it; `then` the next publish shows it."""
        if self.resolved:
            landed, night = self._land(self.newest + DAY)
            night = Night(night.run_id, night.day, night.scope, night.rows, night.remarks - {"registry"})
            with store.open_work(self.settings) as work:
                self._take(landed, night, lambda: work.load(landed), shows=False)
            if then:
                pipeline.publish(self.settings, if_due=True)
                self._show()

    # what happens to a folder

    @precondition(lambda self: self.nights)
    @rule(place=st.integers(0, 20))
    def forgotten(self, place: int) -> None:
        days = sorted({night.day for night in self.nights})
        day = days[place % len(days)]
        forget(self.settings, day, "hub_models")
        self.ended |= {run_id: "refused" for run_id, taken in self.taken.items() if taken == day}
        self.nights = [night for night in self.nights if night.day != day]
        self._show()

    @rule()
    def forgets_what_is_not_there(self) -> None:
        with pytest.raises(TrackerError, match="no night of hub_models"):
            forget(self.settings, FIRST - 100 * DAY, "hub_models")

    @rule(spoil=st.booleans())
    def registry_changes(self, spoil: bool) -> None:
        path = self.place / "registry" / "families.csv"
        shutil.copy(self.place / "good" / "families.csv", path)
        if spoil:
            path.write_text(path.read_text(encoding="utf-8") + BROKEN, encoding="utf-8")
        self.broken = spoil

    @precondition(lambda self: self.nights)
    @rule(copied=st.booleans())
    def moves_on(self, copied: bool) -> None:
        """The folder stands elsewhere from now on; of a copy the first is gone for good as well."""
        old = self.settings.data_dir
        self.moves += 1
        if copied:
            shutil.copytree(old, self.settings.data_dir, symlinks=True)
            shutil.rmtree(old)
        else:
            old.rename(self.settings.data_dir)

    @precondition(lambda self: self.nights)
    @rule()
    def publishes(self) -> None:
        pipeline.publish(self.settings)
        self._show()

    # what must hold

    @invariant()
    def tables_agree(self) -> None:
        if not self.shown:
            with pytest.raises(NothingPublished), store.open_published(self.settings.data_dir):
                pass
            return
        said, known = folder.tables(self.settings), believed.models(self.shown)
        names = {hub_id: each.model_id for hub_id, each in known.items()}
        assert said["models"] == sorted(
            (hub_id, each.model_id, each.first_seen, each.last_seen, each.removed_at) for hub_id, each in known.items()
        ), "models"
        nights = believed.preferred(self.shown).values()
        assert said["nights"] == [
            (each.day, each.run_id, each.scope, len(each.rows), sum(row["downloads_30d"] for row in each.rows))
            for each in nights
        ]
        assert said["snapshots"] == sorted(
            (each.day, each.scope, names[row["hub_id"]], row["downloads_30d"], row["likes"])
            for each in nights
            for row in each.rows
        )
        wanted = {(each.day, each.scope, gate) for each in self.shown for gate in each.remarks}
        of_these = {"is_the_hubs_day", "registry", "reaches_the_end"}
        assert {row for row in said["remarks"] if row[2] in of_these} == wanted

    @invariant()
    def shares_agree(self) -> None:
        if self.shown:
            until, said = folder.share(self.settings)
            assert until == max(night.day for night in self.shown)
            wanted = believed.share(believed.models(self.shown), until)
            assert said == {key: (pytest.approx(float(a)), pytest.approx(float(b))) for key, (a, b) in wanted.items()}

    @invariant()
    def status_agrees(self) -> None:
        said = folder.status(self.settings)
        last = max(self.ended, key=lambda run_id: run_id.rpartition("-")[2], default=None)
        ended = {run_id: "landed" if told == "loaded" else told for run_id, told in self.ended.items()}
        assert {run_id: told for run_id, told in folder.runs(self.settings) if run_id in ended} == ended
        if last is None:
            assert said["last attempt"] == "none yet"
        else:
            assert said["last attempt"].startswith(f"{last} for ") and f" {ended[last]}, " in said["last attempt"]
        if not self.shown:
            assert said["published"].startswith("nothing yet")
            return
        newest = max(night.day for night in self.shown)
        assert said["newest night"].startswith(f"{newest} ({len(believed.preferred(self.shown)[newest].rows):,} models")
        assert said["nights owed"].startswith(self._owed())

    def _owed(self) -> str:
        scopes = [night.scope for night in sorted(self.shown, key=lambda each: (each.day, each.run_id[-6:]))]
        scope = "full" if "full" in scopes else scopes[-1]
        days = [night.day for night in self.shown if night.scope == scope and night.day <= _today() + DAY]
        owed = (_today() - max(days)).days if days else 0
        if owed > 0:
            return f"{owed} of scope {scope}: {max(days) + DAY}"
        return str(min(night.day for night in self.shown if night.day > _today() + DAY)) if self._ahead() else "none"

    def _ahead(self) -> bool:
        return any(night.day > _today() + DAY for night in self.shown)


class KilledFolder(Folder):
    """The same, with processes that are killed."""

    @rule(milliseconds=st.integers(0, 1500))
    def killed(self, milliseconds: int) -> None:
        """Loading is killed at any moment, and done again."""
        landed, night = self._land(self.newest + DAY)
        if self.broken and not self.resolved:
            self._take(landed, night, lambda: pipeline.load(self.settings, landed))
            return
        place = (str(self.settings.data_dir), str(self.settings.registry), night.run_id)
        with subprocess.Popen([sys.executable, "-c", LOAD, *place], stdout=subprocess.PIPE) as process:
            assert process.stdout is not None and process.stdout.readline()
            try:
                process.wait(milliseconds / 1000)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
        self._take(landed, night, lambda: pipeline.load(self.settings, landed))


def _row(number: int, name: str, **values: Any) -> dict[str, Any]:
    """One model of the Hub; the few of the first hours are so large that no gate minds what the others do."""
    created = FLOOR if number == 4 else datetime(2026, 1 + number % 3, 5, number, tzinfo=UTC)
    large = number <= len(ROOTS)
    counters = {"downloads_30d": 5000 if large else number, "downloads_all_time": 100_000 if large else number}
    return model(name, number, created_at=created, likes=1000 if large else number, **counters, **values)


def _without(rows: Sequence[Row], held: set[str]) -> list[Row]:
    return [row for row in rows if row["hub_id"] not in held]


def _today() -> date:
    """What the folder takes for today; a run may begin before midnight and end after it."""
    return datetime.now(UTC).date()


QUIET = {"deadline": None, "database": None, "suppress_health_check": list(HealthCheck)}


@pytest.mark.parametrize("examples", [1, pytest.param(4, marks=pytest.mark.slow)])
def test_the_folder_never_lies(examples: int) -> None:
    few = settings(max_examples=examples, stateful_step_count=14, derandomize=True, phases=[Phase.generate], **QUIET)
    run_state_machine_as_test(Folder, settings=few)


@pytest.mark.soak
def test_the_folder_never_lies_for_long() -> None:
    many = settings(max_examples=30, stateful_step_count=30, **QUIET)
    run_state_machine_as_test(KilledFolder, settings=many)
