"""Whatever changes a published figure is told as a restatement of its cause's class, and sums to the difference."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.registry_folder import add_row
from tests.store.nights import land, model, small_registry
from tracker import answers, pipeline, registry, store
from tracker.api import Copy
from tracker.errors import UnknownName
from tracker.forgetting.night import forget
from tracker.registry import FILES
from tracker.settings import Settings
from tracker.store.base import generations
from tracker.store.lineage import tables
from tracker.words import RANKED

FIRST = date(2026, 10, 28)
MONTHS = {
    2: datetime(2026, 8, 5, tzinfo=UTC),
    3: datetime(2026, 9, 5, tzinfo=UTC),
    4: datetime(2026, 10, 5, tzinfo=UTC),
}

RUNNING = "2026-10"  # the month of the first nights

Rows = list[dict[str, Any]]
Sums = dict[tuple[str, str], float]


def night(number: int) -> date:
    return FIRST + timedelta(days=number)


def hub(number: int, parents: dict[int, tuple[int, str]] | None = None, **more: int) -> Rows:
    """Return the models of a night: roots, and derivatives of three months; `parents` names others than Qwen."""
    found = [
        model("Qwen/Qwen3-8B", 1, downloads_30d=3000, downloads_all_time=9000 + 100 * number),
        model("meta-llama/Llama-3.1-8B", 9, downloads_30d=3000, downloads_all_time=9000 + 100 * number),
    ]
    for key, created in MONTHS.items():
        parent = (parents or {}).get(key, (1, "Qwen/Qwen3-8B"))
        listed = [parent] if parent[0] else None
        counters = {"downloads_30d": 3000, "downloads_all_time": 5000 + 100 * number, **more}
        found.append(model(f"a/tuned-{key}", key, created_at=created, parents=listed, **counters))
    return found


LLAMA, NONE = (9, "meta-llama/Llama-3.1-8B"), (0, "")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with three nights, each published, and its registry."""
    place = tmp_path_factory.mktemp("restated")
    known = small_registry(place / "registry").directory
    shutil.copy(registry.default_directory() / "definitions.csv", known)
    folder = Settings(data_dir=place / "data", registry=known, memory_limit="1GB", threads=2)
    for number in range(3):
        load(folder, number, hub(number))
    return place


@pytest.fixture
def folder(made: Path, settings: Settings, tmp_path: Path) -> Settings:
    """The same, free to change."""
    shutil.copytree(made / "data", settings.data_dir, symlinks=True)
    shutil.copytree(made / "registry", tmp_path / "registry")
    return replace(settings, registry=tmp_path / "registry")


def load(folder: Settings, number: int, models: Rows, attempt: int = 1, **about: Any) -> None:
    landed = land(folder.data_dir, night(number), models, attempt=attempt)
    pipeline.load(folder, landed, force=True, **about)


def told(folder: Settings, **asked: Any) -> Rows:
    with Copy(folder) as copy:
        return copy.restatements(**asked).table.dicts()


def generation(folder: Settings) -> int:
    with Copy(folder) as copy:
        return copy.facts.generation


def said_on(folder: Settings) -> date:
    return date.fromisoformat(generations.read(folder.data_dir, generation(folder)).facts["day"])


def edit(folder: Settings, name: str, change: Callable[[list[dict[str, str]]], None]) -> None:
    """Change the rows of a file of the registry."""
    path = folder.registry / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    change(rows)
    rows.sort(key=lambda row: [row[column].casefold() for column in FILES[path.name].key])
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def of_llama(rows: list[dict[str, str]]) -> None:
    next(row for row in rows if row["pattern"] == "Qwen/Qwen3-*")["line"] = "Llama"


def difference(folder: Settings, then: int, now: int, by: str = "family") -> Sums:
    """Return by how much a later copy says another number of derivatives, of months that were whole then."""
    said = []
    for number in (then, now):
        with store.open_published(folder.data_dir, generation=number, memory_limit="500MB") as published:
            rule = published.definitions()["default"]
            rows = answers.share(published, rule, by=by, first=date(2026, 1, 1)).table.dicts()
            said.append({(row["month"], row[by]): row["derivatives"] for row in rows if row["month"] < RUNNING})
    found = {name: said[1].get(name, 0.0) - said[0].get(name, 0.0) for name in said[0] | said[1]}
    return {name: change for name, change in found.items() if change}


