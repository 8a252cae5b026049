"""The SQL of every figure is runnable as it stands, in the sealed copy, and gives the figure."""

from __future__ import annotations

import polars as pl
import pytest

from tests import planted
from tests.claims.ledger import ALL, DEFINITIONS, claim, judged
from tests.command_line import tracker
from tracker import claims
from tracker.claims.figures import ASKS

OF = ("publisher_organization", "hub-downloads")
ASKED = (
    claim("share", "2026-09 Qwen = 0.4; 2026-09 Qwen / Llama = 1", "family"),
    claim("peak_share", "2026-08-01..2026-09-30 Llama = 0.3; 2026-08-01..2026-09-30 Llama / Qwen = 1", "family"),
    claim("count", "2026-10-01 Alibaba Cloud = 3; 2026-10-01 Alibaba Cloud / Meta = 1", "base_publisher", "hf-direct"),
    claim("count", "2026-09-05 Meta = 1; 2026-10-01 Meta = 1; 2026-10-03 Meta = 1", "base_publisher", "hf-direct"),
    claim("count", "2026-09-05 Qwen = 1; 2026-10-05 Qwen = 1", "family", "hf-tag"),
    claim("count", "2026-08-31 = 6", "", "hub-totals"),
    claim("per_day", "2026-09-01..2026-09-30 Meta = 0.1", "base_publisher", "hf-direct"),
    claim("growth", "2026-08-31..2026-10-05 transformers = 0.4", "library_name", "hub-totals"),
    claim("downloads", "2026-10-05 Alibaba Cloud = 9900; 2026-10-05 = 1", *OF),
    claim("downloads_30d", "2026-10-05 Alibaba Cloud = 1400", *OF),
    claim("downloads_share", "2026-10-05 Mistral AI = 0.5", *OF),
    claim("window", "2026-09-05..2026-10-05 Alibaba Cloud = 60", *OF),
    claim("window_share", "2026-09-05..2026-10-05 Alibaba Cloud / Meta = 2", *OF),
    claim("window_per_day", "2026-09-05..2026-10-05 Alibaba Cloud = 2", *OF),
    claim("largest", "2026-10-05 1 = 0.5"),
    claim("below", "2026-10-05 41 = 0.5; 2026-09-05..2026-10-05 41 = 0.9"),
    claim("created_by", "2026-10-05 2025 = 1"),
    claim("size_share", "2026-10-05 1B-9B = 1; 2026-09-05..2026-10-05 1B-9B of Meta = 1"),
    claim("attention", "2026-09-05..2026-10-05 shared = 15; 2026-09-05..2026-10-05 2019 = 0"),
    claim("derivative_downloads", "2026-10-05 Qwen/Qwen3-8B-Instruct = 0.2"),
    claim("derivatives_rank", "2026-10-05 carol/tune = 2"),
    claim("largest_release", "2026-09 unreviewed = 1"),
    claim("listed", "2026-10-05 = 2", "", "atom-downloads"),
    claim("share", "2026-09 Qwen = 0.28; 2026-09 Llama = 0.28", "family", "atom-family", data="A?"),
)  # fmt: skip
WITHOUT_LINEAGE = {
    "listed", "largest", "below", "created_by", "size_share", "attention", "derivative_downloads", "derivatives_rank",
    "largest_release",
}  # fmt: skip


def options(made: claims.Claim) -> dict[str, object]:
    return {"models": ["a/b", "c/d"]} if made.asks == "listed" else {}


def test_every_kind_of_question_is_tried() -> None:
    assert {each.asks for each in ASKED} | {"license_share"} == set(ASKS)  # no planted model has a licence


@pytest.mark.parametrize("made", ASKED, ids=lambda made: f"{made.asks}-{made.definition}")
def test_the_sql_of_a_point_gives_its_figure(published, made) -> None:
    for point in judged(published, made, **options(made))["points"]:
        shown = [each for each in (point, point["lowest"], point["highest"]) if each]
        for each in shown:
            found = published.query(each["sql"])
            assert found.shape == (1, 1)
            assert found["value"][0] == each["ours"]
            assert each["definition"].startswith(made.definition) and each["version"] == 1
        if len(shown) > 1:
            low, high = (each["ours"] for each in shown[1:])
            assert low <= point["ours"] <= high


@pytest.mark.parametrize("made", ASKED, ids=lambda made: f"{made.asks}-{made.definition}")
def test_a_point_has_the_coverage_of_what_was_counted(published, made) -> None:
    for point in judged(published, made, **options(made))["points"]:
        known = {name for name, part in point["coverage"].items() if part is not None}
        credit = made.asks in ("share", "peak_share", "count", "per_day", "growth")
        assert known == (
            set() if made.asks in WITHOUT_LINEAGE else {"traced", "unreviewed"} if credit else {"unreviewed"}
        )
        assert all(0 <= point["coverage"][name] <= 1 for name in known)


def test_the_coverage_is_that_of_the_month(published) -> None:
    point = judged(published, claim("share", "2026-09 Qwen = 0.4", "family"))["points"][0]
    assert point["coverage"] == {"traced": 6 / 9, "unreviewed": 2 / 9}


def test_one_statement_gives_every_figure_that_is_shown(published, ledger) -> None:
    rows = published.query(ledger.statement)
    shown = {
        (row["id"], point["point"], reading, each["definition"], each["ours"])
        for row in ledger.frame.iter_rows(named=True)
        for point in row["points"]
        for reading, each in (
            ("closest" if point["lowest"] else "rule", point),
            ("lowest", point["lowest"]),
            ("highest", point["highest"]),
        )
        if each and each["ours"] is not None
    }
    assert len(shown) > 10
    assert set(rows.iter_rows()) == shown
    assert ledger.as_json()["sql"] == ""  # its rows are judged, so no SQL gives them


def test_what_cannot_be_computed_is_a_comment_of_a_statement_that_runs(published) -> None:
    made = claim("none", "", definition="", needs="needs $money; and 'more'")
    answer = claims.evaluate(published, [made], DEFINITIONS, **ALL)
    assert answer.statement.startswith("-- T1: needs $money; and 'more'\n")
    assert published.query(answer.statement).shape == (0, 5)


def test_the_readings_of_a_fit_are_given_by_its_sql(published) -> None:
    made = claim("share", "2026-09 Qwen = 0.28", "family", "atom-family", data="A?")
    answer = claims.fit(published, made, DEFINITIONS, **ALL)
    rows = published.query(answer.statement)
    assert rows["reading"].cast(pl.Int64).to_list() == answer.frame["rank"].to_list()
    assert rows["definition"].to_list() == answer.frame["definition"].to_list()


def test_the_command_prints_sql_that_the_command_line_runs(tmp_path) -> None:
    folder = ["--data-dir", str(planted.folder())]
    shown = tracker("claims", "F85", "F04", "--show-sql", *folder, cwd=tmp_path).stdout
    assert shown.splitlines()[:2] == [
        "-- F85: needs the whole Hub; this copy holds 15 models",
        "-- F04: needs the private download history that the author was given",
    ]
    (tmp_path / "asked.sql").write_text(shown)
    done = tracker("sql", "-f", "asked.sql", "--format", "csv", *folder, cwd=tmp_path)
    assert done.stdout == "id,point,reading,definition,value\n", done.stderr
