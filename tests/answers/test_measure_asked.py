"""A measure as a newcomer asks it: names of any spelling, odd parameters, its help, what may be quoted of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click
import pytest

from tests import planted
from tests.answers.needed import ASKED, needed
from tests.command_line import called
from tracker import store
from tracker.answers.measured import measure
from tracker.cli.commands.named import measure as asked_by_name
from tracker.errors import SettingsError, UnknownName


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[Any]:
    """The planted copy in a session of another time zone."""
    with planted.altered() as copy:
        yield copy


@pytest.mark.parametrize("name", ASKED)
def test_rows_are_the_same_in_every_time_zone(published: store.Published, elsewhere: Any, name: str) -> None:
    assert measure(elsewhere, name, needed(name)).frame.equals(measure(published, name, needed(name)).frame)


def test_families_models_and_lines_are_found_as_people_write_them(published: store.Published) -> None:
    assert measure(published, "downloads_of_derivatives", {"family": "qwen"}).parameters["family"] == "Qwen"
    asked = measure(published, "launch", {"names": " qwen3 , QWEN/qwen3-8b,qwen3"})
    assert asked.parameters["names"] == "Qwen3,Qwen/Qwen3-8B"
    assert set(asked.frame["name"]) == {"Qwen3", "Qwen/Qwen3-8B"}


@pytest.mark.parametrize(
    ("name", "given", "says"),
    [
        ("survivors", {"family": "Qwne"}, "no family called 'Qwne'; did you mean Qwen"),
        ("survivors", {"family": "Qwen3"}, "Qwen3 is the line Qwen3, not a family"),
        ("launch", {"names": "Qwen,Lama"}, "no family or line called 'Lama'; did you mean Llama"),
        ("launch", {"names": "Qwen/Qwen3-9B"}, "no model called 'Qwen/Qwen3-9B'; did you mean Qwen/Qwen3-8B"),
        ("derivatives_rank", {"model": "carol/tunes"}, "no model called 'carol/tunes'; did you mean carol/tune"),
    ],
)
def test_a_name_that_nothing_has_answers_with_the_nearest(
    published: store.Published, name: str, given: dict[str, str], says: str
) -> None:
    with pytest.raises(UnknownName, match=says):
        measure(published, name, given)


@pytest.mark.parametrize(
    ("given", "says"),
    [({"names": " , "}, "names is ' , ', which is no names"), ({"rows": "-3"}, "rows is '-3', which is no whole")],
)
def test_what_names_nothing_or_counts_below_none_is_refused(
    published: store.Published, given: dict[str, str], says: str
) -> None:
    with pytest.raises(SettingsError, match=says):
        measure(published, "launch", given)


def test_a_copy_that_lacks_what_is_read_says_what_to_do(
    published: store.Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(published, "has", lambda table: False)
    for name, table in (("launch", "flow_days"), ("recounted", "counting_rules")):
        says = f"reads {table}, which this copy was published before; run `tracker publish`"
        with pytest.raises(SettingsError, match=says):
            measure(published, name)


def test_no_rows_are_explained(published: store.Published) -> None:
    answer = measure(published, "days_to", {"mark": "1e12"})
    assert answer.notes[0].startswith("no rows: 'How many days models took") and "this copy covers" in answer.notes[0]


def test_rows_that_are_thin_or_of_a_running_month_are_not_quoted(published: store.Published) -> None:
    asked: dict[str, Any] = {"thin": 1}
    # by the parameter, the month and its last night
    assert measure(published, "concentration_by_month", {**asked, "first": "2026-09"}).cite().count("2026-09") == 3
    cited = measure(published, "countries_by_month", asked).cite()
    assert "each publisher country's new derivatives" in cited and "month 2026-09" in cited
    for given, why in (({"thin": 10**6}, "thin"), ({**asked, "first": "2026-10"}, "running")):
        assert f"none of its rows is ok, they are {why}" in measure(published, "concentration_by_month", given).cite()


def test_the_help_of_a_measure_is_about_that_one() -> None:
    told = called("measure", "downloads_of_derivatives", "--help").stdout
    for each in ("What part of downloads goes to derivatives", "Denominator: the downloads", "Coverage: ", "thin"):
        assert each in told
    assert "tracker measure derivatives_rank -p model=..." in called("measure", "-h", "derivatives_rank").stdout
    assert "Ask a measure by its name" in called("measure", "--help").stdout
    done = called("measure", "lunch", "--help")
    assert done.returncode == 1 and "did you mean launch" in done.stderr
    called("measure", "launch", "--help")
    assert "Ask a measure by its name" in asked_by_name.get_help(click.Context(asked_by_name)), "nothing stays of it"
