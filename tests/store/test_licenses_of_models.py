"""What the weights allow, in a published copy: the tag where it names a licence, else the row that holds on the day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from tests.licensed import FILES, TAGS, WORLD, book, models
from tests.registry_folder import write_registry
from tests.store.nights import land, night, update
from tracker import answers, registry, store
from tracker.registry import Registry
from tracker.settings import Settings

Ask = Callable[..., pl.DataFrame]


@pytest.fixture
def curated_licenses(tmp_path: Path) -> Registry:
    return book(tmp_path / "book")


@pytest.fixture
def told(settings: Settings, curated_licenses: Registry, ask: Ask) -> Ask:
    update(settings, curated_licenses, land(settings.data_dir, night(0), models()))
    return ask


def test_every_model_has_the_class_that_its_tag_and_its_row_say_together(told: Ask) -> None:
    columns = "model_id, license_class, license_from, license_class_created"
    rows = told(f"select {columns} from models").rows()
    assert {name: tuple(rest) for name, *rest in rows} == {name: case[2:] for name, case in WORLD.items()}


def test_the_text_of_a_tag_is_kept_whatever_it_says(told: Ask) -> None:
    ((license,),) = told("select license from models where model_id = 'tuner/said'").rows()
    assert license == WORLD["tuner/said"][0]


def test_the_registry_says_of_one_model_what_the_copy_says_of_all(told: Ask, curated_licenses: Registry) -> None:
    day = night(0)
    for name, license, license_class, license_from, pattern in told(
        "select model_id, m.license, m.license_class, license_from, pattern from models as m "
        "left join licenses as l on l.number = m.license_row"
    ).rows():
        said = curated_licenses.licensing.of(name, license, day)
        assert (said.license_class, said.license_from) == (license_class, license_from), name
        assert (said.row and said.row.pattern) == pattern, name


def test_a_dated_change_has_a_class_on_each_side(curated_licenses: Registry) -> None:
    licensing = curated_licenses.licensing
    days = [date(2022, 1, 1), date(2024, 5, 29), date(2024, 5, 30), date(2026, 1, 1)]
    classes = [licensing.of("01-ai/Yi-6B", None, day).license_class for day in days]
    assert classes == ["restricted", "restricted", "open-source", "open-source"]
    names = ("new-name/M2", "old-name/M2")
    months = [
        [licensing.of(name, "other", date(2026, 9 + late, 30)).license_class for late in (0, 1)] for name in names
    ]
    assert months == [["open-source", "non-commercial"]] * 2


def test_names_that_are_declared_and_not_on_the_hub_have_the_class_of_their_row(told: Ask) -> None:
    assert told("select name, license_class from stub_licenses").rows() == [("meta-llama/Llama-4-gone", "restricted")]


def test_families_have_the_class_of_what_their_developer_publishes(told: Ask) -> None:
    sql = "select line, license_class, license_class_share from families where license_class is not null order by line"
    found = {line: (each, share) for line, each, share in told(sql).rows()}
    assert found["Yi"][0] == "open-source" and found["Yi"][1] == pytest.approx(201 / 303)
    assert found["Llama"] == ("restricted", 1.0) and found["Llama 4"] == ("restricted", 1.0)
    assert set(found) == {"Yi", "Kolors", "Llama", "Llama 3", "Llama 4", "Mini"}


def test_licenses_are_published_as_they_stand_with_their_sources(told: Ask) -> None:
    sql = "select line, license_class, valid_from, valid_to, source_url from licenses where pattern = '01-ai/Yi-*'"
    assert told(sql).rows() == [
        ("Yi", "restricted", date(2023, 11, 4), date(2024, 5, 30), "https://example.org/page"),
        ("Yi", "open-source", date(2024, 5, 30), None, "https://example.org/page"),
    ]
    assert told("select count(*) from license_tags").item() == len(TAGS)


def test_a_present_question_uses_the_day_of_the_snapshot(settings: Settings, tmp_path: Path, ask: Ask) -> None:
    rows = [
        {"pattern": "new-name/*", "license": "MIT", "license_class": "open-source", "valid_to": "2026-11-02"},
        {"pattern": "new-name/*", "license": "X", "license_class": "restricted", "valid_from": "2026-11-02"},
    ]
    changing = registry.load(write_registry(tmp_path / "changing", **{**FILES, "licenses": rows}))
    sql = "select license_class, license_class_created from models where model_id = 'new-name/M2'"
    for number, present in enumerate(("open-source", "restricted")):
        update(settings, changing, land(settings.data_dir, night(number), models()))
        assert ask(sql).row(0) == (present, "open-source")


def test_shares_are_asked_by_class_and_within_one(told: Ask, settings: Settings, curated: Registry) -> None:
    default = next(each for each in curated.definitions if each.name == "default")
    with store.open_published(settings.data_dir) as published:
        days = {"first": date(2024, 8, 1), "until": date(2024, 8, 31)}
        by_class = answers.share(published, default, by="license_class", **days)
        assert set(by_class.frame["license_class"]) == {"open-source", "permissive-weights", "unknown", "unreviewed"}
        within = answers.share(published, default, by="family", where=["license_class=Open-Source"], **days)
        assert dict(within.frame.select("family", "derivatives").rows()) == {"Llama": 0.5, "Yi": 0.5}