def summed(folder: Settings, then: int, now: int, figure: str = "lineage.derivatives") -> Sums:
    """Return the changes of a figure that copies after the one, up to the other, have told; of months whole then."""
    sums: Sums = {}
    for row in told(folder, figure=figure):
        if row["figure"] == figure and then < row["generation"] <= now:
            name = (f"{row['period']:%Y-%m}", row["key"])
            sums[name] = sums.get(name, 0.0) + row["change"]
    return {name: change for name, change in sums.items() if abs(change) > 1e-9 and name[0] < RUNNING}


def routine(folder: Settings) -> None:
    """A model of August says only now what it is built on."""
    load(folder, 3, hub(3, {2: NONE}))
    load(folder, 4, hub(4))


def source(folder: Settings) -> None:
    load(folder, 2, hub(2, {3: LLAMA}), attempt=2)


def new_rule(folder: Settings) -> None:
    add_row(folder.registry, "organizations", namespace="zq", organization="Zq", country="US")
    add_row(folder.registry, "families", line="Zq", developer="Zq", first_release="2026-01")
    add_row(folder.registry, "roots", pattern="Qwen/Qwen3-8B", line="Zq")
    pipeline.resolve(folder, reason="the fork is looked at")


def correction(folder: Settings) -> None:
    edit(folder, "roots", of_llama)
    pipeline.resolve(folder, reason="it was Llama's")


def forgotten(folder: Settings) -> None:
    load(folder, 3, hub(3, {4: LLAMA}))
    forget(folder, night(3), "hub_models", reason="the walk was wrong")


def private(folder: Settings) -> None:
    models = hub(3)
    models[-1] |= {"private": True}
    load(folder, 3, models)


CASES: Sequence[tuple[Callable[[Settings], None], str, str]] = (
    (routine, "routine", f"came or settled with the night of hub_models on {night(4)}"),
    (source, "source", f"the night of hub_models on {night(2)} was collected again"),
    (new_rule, "method", "rows came, 0 went"),
    (correction, "correction", "roots.csv (1 rows came, 1 went)"),
    (forgotten, "correction", f"the night of hub_models on {night(3)} was taken out of the record: the walk was wrong"),
    (private, "correction", "1 private repository,"),
)


@pytest.mark.parametrize(("happens", "restated_as", "reason"), CASES, ids=lambda each: getattr(each, "__name__", ""))
def test_a_cause_gives_its_class_and_the_difference(
    folder: Settings, happens: Callable[[Settings], None], restated_as: str, reason: str
) -> None:
    happens(folder)
    now = generation(folder)
    of_derivatives = [row for row in told(folder, figure="lineage.derivatives") if row["generation"] == now]
    assert of_derivatives and {row["class"] for row in of_derivatives} == {restated_as}
    assert all(reason in row["reason"] for row in of_derivatives)
    assert {row["restated_on"] for row in of_derivatives} == {said_on(folder)}
    for then in range(1, now) if happens is not private else ():  # who is private is purged from copies of before
        assert summed(folder, then, now) == pytest.approx(difference(folder, then, now)), then
        countries = summed(folder, then, now, "lineage.derivatives_by_country")
        assert countries == pytest.approx(difference(folder, then, now, "origin_country")), then


def test_reasons_are_told_and_filters_narrow(folder: Settings) -> None:
    correction(folder)
    rows = told(folder, restated_as="correction", family="qwen", month="2026-08")
    assert {(row["figure"], row["key"], row["before"], row["after"], row["change"]) for row in rows} == {
        ("lineage.derivatives", "Qwen", 1.0, None, -1.0)
    }
    assert rows[0]["reason"].endswith(": it was Llama's")
    assert told(folder, family="CN") and not told(folder, restated_as="routine")
    assert told(folder, since=night(0)) and not told(folder, since="2099-01-01")
    with pytest.raises(UnknownName, match="Qwen"):
        told(folder, family="Qwem")
    figures = {row["figure"] for row in told(folder)}
    assert {"daily_families.downloads_30d", "daily_flow.downloads", "lineage.derivatives"} <= figures


