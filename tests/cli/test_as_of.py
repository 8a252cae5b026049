"""`--as-of`: what was answered on a night is what is answered of it later, whatever has changed since."""

from __future__ import annotations

import dataclasses
import json
import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.command_line import called
from tests.registry_folder import add_row
from tests.store.nights import land, model, small_registry, update
from tests.store.test_parts import World
from tests.store.test_past import Years, night
from tracker import registry, store
from tracker.pipeline import trace
from tracker.settings import Settings
from tracker.store.base import generations
from tracker.store.publish import retention

NIGHTS = 6
QUESTIONS = (
    ("share", "--from", "2020-01"),
    ("trend", "--of", "families"),
    ("trend", "--of", "models", "--by", "likes"),
    ("top", "--of", "publishers"),
    ("lineage", "Qwen/Qwen3-8B", "--down"),
    ("measure", "nights"),
    ("sql", "from lineage order by all"),
)


def folder_of_registry(place: Path) -> Path:
    """Return a small registry with the definitions that ship."""
    folder = small_registry(place).directory
    shutil.copy(registry.default_directory() / "definitions.csv", folder)
    return folder


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data", memory_limit="1GB")


def said(folder: Path, question: tuple[str, ...], *more: str) -> dict[str, Any]:
    done = called(*question, *more, "--json", "--data-dir", str(folder))
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, dict[date, list[dict[str, Any]]]]]:
    """A folder, and what was answered on each of its days last."""
    place = tmp_path_factory.mktemp("as-of")
    settings = Settings(data_dir=place / "data", memory_limit="1GB", grace_seconds=0.001)
    years = Years(settings, folder_of_registry(place / "registry"), 3)
    answers: dict[date, list[dict[str, Any]]] = {}
    for number in range(NIGHTS):
        years.pass_a_night(number)
        newest = generations.numbers(settings.data_dir)[-1]
        day = date.fromisoformat(generations.read(settings.data_dir, newest).facts["day"])
        answers[day] = [said(settings.data_dir, question) for question in QUESTIONS]
    return settings.data_dir, answers


def test_what_was_answered_on_a_night_is_answered_of_it(told: tuple[Path, dict[date, list[dict[str, Any]]]]) -> None:
    folder, answers = told
    assert len(answers) > 3 and len(retention.databases(folder)) < len(generations.numbers(folder))
    for day, before in answers.items():
        for question, expected in zip(QUESTIONS, before, strict=True):
            found = said(folder, question, "--as-of", day.isoformat())
            assert found["rows"] == expected["rows"], (day, question)
            if "about" in expected:
                about = found["about"]
                assert {**about, "as_of": None} == {
                    **expected["about"],
                    "newest_generation": generations.numbers(folder)[-1],
                }
                assert about["as_of"] == day.isoformat() and about["reconstructed"] is False


def test_an_answer_that_was_saved_then_can_be_had_again(
    told: tuple[Path, dict[date, list[dict[str, Any]]]], tmp_path: Path
) -> None:
    folder, answers = told
    saved = tmp_path / "answer.json"
    for before in answers.values():
        saved.write_text(json.dumps(before[0]), encoding="utf-8")
        done = called("verify", str(saved), "--data-dir", str(folder))
        assert done.returncode == 0 and "equal: all" in done.stderr, done


def test_the_sql_of_an_answer_gives_its_rows_as_of_that_day(
    told: tuple[Path, dict[date, list[dict[str, Any]]]],
) -> None:
    folder, answers = told
    day = min(answers)
    answer = said(folder, QUESTIONS[1], "--as-of", day.isoformat())
    assert said(folder, ("sql", answer["sql"]), "--as-of", day.isoformat())["rows"] == answer["rows"]


def test_a_table_says_of_when_it_is(told: tuple[Path, dict[date, list[dict[str, Any]]]]) -> None:
    folder, answers = told
    day, newest = min(answers), generations.numbers(folder)[-1]
    printed = called("top", "--as-of", day.isoformat(), "--format", "table", "--data-dir", str(folder)).stdout
    assert f"as of {day}" in printed and f" of {newest} · id" in printed


def test_the_day_of_a_night_without_a_publish_is_that_before(
    told: tuple[Path, dict[date, list[dict[str, Any]]]],
) -> None:
    folder, answers = told
    days = sorted(answers)
    between = next(day + timedelta(days=1) for day in days if day + timedelta(days=1) not in answers)
    earlier = max(day for day in days if day < between)
    assert said(folder, QUESTIONS[3], "--as-of", between.isoformat())["rows"] == answers[earlier][3]["rows"]


def test_a_day_before_all_nights_is_refused(told: tuple[Path, dict[date, list[dict[str, Any]]]]) -> None:
    folder, _ = told
    done = called("share", "--as-of", "2020-01-01", "--data-dir", str(folder))
    assert done.returncode == 1 and "no night is as old as 2020-01-01: the first is " in done.stderr


