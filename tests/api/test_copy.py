"""The public library, on a copy that can be counted by hand."""

from __future__ import annotations

import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest

import tracker
from tests import planted
from tests.command_line import tracker as command
from tests.store.nights import land, update
from tracker import errors
from tracker.api import operate
from tracker.cli import with_folder
from tracker.settings import Settings

ROOT = Path(__file__).parents[2]


def of(answer: tracker.Answer, group: str) -> float:
    """Return one group's number."""
    return answer.frame.filter(family=group)["derivatives"].item()


def test_a_share_carries_what_defends_it(copy: tracker.Copy) -> None:
    answer = copy.share(by="family", month="2026-09")
    assert (of(answer, "Qwen"), of(answer, "Llama")) == (3.5, 2.5)
    assert (answer.definition, answer.denominator) == ("default", "all new derivatives of the month")
    assert set(answer.coverage) == {"traced", "unreviewed"}
    assert answer.as_json()["rows"][0]["month"] == "2026-09"
    assert copy.sql(answer.sql).frame.equals(answer.frame)


@pytest.mark.parametrize("month", ["2026-09", "2026-09-14", date(2026, 9, 30)])
def test_months_are_text_or_dates(copy: tracker.Copy, month: str | date) -> None:
    assert copy.share(month=month).frame.equals(copy.share(first="2026-09", to="2026-09").frame)


@pytest.mark.parametrize("only", ["Qwen", ["Qwen"], ("Qwen",), iter(["Qwen"])], ids=type)
def test_names_are_one_or_some(copy: tracker.Copy, only: str) -> None:
    assert copy.share(only, month="2026-09").frame["family"].to_list() == ["Qwen"]


def test_a_definition_is_a_name_a_change_or_itself(copy: tracker.Copy) -> None:
    full = copy.share(month="2026-09", definition="default+credit=full")
    assert of(full, "Qwen") == 4
    changed = copy.share(month="2026-09", credit="full")
    given = copy.share(month="2026-09", definition=copy.definition("default").override(credit="full"))
    assert full.definition == changed.definition == given.definition == "default+credit=full"
    assert full.frame.equals(changed.frame) and full.frame.equals(given.frame)
    assert copy.share(month="2026-09", include="inferred").definition == "default+inferred=in"


def test_a_list_is_a_file_or_the_models_themselves(copy: tracker.Copy, tmp_path: Path) -> None:
    models = ["Qwen/Qwen3-8B", "meta-llama/Llama-3.1-8B"]
    (tmp_path / "models.txt").write_text("\n".join(models))
    told = [copy.top(of="models", definition="atom-downloads", list=each) for each in (models, tmp_path / "models.txt")]
    assert told[0].frame.equals(told[1].frame) and set(told[0].frame["model_id"]) == set(models)


def test_the_other_questions(copy: tracker.Copy) -> None:
    assert copy.top(rows=2).frame.height == 2
    assert copy.trend("Qwen", every="month", first="2026-09-01", to=date(2026, 9, 30)).frame.height == 1
    assert "default" in copy.compare("Qwen", month="2026-09").frame.columns
    assert "carol/tune" in copy.diff("2026-09-30", "2026-10-05").frame["model_id"]
    assert copy.schema("models").frame["column"].to_list()[0] == "model_key"
    assert copy.sql("select $a as a", {"a": 1}).as_json()["rows"] == [{"a": 1}]
    assert copy.claims("F21").frame["id"].to_list() == ["F21"]
    assert copy.claims(fit="F21").frame["rank"][0] == 1