def test_what_the_night_and_the_registry_change_at_once_is_told_apart(folder: Settings) -> None:
    before = generation(folder)
    edit(folder, "roots", of_llama)
    load(folder, 3, hub(3, {3: NONE}), reason="both")
    classes = {
        (row["class"], row["key"], f"{row['period']:%Y-%m}"): row["change"]
        for row in told(folder, figure="lineage.derivatives")
        if row["figure"] == "lineage.derivatives"
    }
    assert classes == {
        ("routine", "Qwen", "2026-09"): -1.0,
        ("correction", "Qwen", "2026-08"): -1.0,
        ("correction", "Llama", "2026-08"): 1.0,
        ("correction", "Qwen", "2026-10"): -1.0,
        ("correction", "Llama", "2026-10"): 1.0,
    }
    now = generation(folder)
    assert now == before + 1 and summed(folder, before, now).keys() >= difference(folder, before, now).keys()


def test_a_changed_definition_tells_what_it_says_otherwise(folder: Settings) -> None:
    """By the rule of now the copy of before says another thing: that is the difference of the two questions."""
    load(
        folder, 3, [each | {"base_relation": "adapter"} if each["model_id"] == "a/tuned-2" else each for each in hub(3)]
    )
    with Copy(folder) as copy:
        said = shares(copy)

    def without_adapters(rows: list[dict[str, str]]) -> None:
        default = next(row for row in rows if row["name"] == "default")
        default |= {"version": "2", "relations": "finetune"}

    edit(folder, "definitions", without_adapters)
    pipeline.resolve(folder)
    with Copy(folder) as copy:
        says = shares(copy)
    rows = told(folder, figure="definitions.default.derivatives")
    assert {row["class"] for row in rows} == {"method"} and said != says
    assert {(f"{row['period']:%Y-%m}", row["key"]): row["change"] for row in rows} == {
        name: says.get(name, 0.0) - said[name] for name in said if says.get(name, 0.0) != said[name]
    }
    pipeline.resolve(folder)
    assert told(folder, figure="definitions.") == [*told(folder, figure="definitions.default")]
    assert len(told(folder, figure="definitions.default.derivatives")) == len(rows), "it is told once"


def shares(copy: Copy) -> Sums:
    return {(row["month"], row["family"]): row["derivatives"] for row in copy.share(first="2026-01").table.dicts()}