def test_what_was_changed_is_listed_and_stands_beside_now(told: tuple[Path, dict[date, list[dict[str, Any]]]]) -> None:
    folder, answers = told
    listed = said(folder, ("restatements",))["rows"]
    assert {"source", "method", "correction"} <= {row["class"] for row in listed}
    assert said(folder, ("restatements",), "--class", "source")["rows"] == [
        row for row in listed if row["class"] == "source"
    ]
    day = sorted(answers)[1]
    both = said(folder, ("share", "--from", "2026-01"), "--then", day.isoformat())
    then = {(row["month"], row["family"]): row["derivatives"] for row in answers[day][0]["rows"]}
    found = {(row["month"], row["family"]): row["derivatives_then"] for row in both["rows"] if row["only"] != "now"}
    assert found == {name: value for name, value in then.items() if name[0] >= "2026-01"}
    ranked = said(folder, ("top", "--of", "publishers", "-n", "2"), "--then", day.isoformat())["rows"]
    ranks = {
        row["publisher"]: row["rank"] for row in answers[day][QUESTIONS.index(("top", "--of", "publishers"))]["rows"]
    }
    assert {row["publisher"]: row["rank_then"] for row in ranked} == {
        row["publisher"]: ranks.get(row["publisher"]) for row in ranked
    }
    newest = [row["publisher"] for row in said(folder, ("top", "--of", "publishers", "-n", "2"))["rows"]]
    assert {row["publisher"] for row in ranked} == {*newest, *(name for name, rank in ranks.items() if rank <= 2)}
    wrong = called("restatements", "--family", "Qwem", "--data-dir", str(folder))
    assert wrong.returncode == 1 and "did you mean Qwen" in wrong.stderr


def load(settings: Settings, place: Path, days: list[date]) -> None:
    """Load the nights of one world, and publish the last of them."""
    world, known = World(5), registry.load(place)
    for number in range(max(days).toordinal() - night(0).toordinal() + 1):
        if night(number) in days:
            with store.open_work(settings) as work:
                work.load(land(settings.data_dir, night(number), world.models()))
                trace(work, known)
                if night(number) == days[-1]:
                    work.publish()
        world.pass_a_night()


def test_before_the_first_copy_nights_up_to_the_day_are_read(settings: Settings, tmp_path: Path) -> None:
    """What was there is the same as if nothing had come after; lineage of models that were reparented is today's."""
    place = folder_of_registry(tmp_path / "registry")
    load(settings, place, [night(at) for at in range(5)])
    alone = dataclasses.replace(settings, data_dir=tmp_path / "alone")
    load(alone, place, [night(at) for at in range(3)])
    day = ("--as-of", str(night(2)))
    for question in (("trend", "--of", "families"), ("trend", "--by", "likes"), ("measure", "nights")):
        found, expected = said(settings.data_dir, question, *day), said(alone.data_dir, question)
        assert found["rows"] == expected["rows"], question
        assert found["about"]["reconstructed"] is True and found["snapshot_date"] == str(night(2))
        assert any("reconstructed: nothing had been published by" in note for note in found["notes"])
        assert found["about"]["id"] != said(settings.data_dir, question)["about"]["id"]
    names = ("sql", "select hub_id, first_seen, removed_at, downloads_30d, likes from models order by all")
    assert said(settings.data_dir, names, *day)["rows"] == said(alone.data_dir, names)["rows"]
    printed = called("top", *day, "--format", "table", "--data-dir", str(settings.data_dir)).stdout
    assert f"as of {night(2)}, reconstructed" in printed


def test_an_export_has_no_past(settings: Settings, tmp_path: Path) -> None:
    known = registry.load(folder_of_registry(tmp_path / "registry"))
    update(settings, known, land(settings.data_dir, date(2026, 10, 30), [model("Qwen/Qwen3-8B", 1)]))
    one = tmp_path / "one.duckdb"
    assert called("export", "--single-file", str(one), "--data-dir", str(settings.data_dir)).returncode == 0
    done = called("share", "--as-of", "2026-11-01", "--data-dir", str(one))
    assert done.returncode == 1 and "is one copy, with nothing that was said before" in done.stderr
    inside = one.rename(settings.data_dir / "one.duckdb")
    done = called("share", "--as-of", "2026-11-01", "--data-dir", str(inside))
    assert done.returncode == 1 and "is one copy" in done.stderr, "the folder that it stands in is another copy"
    newest = settings.data_dir / "tracker.duckdb"
    assert called("share", "--as-of", "2026-11-01", "--data-dir", str(newest)).returncode == 0


def test_names_and_definitions_are_those_of_their_time(settings: Settings, tmp_path: Path) -> None:
    folder = folder_of_registry(tmp_path / "registry")
    settings = dataclasses.replace(settings, registry=folder)
    first, second = date(2026, 10, 30), date(2026, 10, 31)
    models = [model("zq/one", 1), model("a/tuned", 2, parents=[(1, "zq/one")])]
    update(settings, registry.load(folder), land(settings.data_dir, first, models))
    add_row(folder, "organizations", namespace="zq", organization="Zq", country="US")
    add_row(folder, "families", line="Zq", developer="Zq", first_release="2026-01")
    add_row(folder, "roots", pattern="zq/*", line="Zq")
    update(settings, registry.load(folder), land(settings.data_dir, second, models))
    families = [
        {row["family"] for row in said(settings.data_dir, ("top",), "--as-of", str(day))["rows"]}
        for day in (first, second)
    ]
    assert "Zq" not in families[0] and "Zq" in families[1]
    unknown = called("trend", "Zq", "--as-of", str(first), "--data-dir", str(settings.data_dir))
    assert unknown.returncode == 1 and "Zq" in unknown.stderr
