"""Epoch's index: one file a download, in which every update moves nearly every score."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.sources.loopback import Reply, serving
from tests.sources.signals.asked import NIGHT, run
from tracker.demo.signals import epoch_eci
from tracker.errors import SourceError, SourceRefused
from tracker.sources import find

FILE = "/eci_scores.csv"
LINES = epoch_eci.scores(NIGHT).decode().splitlines()


def given(lines: list[str]) -> dict[str, Any]:
    return {FILE: "".join(f"{line}\n" for line in lines).encode()}


def swapped(line: str, at: int, value: str) -> str:
    """Return a line with another value in a column; quoted cells stand behind those that are changed here."""
    cells = line.split(",")
    return ",".join([*cells[:at], value, *cells[at + 1 :]])


def test_a_download_is_taken_as_of_its_day(tmp_path: Path) -> None:
    with serving({FILE: epoch_eci.scores(NIGHT)}) as served:
        ran = run("epoch_eci", tmp_path, served)
    frame = ran.tables["index_scores"]
    assert ran.refused == [] and ran.remarks == []
    assert frame.height == len(LINES) - 1 and set(frame["as_of"]) == {NIGHT}
    assert frame["score"].to_list()[2:5] == [float(line.split(",")[2]) for line in LINES[3:6]]
    assert "United States of America,United Kingdom of Great Britain and Northern Ireland" in set(frame["country_raw"])
    anchors = frame.filter(frame["low"].is_null())
    assert dict(anchors.select("model", "score").rows()) == {"Claude 3.5 Sonnet": 130.0, "GPT-5": 150.0}


def test_another_week_says_other_scores_of_the_same_models(tmp_path: Path) -> None:
    week = timedelta(days=7)
    with serving({FILE: [epoch_eci.scores(NIGHT - week), epoch_eci.scores(NIGHT)]}) as served:
        first = run("epoch_eci", tmp_path, served, day=NIGHT - week)
        second = run("epoch_eci", tmp_path, served, last=first.tables)
    assert second.refused == []
    both = first.tables["index_scores"].join(second.tables["index_scores"], on="model", suffix="_then")
    moved = both.filter(both["score"] != both["score_then"])
    assert moved.height == both.height - 2  # all but the anchors
    assert set(both["as_of"]) == {NIGHT - week} and set(both["as_of_then"]) == {NIGHT}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda lines: [lines[0].replace("eci_ci_low", "ci_low"), *lines[1:]], "in the place of its header Model,"),
        (lambda lines: [*lines[:9], lines[9].partition(",")[0], *lines[10:]], "row 9: 1 cells, and there are 11"),
        (lambda lines: ["<!-- page --><p>Just a moment</p>"], "begins with '<!-- page -->"),
        (
            lambda lines: [*lines[:3], swapped(lines[3], 2, "much"), *lines[4:]],
            "row 3: eci is 'much', and not a number",
        ),
        (lambda lines: [*lines[:3], swapped(lines[3], 2, "NaN"), *lines[4:]], "row 3: eci is 'NaN', and not a number"),
        (lambda lines: [*lines[:3], swapped(lines[3], 5, "May 2025"), *lines[4:]], "row 3: date is 'May 2025'"),
    ],
)
def test_what_is_no_index_is_refused_in_a_line(
    tmp_path: Path, change: Callable[[list[str]], list[str]], told: str
) -> None:
    with serving(given(change(LINES))) as served, pytest.raises(SourceRefused) as caught:
        run("epoch_eci", tmp_path, served)
    assert told in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda lines: lines[:90], "89 rows; must be at least 100"),
        (lambda lines: lines[:-20], "times the rows of the last run; must be at least 0.95 (models are added"),
        (lambda lines: [*lines[:2], swapped(lines[2], 2, "151"), *lines[3:]], "GPT-5 has 151.0, and 150 it has by def"),
        (lambda lines: [*lines[:1], *lines[2:]], "Claude 3.5 Sonnet has no score, and 130 it has by definition"),
        (
            lambda lines: [*lines[:3], swapped(lines[3], 2, "250"), *lines[4:]],
            "is the most score; must be at most 200",
        ),
        (
            lambda lines: [*lines[:3], swapped(lines[3], 2, "20"), *lines[4:]],
            "is the least score; must be at least 40",
        ),
        (lambda lines: [*lines[:3], swapped(lines[3], 3, "199"), *lines[4:]], "outside of its interval 199.0 to"),
        (lambda lines: [*lines[:3], swapped(lines[3], 2, ""), *lines[4:]], "of score filled; must be at least 1"),
    ],
)
def test_gates_of_the_index(tmp_path: Path, change: Callable[[list[str]], list[str]], told: str) -> None:
    with serving({FILE: [epoch_eci.scores(NIGHT), *given(change(LINES)).values()]}) as served:
        before = run("epoch_eci", tmp_path, served)
        assert before.refused == []
        refused = run("epoch_eci", tmp_path, served, last=before.tables).refused
    assert any(told in each for each in refused), refused


def test_a_file_that_was_cut_within_a_row_is_refused(tmp_path: Path) -> None:
    cut = {FILE: epoch_eci.scores(NIGHT)[:-9]}
    with (
        serving(cut) as served,
        pytest.raises(SourceRefused, match=r"ends within a row: it was cut off"),
    ):
        run("epoch_eci", tmp_path, served)


def test_a_new_word_is_a_remark(tmp_path: Path) -> None:
    lines = [line.replace("API access,Closed weights", "Carrier pigeon,Closed weights") for line in LINES]
    with serving(given(lines)) as served:
        ran = run("epoch_eci", tmp_path, served)
    assert ran.refused == []
    assert [each.partition(" (")[0] for each in ran.remarks] == [
        "accessibility says 'Carrier pigeon', which is a new word"
    ]


def test_a_redirect_to_another_host_is_followed_and_a_500_mb_answer_is_not_read(tmp_path: Path) -> None:
    with serving({"*": epoch_eci.scores(NIGHT)}) as other:
        onward = Reply(status=301, headers={"Location": f"{other.address}/moved.csv"})
        with serving({FILE: onward}) as served:
            assert run("epoch_eci", tmp_path / "moved", served).refused == []
    large = Reply(headers={"Content-Length": str(500 * 10**6)})
    with serving({FILE: large}) as served, pytest.raises(SourceError, match="an answer of 500,000,000 bytes; at most"):
        run("epoch_eci", tmp_path / "large", served)


def test_its_address_is_that_of_the_source() -> None:
    assert f"{find('epoch_eci').URL}{FILE}" == "https://epoch.ai/data/eci_scores.csv"
    assert date(2026, 11, 21) == NIGHT