def test_lineage_is_drawn_and_has_its_rows(copy: tracker.Copy) -> None:
    found = copy.lineage("erin/merge")
    assert sorted(found.frame["root_id"]) == ["Qwen/Qwen3-8B", "meta-llama/Llama-3.1-8B"]
    assert repr(found) == found.as_tree() and "└── " in repr(found)
    assert copy.lineage("carol/tune", down=True).frame["model_id"].to_list() == ["bart/tune-GGUF"]
    assert copy.lineage("carol/draft").model_id == "carol/tune", "by the name that it had"
    with pytest.raises(errors.UnknownName, match="Qwen/Qwen3-8B"):
        copy.lineage("Qwen/Qwen3-9B")
    with pytest.raises(errors.UnknownName, match="default"):
        copy.lineage("erin/merge", variant="defautl")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"month": "October"}, "'October' is not a month; write YYYY-MM"),
        ({"definition": "defautl"}, "did you mean default"),
        ({"by": "familly"}, "did you mean family"),
        ({"only": "Qwne"}, "did you mean Qwen"),
        ({"credit": "half"}, "use one of: fractional, full, first"),
        ({"colour": "red"}, "no parameter 'colour'"),
        ({"month": "2026-09", "first": "2026-08"}, "leave --from and --to out"),
        ({"denominator": "listed"}, "add --set listed=NAME,NAME"),
    ],
)
def test_mistakes_are_answered_in_a_line(copy: tracker.Copy, asked: dict[str, str], said: str) -> None:
    with pytest.raises(tracker.TrackerError, match=said):
        copy.share(**asked)  # type: ignore[arg-type]


def test_a_folder_without_a_copy_is_told_as_on_the_command_line(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for folder in (tmp_path / "none", tmp_path / "empty"):
        with pytest.raises(errors.NothingPublished) as told:
            tracker.open(folder)
        said = with_folder(str(told.value), str(folder))
        assert command("share", "--data-dir", str(folder)).stderr == f"error: {said}\n"


def test_a_copy_stays_what_it_is_until_it_is_opened_again(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    shutil.copytree(planted.folder(), folder, symlinks=True)
    kept = tracker.open(folder)
    before = kept.share(month="2026-09").frame
    operate.publish(Settings(data_dir=folder))
    with tracker.open(folder) as newest:
        assert newest.facts.generation == kept.facts.generation + 1
    assert kept.share(month="2026-09").frame.equals(before)
    assert kept.sql("select count(*) as n from snapshots").frame["n"][0] > 0
    kept.close()
    with pytest.raises(errors.StoreError, match="closed; open it again"):
        kept.share()


def test_a_copy_of_which_newer_ones_have_left_nothing_says_so(tmp_path: Path) -> None:
    """The files of three generations are kept; a notebook that is open for longer is told what to do."""
    settings = Settings(data_dir=tmp_path / "data", grace_seconds=1e-3)
    shutil.copytree(planted.folder(), settings.data_dir, symlinks=True)
    known, question = planted.curated(tmp_path / "registry"), "select sum(downloads_30d) as n from snapshots"
    with tracker.open(settings.data_dir) as kept:
        before = kept.sql(question).frame["n"].item()
        for attempt in range(2, 5):
            rows = [row | {"downloads_30d": row["downloads_30d"] + 1} for row in planted.rows(planted.SNAPSHOT)]
            assert kept.sql(question).frame["n"].item() == before
            update(settings, known, land(settings.data_dir, planted.SNAPSHOT, rows, attempt=attempt))
        with pytest.raises(errors.StoreError, match=r"tracker-000005.duckdb was replaced by newer copies"):
            kept.sql(question)
    with tracker.open(settings.data_dir) as newest:
        assert newest.sql(question).frame["n"].item() == before + newest.facts.models


def test_threads_may_share_a_copy(copy: tracker.Copy) -> None:
    with ThreadPoolExecutor(8) as pool:
        ours = pool.map(lambda number: copy.published.query("select $n as n", {"n": number}).item(), range(200))
        foreign = pool.map(lambda number: copy.sql("select $n as n", {"n": number}).frame.item(), range(16))
        assert (list(ours), list(foreign)) == (list(range(200)), list(range(16)))


def test_a_copy_that_is_never_closed_leaves_nothing_on_stderr() -> None:
    script = f"import tracker\nkept = tracker.open({str(planted.folder())!r})\nprint(kept.top(rows=1))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
    assert "definition default" in done.stdout and done.stderr == ""


def test_importing_the_library_is_light() -> None:
    probe = "import sys, tracker; print(sorted({'polars', 'duckdb', 'click', 'tracker.api'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"
    assert set(tracker.__all__) <= set(dir(tracker)) | {name for name in tracker.__all__ if hasattr(tracker, name)}
    with pytest.raises(AttributeError, match="opne"):
        tracker.opne  # type: ignore[attr-defined]  # noqa: B018
