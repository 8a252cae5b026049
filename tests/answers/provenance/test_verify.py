"""A saved answer is asked again: equal, or which rows differ, or of another copy."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import tracker
from tests import planted
from tests.command_line import environment
from tracker.answers.provenance import saved
from tracker.answers.provenance.about import id_of
from tracker.settings import Settings

QUESTIONS: dict[str, Callable[[tracker.Copy], Any]] = {
    "share": lambda copy: copy.share(month="2026-09"),
    "first credit": lambda copy: copy.share(month="2026-09", by="line", credit="first", edge="nearest"),
    "compare": lambda copy: copy.compare(month="2026-09"),
    "trend": lambda copy: copy.trend(),
    "flow": lambda copy: copy.trend(of="models", flow=True),
    "top": lambda copy: copy.top(of="publishers"),
    "diff": lambda copy: copy.diff("2026-09-30", "2026-10-05"),
    "measure": lambda copy: copy.measure("attention"),
    "lineage": lambda copy: copy.lineage("erin/merge"),
    "claims": lambda copy: copy.claims(),
    "one claim": lambda copy: copy.claims("F14", list=["Qwen/Qwen3-8B", "erin/merge"]),
    "fit": lambda copy: copy.claims(fit="F20"),
    "descendants": lambda copy: copy.lineage("Qwen/Qwen3-8B", down=True, variant="as_uploaded"),
}


@pytest.fixture
def copy() -> Iterator[tracker.Copy]:
    with tracker.open(planted.folder()) as copy:
        yield copy


@pytest.fixture
def share(copy: tracker.Copy) -> dict[str, Any]:
    return written(copy.share(month="2026-09"))


def written(answer: Any) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(json.dumps(answer.as_json()))
    return body


@pytest.mark.parametrize("ask", QUESTIONS.values(), ids=QUESTIONS)
def test_what_was_saved_is_equal(copy: tracker.Copy, ask: Callable[[tracker.Copy], Any], tmp_path: Path) -> None:
    (tmp_path / "answer.json").write_text(json.dumps(ask(copy).as_json()))
    found = copy.verify(tmp_path / "answer.json")
    assert found.equal and found.same_copy and found.frame.is_empty(), found.notes
    assert found.now["rows_id"] == found.saved["rows_id"] and found.now["id"] == found.saved["id"]


def test_a_changed_value_is_named_with_both_values(copy: tracker.Copy, share: dict[str, Any]) -> None:
    row = share["rows"][0]
    was, row["share"] = row["share"], 0.9
    found = copy.verify(share)
    assert (found.equal, found.same_copy, found.differing) == (False, True, 1)
    assert found.frame.rows() == [(f"{row['month']} {row['family']}", "share", "0.9", json.dumps(was))]
    assert any("were changed after they were written" in note for note in found.notes)


def test_a_row_that_is_missing_is_one_row_that_differs(copy: tracker.Copy, share: dict[str, Any]) -> None:
    gone = share["rows"].pop(0)
    found = copy.verify(share)
    assert (found.equal, found.differing) == (False, 1)
    assert found.frame.row(0, named=True)["saved"] is None
    assert json.loads(found.frame["now"][0]) == gone


def test_a_changed_verdict_is_named(copy: tracker.Copy) -> None:
    body = written(copy.claims(("F20", "F14")))
    body["rows"][0]["verdict"] = "reproduced"
    found = copy.verify(body)
    assert (found.equal, found.differing, found.frame["column"].to_list()) == (False, 1, ["verdict"])


@pytest.mark.parametrize("changed", [{"claims": ["F20"]}, {"claims": 7}, {"ledger": "of another day"}])
def test_a_changed_question_to_the_ledger_is_told(copy: tracker.Copy, changed: dict[str, Any]) -> None:
    body = written(copy.claims(("F20", "F14")))
    body["parameters"].update(changed)
    with pytest.raises(tracker.TrackerError, match="was changed after it was written"):
        copy.verify(body)


def test_plain_sql_is_compared_without_ids(copy: tracker.Copy) -> None:
    query = "select model_id, depth, weight from lineage order by all limit 3"
    body = written(copy.sql(query))
    assert body.keys() == {"rows", "sql"}
    found = copy.verify(body)
    assert found.equal and not found.same_copy and found.notes[0].startswith("it does not say which copy")
    body["rows"][1]["depth"] = 99
    assert copy.verify(body).differing == 1


def test_another_order_is_said(copy: tracker.Copy, share: dict[str, Any]) -> None:
    share["rows"].reverse()
    found = copy.verify(share)
    assert not found.equal and found.differing == 0 and "in another order" in found.notes[-1]


def test_rows_without_a_text_of_their_own_are_told_by_number(copy: tracker.Copy) -> None:
    body = written(copy.measure("concentration"))
    body["rows"][0]["models_below"] = 7
    assert copy.verify(body).differing == 1


def test_a_changed_question_is_not_run(copy: tracker.Copy, share: dict[str, Any]) -> None:
    for changed in ({"sql": share["sql"] + " limit 1"}, {"parameters": {**share["parameters"], "by": "line"}}):
        with pytest.raises(tracker.TrackerError, match="was changed after it was written"):
            copy.verify({**share, **changed})


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("drop table models", "syntax error"),
        ("select 1; select 2", "syntax error"),
        ("select * from read_csv('/etc/passwd')", "only the published tables"),
        ("select * from range(1000001)", "more than 1,000,000 rows now"),
    ],
)
def test_a_forged_question_runs_sealed(copy: tracker.Copy, share: dict[str, Any], sql: str, said: str) -> None:
    share["sql"] = sql
    share["about"]["id"] = id_of(share["about"]["copy_id"], sql, share["parameters"])
    with pytest.raises(tracker.TrackerError, match=said):
        copy.verify(share)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"", "this is no JSON"),
        (b"PAR1", "this is no JSON"),
        (b"\xff\xfe", "this is no JSON"),
        (b"[" * 100_000, "this is no JSON"),
        (b"[1, 2]", "no keys"),
        (b'{"about": {}}', "no rows"),
        (b'{"rows": [{"a": 1}], "sql": "select 1 as a", "notes": []}', "no `about`"),
        (b'{"rows": [], "sql": "select 1", "about": {}}', "no ids"),
        (b'{"rows": [], "sql": "", "about": {"id": "", "rows_id": "", "copy_id": ""}}', "no SQL of its own"),
    ],
)
def test_what_is_no_answer_is_told(copy: tracker.Copy, text: bytes, said: str) -> None:
    with pytest.raises(tracker.TrackerError, match=said) as told:
        copy.verify(text)
    assert told.value.exit_code == 2


def test_an_answer_that_is_too_large_is_told(
    copy: tracker.Copy, share: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saved, "MOST_ROWS", len(share["rows"]) - 1)
    with pytest.raises(tracker.TrackerError, match="rows, and at most"):
        copy.verify(share)
    monkeypatch.setattr(saved, "MOST_BYTES", 100)
    with pytest.raises(tracker.TrackerError, match="bytes, and at most 100 are compared"):
        copy.verify(json.dumps(share).encode())


def test_another_copy_that_says_the_same_is_equal_and_told(share: dict[str, Any], tmp_path: Path) -> None:
    shutil.copytree(planted.folder(), tmp_path / "data", symlinks=True)
    share["about"]["copy_id"] = "another"
    share["about"]["id"] = id_of("another", share["sql"], share["parameters"])
    with tracker.open(tmp_path / "data") as copy:
        found = copy.verify(share)
    assert found.equal and not found.same_copy
    assert "another copy: saved from copy another" in found.notes[0]
    assert found.now["rows_id"] == found.saved["rows_id"]


def test_a_kept_generation_is_asked_when_the_newest_is_another(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    shutil.copytree(planted.folder(), folder, symlinks=True)
    with tracker.open(folder) as copy:
        before = written(copy.share(month="2026-09"))
    settings = Settings(data_dir=folder, memory_limit="1GB", threads=2)
    night = planted.date(2026, 10, 6)
    planted.update(
        settings, planted.curated(tmp_path / "registry"), planted.land(folder, night, planted.rows(planted.SNAPSHOT))
    )
    with tracker.open(folder) as copy:
        found = copy.verify(before)
        assert copy.facts.copy_id != before["about"]["copy_id"] and found.equal and found.same_copy
    for each in folder.glob("tracker-*.duckdb"):
        if each.name != (folder / "tracker.duckdb").readlink().name:
            each.unlink()
    with tracker.open(folder) as copy:
        found = copy.verify(before)
        assert found.equal and found.same_copy, "it is built again from its files"
    shutil.rmtree(folder / "pieces")
    with tracker.open(folder) as copy:
        assert not copy.verify(before).same_copy


def process(text: str | None, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tracker", *arguments, "--data-dir", str(planted.folder())]
    return subprocess.run(command, input=text, capture_output=True, text=True, env=environment())


def test_the_command_ends_as_the_outcome_says(tmp_path: Path) -> None:
    asked = process(None, "share", "--month", "2026-09", "-o", str(tmp_path / "share.json"))
    assert asked.returncode == 0, asked.stderr
    from_a_file = ("verify", str(tmp_path / "share.json"))
    equal = process(None, *from_a_file)
    assert equal.returncode == 0 and "equal: all" in equal.stderr
    body = json.loads((tmp_path / "share.json").read_text())
    body["rows"][0]["share"] = 0.5
    differs = process(json.dumps(body), "verify", "--json")
    assert differs.returncode == 1 and json.loads(differs.stdout)["rows"][0]["saved"] == "0.5"
    none = process("nothing", "verify")
    assert none.returncode == 2 and none.stderr.startswith("error: this is no JSON")