def test_a_changed_method_is_told(folder: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    load(folder, 3, hub(3, {2: LLAMA}))
    with store.open_work(folder) as work:  # as a method would leave it that traces this model otherwise
        work._connection.execute("update said set value = 2 where figure = 'lineage.derivatives' and value = 1")
    monkeypatch.setattr(tables, "METHOD_VERSION", 99)
    pipeline.resolve(folder)
    rows = [row for row in told(folder, figure="lineage.derivatives") if row["class"] == "method"]
    assert rows and all("by method 99, before by " in row["reason"] for row in rows)


def test_a_catch_up_restates_the_days_of_its_stall(folder: Settings) -> None:
    """Counters stand still for three nights, then all comes at once: days of 0 become days of their part."""

    def stalled(number: int, counted: int) -> Rows:
        counters = {"downloads_30d": 3000, "downloads_all_time": 5000 + 100 * counted}
        return [model(f"a/m{key}", 100 + key, parents=[(1, "Qwen/Qwen3-8B")], **counters) for key in range(40)] + hub(
            number, downloads_all_time=5000 + 100 * counted
        )

    for number in range(3, 8):
        load(folder, number, stalled(number, number))
    for number in (8, 9, 10):
        load(folder, number, stalled(number, 7))
    still = generation(folder)
    for number in range(11, 16):
        load(folder, number, stalled(number, number))
    rows = [row for row in told(folder, figure="daily_flow") if row["generation"] > still]
    assert rows and {row["class"] for row in rows} == {"routine"}
    with Copy(folder) as copy:
        now = flow(copy)
    with Copy(folder, as_of=night(10)) as copy:
        then = flow(copy)
    differs = {name: now.get(name, 0.0) - value for name, value in then.items() if now.get(name, 0.0) != value}
    assert differs, "the stall was not settled"
    changes: dict[Any, float] = {}
    for row in rows:
        if row["period"] < night(10):
            changes[row["period"], row["key"]] = changes.get((row["period"], row["key"]), 0.0) + row["change"]
    assert {name: change for name, change in changes.items() if change} == pytest.approx(differs)


def flow(copy: Copy) -> dict[Any, float]:
    sql = "select label, family, sum(downloads_credit)::double / 1e9 from daily_flow group by all"
    return {(label, family): value for label, family, value in copy.published.table(sql).rows}


def test_unchanged_values_restate_nothing(folder: Settings) -> None:
    """The same night with the same bytes, a registry in other order or with line ends of Windows."""
    with Copy(folder) as copy:
        before = copy.share(first="2026-01").about["rows_id"]
    attempts = count(2)
    load(folder, 2, hub(2), attempt=next(attempts))
    for name in ("roots", "organizations"):
        path = folder.registry / f"{name}.csv"
        as_it_was = path.read_bytes()
        head, *lines = as_it_was.splitlines()
        for changed in (b"\n".join([head, *reversed(lines)]) + b"\n", as_it_was.replace(b"\n", b"\r\n")):
            path.write_bytes(changed)
            load(folder, 2, hub(2), attempt=next(attempts))
        path.write_bytes(as_it_was)
    edit(folder, "roots", lambda rows: rows[0].update(notes="another remark"))
    pipeline.resolve(folder)
    assert told(folder) == []
    with Copy(folder) as copy:
        assert copy.share(first="2026-01").about["rows_id"] == before


def test_a_first_copy_and_new_months_are_no_restatements(folder: Settings) -> None:
    for number in range(3, 6):  # into November
        created = datetime.combine(night(number), time(), UTC)
        more = model(f"a/new-{number}", 50 + number, created_at=created, parents=[LLAMA])
        load(folder, number, [*hub(number), more])
    assert [row for row in told(folder) if row["figure"].startswith("lineage.")] == []


def test_what_was_not_published_is_not_restated(folder: Settings) -> None:
    landed = land(folder.data_dir, night(3), hub(3, {2: LLAMA}))
    known = registry.load(folder.registry)
    with store.open_work(folder) as work:
        work.load(landed)
        pipeline.trace(work, known)
    load(folder, 3, hub(3), attempt=2)
    left = {(row["figure"], row["class"]) for row in told(folder) if row["period"] >= night(3)}
    assert left == set()
    assert summed(folder, 3, 4) == {}


def test_then_stands_beside_now(folder: Settings) -> None:
    correction(folder)
    with Copy(folder) as copy:
        answer = copy.then(night(2), lambda each: each.share(first="2026-08", to="2026-09"))
        rows = answer.table.dicts()
        assert [
            (row["month"], row["family"], row["derivatives_then"], row["derivatives"], row["only"]) for row in rows
        ] == [
            ("2026-08", "Llama", None, 1.0, "now"),
            ("2026-09", "Llama", None, 1.0, "now"),
            ("2026-08", "Qwen", 1.0, None, "then"),
            ("2026-09", "Qwen", 1.0, None, "then"),
        ]
        assert copy.verify(answer.as_json()).equal
        told = copy.then(night(2), lambda each: each.trend(by="downloads"))
        assert {"value_then", "value", "value_change"} <= set(told.table.columns)
        same = copy.then(night(2), lambda each: each.trend(of="models", by="likes"))
        assert set(same.table["value_change"]) == {0.0} and set(same.table["only"]) == {None}
        largest = copy.then(night(2), lambda each: each.top(rows=RANKED), first=1)
        assert {row["family"]: (row["rank_then"], row["rank"]) for row in largest.table.dicts()} == {
            "Llama": (2, 1),
            "Qwen": (1, None),
        }
        assert copy.verify(largest.as_json()).equal


def test_restatements_of_a_purged_night_are_counts_and_sums(folder: Settings) -> None:
    load(folder, 3, hub(3, {4: LLAMA}))
    forget(folder, night(3), "hub_models", purge=True)
    names = {row["key"] for row in told(folder)}
    assert names and not any("/" in name for name in names), "no row names a model"
