"""Every chart that is found, whatever it shows: drawn from copies, legible, told in words, the same each time."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests import planted
from tests.charts.legible import assert_legible
from tracker import charts, measures
from tracker.charts import Figure
from tracker.charts.forms.sentence import Sentence
from tracker.charts.look import svg
from tracker.errors import SettingsError, TrackerError, UnknownName
from tracker.pages import drawing
from tracker.pages.drawing import NothingToDraw, Studio
from tracker.registry.definitions import find

COPIES = {
    "five nights": {},
    "one night": {"synthetic": True, "scope": "top:1000"},
}
# what they draw is not in the planted copies: a file of their own has rows for them
BETWEEN_NIGHTS = {"flow", "settled"}  # what one night alone says nothing of
ELSEWHERE = {"tokens", "rating"}  # what no source told of
NOTHING = {
    "five nights": {"first_gguf", "switches", *ELSEWHERE},
    "one night": {"first_gguf", "launch", "switches", *ELSEWHERE, *BETWEEN_NIGHTS},
}


def studio(published: Any) -> Studio:
    """Return a studio of a copy under its default definition."""
    return Studio(published, find(published.definitions(), "default"))


def test_charts_are_found_by_their_folder() -> None:
    assert {"families", "origins", "downloads"} <= set(charts.names())
    assert charts.find("share_by_family") is charts.find("families"), "names of before still work"
    with pytest.raises(UnknownName, match="did you mean family, families"):
        charts.find("familys")


@pytest.mark.parametrize("name", charts.names())
def test_every_chart_declares_what_it_draws(name: str) -> None:
    chart = charts.find(name)
    assert chart.TITLE and chart.QUESTION.endswith("?") and callable(chart.draw)
    assert {question["measure"] for question in chart.ASKS.values()} <= {*measures.names(), drawing.CLAIMS}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("TITLE = 'T'\nASKS = {}\n", "chart {}: lacks QUESTION, draw; see tracker/charts/__init__.py"),
        (
            "TITLE = QUESTION = 'T'\nASKS = {'a': {'measures': 'x'}}\ndraw = print\n",
            "names no `measure`",
        ),
    ],
)
def test_half_a_chart_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, told: str) -> None:
    name = f"half_{len(text)}"
    (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
    monkeypatch.setattr(charts, "__path__", [str(tmp_path)])
    with pytest.raises(TrackerError, match=told.format(name)):
        charts.find(name)
    sys.modules.pop(f"tracker.charts.{name}")


@pytest.mark.parametrize("nights", COPIES)
@pytest.mark.parametrize("name", charts.names())
def test_every_chart_answers_its_question_and_is_legible(name: str, nights: str) -> None:
    """Whatever the folder holds is drawn, so that a new chart is tested without being named here."""
    about: dict[str, Any] = COPIES[nights]
    if name in NOTHING[nights]:
        why = "between two nights" if name in BETWEEN_NIGHTS else "no rows: .* finds nothing"
        with planted.published(**about) as published, pytest.raises(NothingToDraw, match=why):
            studio(published).draw(charts.find(name))
        return
    with planted.published(**about) as published:
        figure = studio(published).draw(charts.find(name)).figure
        again = studio(published).draw(charts.find(name)).figure
    assert_legible(figure)
    assert figure.title and figure.alt and figure.question.endswith("?")
    assert ("Synthetic demo data" in figure.note) == bool(about)
    assert "2026-10-05" in figure.source and ("scope" in figure.source) == bool(about)
    assert not (about and figure.has_finding), "nothing is stated of a part of the Hub"
    for width in (840.0, 368.0):
        assert svg.inline(figure.plot(width), figure.alt) == svg.inline(again.plot(width), again.alt)
    assert figure.csv() == again.csv()


QUESTIONS = [
    {"measure": "share", "by": "origin_country", "months": 3, "only": ["CN", "US"]},
    {"measure": "trend", "of": "models", "by": "likes", "every": "month", "rows": 3},
    {"measure": "trend", "of": "countries", "by": "downloads", "country": "publisher", "flow": True},
    {"measure": "top", "of": "families", "by": "derivatives", "rows": 2},
    {"measure": "concentration", "largest": 0.5},
]


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question["measure"])
def test_any_measure_may_be_the_question_of_a_chart(question: dict[str, Any]) -> None:
    def draw(asked: Any, facts: Any) -> Figure:
        frame = asked["rows"].frame
        return Figure("Any?", "any", "", f"{frame.height} rows", "any", Sentence("any"), frame)

    chart = SimpleNamespace(TITLE="any", QUESTION="Any?", ASKS={"rows": question}, draw=draw)
    with planted.published() as published:
        drawn = studio(published).draw(chart)
        assert published.query(drawn.answer.sql).equals(drawn.answer.frame)
    assert drawn.figure.note == f"{drawn.answer.frame.height} rows"
    assert ("definition default" in drawn.figure.source) == (question["measure"] in ("share", "trend", "top"))


def test_a_chart_takes_the_options_of_its_question_and_no_other() -> None:
    with planted.published() as published:
        draw = studio(published).draw
        only = draw(charts.find("origins"), {"only": ("CN", "US"), "where": (), "log": None})
        assert only.answer.parameters["only"] == ["CN", "US"]
        narrowed = draw(charts.find("families"), {"by": "publisher_country"})
        assert "publisher_country" in narrowed.answer.frame.columns
        with pytest.raises(SettingsError, match="takes no --since-release"):
            draw(charts.find("families"), {"since_release": True})
        with pytest.raises(SettingsError, match="no axis that could be logarithmic"):
            draw(charts.find("families"), log=True)
        plain, log = (draw(charts.find("downloads"), log=each).figure.plot(840.0) for each in (False, True))
        assert plain != log


def test_charts_that_have_rows_are_written_where_others_have_none(tmp_path: Path) -> None:
    with planted.published() as published:
        definition = find(published.definitions(), "default")
    with planted.altered("delete from lineage_rows") as copy:
        with pytest.raises(NothingToDraw, match="nothing to draw"):
            Studio(copy, definition).draw(charts.find("movers"))
        written = drawing.draw_all(copy, definition, tmp_path, ("light",))
    names = {path.stem for path in written}
    assert "downloads" in names and not names & {"families", "movers", "coverage"}


def test_all_charts_are_written_in_both_themes_with_their_rows(tmp_path: Path) -> None:
    with planted.published() as published:
        written = drawing.draw_all(published, find(published.definitions(), "default"), tmp_path)
    assert sorted(written) == sorted(tmp_path.iterdir())
    endings = (".svg", ".png", "-dark.svg", "-dark.png", ".csv")
    assert {path.name for path in written} == {
        f"{name}{end}" for name in set(charts.names()) - NOTHING["five nights"] for end in endings
    }
