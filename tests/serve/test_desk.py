"""Questions of programs at a desk: the answers of the command line, many at once, each stopped alone."""

from __future__ import annotations

import json
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import planted
from tests.command_line import called
from tracker import settings, store
from tracker.cli import asked
from tracker.errors import Full, NothingPublished, SettingsError, TooMuch, TrackerError, UnknownName
from tracker.serve.asked.bounds import Bounds, size
from tracker.serve.asked.desk import Desk
from tracker.serve.asked.turn import Turn

SLOW = "select count(*) from range(100000000) as a, range(100000000) as b where a.range + b.range = -1"
SMALL = Bounds(places=2, waiting=1, seconds=20)

Given = list[tuple[str, Any]]

# a question by its parameters, and at a prompt
ALIKE: list[tuple[str, Given, list[str]]] = [
    ("share", [("by", "family")], ["--by", "family"]),
    ("share", [("names", "Qwen"), ("names", "Llama"), ("min_downloads", 6)], ["Qwen", "Llama", "--min-downloads", "6"]),
    ("share", [("month", "2026-09"), ("compare", "definitions")], ["--month", "2026-09", "--compare", "definitions"]),
    ("share", [("by", "family,publisher_country"), ("set", ["credit=full", "removed=out"])],
     ["--by", "family,publisher_country", "--set", "credit=full", "--set", "removed=out"]),
    ("share", [("robust", "true"), ("of-all", True), ("crossings", "false")], ["--robust", "--of-all"]),
    ("share", [("as_of", "2026-10-05")], ["--as-of", "2026-10-05"]),
    ("share", [("month", "2026-09"), ("then", "2026-10-05")], ["--month", "2026-09", "--then", "2026-10-05"]),
    ("trend", [("of", "models"), ("since-release", "1")], ["--of", "models", "--since-release"]),
    ("trend", [("flow", True), ("settled", True), ("rows", "3")], ["--flow", "--settled", "--rows", "3"]),
    ("top", [("names", ["qwen"]), ("by", "likes")], ["qwen", "--by", "likes"]),
    ("lineage", [("model", "carol/tune")], ["carol/tune"]),
    ("lineage", [("model", "Qwen/Qwen3-8B"), ("down", "yes")], ["Qwen/Qwen3-8B", "--down"]),
    ("lineage", [("publisher", "Qwen"), ("limit", 1)], ["--publisher", "Qwen", "--limit", "1"]),
    ("measure", [("name", "concentration"), ("param", "largest=0.5")], ["concentration", "-p", "largest=0.5"]),
    ("measure", [("name", "launch"), ("describe", True)], ["launch", "--describe"]),
    ("measure", [], []),
    ("claims", [("names", "F50"), ("names", "F52")], ["F50", "F52"]),
    ("claims", [("fit", "F20")], ["--fit", "F20"]),
    ("schema", [("table", "lineage")], ["lineage"]),
    ("sql", [("sql", "select $a::int + 1 as n"), ("param", "a=1")], ["select $a::int + 1 as n", "-p", "a", "1"]),
]  # fmt: skip

REFUSED: list[tuple[str, Given, list[str]]] = [
    ("share", [("famly", "Qwen")], ["--famly", "Qwen"]),
    ("trend", [("every", "fortnight")], ["--every", "fortnight"]),
    ("share", [("by", "famliy")], ["--by", "famliy"]),
    ("share", [("month", "2026-13")], ["--month", "2026-13"]),
    ("share", [("month", "")], ["--month", ""]),
    ("share", [("month", "2026-09"), ("to", "2026-10")], ["--month", "2026-09", "--to", "2026-10"]),
    ("lineage", [("model", "a/b"), ("limit", "")], ["a/b", "--limit", ""]),
    ("lineage", [("model", "a/b"), ("limit", "1e3")], ["a/b", "--limit", "1e3"]),
    ("lineage", [("model", "a/b"), ("limit", 0)], ["a/b", "--limit", "0"]),
    ("lineage", [], []),
    ("lineage", [("model", "carol/tuna")], ["carol/tuna"]),
    ("share", [("definition", "defualt")], ["--definition", "defualt"]),
    ("share", [("set", "credit")], ["--set", "credit"]),
    ("share", [("names", "Qwne")], ["Qwne"]),
    ("measure", [("name", "lunch")], ["lunch"]),
    ("measure", [("name", "launch"), ("param", "names")], ["launch", "-p", "names"]),
    ("claims", [("names", "F9999")], ["F9999"]),
    ("schema", [("table", "linage")], ["linage"]),
    ("sql", [("sql", "drop table models")], ["drop table models"]),
    ("sql", [("sql", " ")], [" "]),
    ("sql", [("sql", "select 1"), ("timeout", "soon")], ["select 1", "--timeout", "soon"]),
    ("share", [("as-of", "2020-01-01")], ["--as-of", "2020-01-01"]),
]


@pytest.fixture(scope="module")
def folder() -> Path:
    return planted.folder()


@pytest.fixture(scope="module")
def desk(folder: Path) -> Iterator[Desk]:
    with Desk(settings.load({"data_dir": str(folder)}), SMALL) as desk:
        yield desk


def ask(desk: Desk, name: str, given: Given) -> Any:
    return json.loads(json.dumps(desk.ask(asked.read(name, given)).as_json(), default=str))


@pytest.mark.parametrize(("name", "given", "words"), ALIKE, ids=lambda value: str(value)[:40])
def test_an_answer_is_that_of_the_command(desk: Desk, folder: Path, name: str, given: Given, words: list[str]) -> None:
    done = called(name, *words, "--json", "--data-dir", str(folder))
    assert done.returncode == 0, done.stderr
    assert ask(desk, name, given) == json.loads(done.stdout)


@pytest.mark.parametrize(("name", "given", "words"), REFUSED, ids=lambda value: str(value)[:40])
def test_a_refusal_is_that_of_the_command(desk: Desk, folder: Path, name: str, given: Given, words: list[str]) -> None:
    done = called(name, *words, "--data-dir", str(folder))
    assert done.returncode
    with pytest.raises(TrackerError) as refused:
        ask(desk, name, given)
    assert str(refused.value) in done.stderr.replace(f" --data-dir {folder}", "")
    assert str(refused.value)


@pytest.mark.parametrize("text", ["", " ", "2", "maybe", "false "])
def test_a_switch_is_true_or_false(text: str) -> None:
    with pytest.raises(SettingsError, match=f"--of-all {text!r}: write true or false"):
        asked.read("share", [("of-all", text)])


@pytest.mark.parametrize("name", asked.QUESTIONS)
def test_every_parameter_is_declared_with_its_meaning(name: str) -> None:
    for each in asked.parameters(name):
        assert each.help, each.name
        values = each.choices[:1] or {"flag": ("true",), "whole": ("1",), "number": ("1",)}.get(each.kind, ())
        for value in values:
            assert asked.read(name, [(each.name, value)]).name == name


@pytest.mark.parametrize("other", ["output", "format", "data-dir", "registry", "log-file", "help", "file", "o", "-p"])
def test_what_is_printed_where_is_nothing_to_ask_for(other: str) -> None:
    for name in ("share", "sql", "lineage"):
        with pytest.raises(SettingsError, match=r"No such option|at a prompt"):
            asked.read(name, [(other, "/etc/passwd")])


def test_words_of_a_command_line_cannot_be_put_into_a_value(desk: Desk, tmp_path: Path) -> None:
    victim = tmp_path / "x"
    for given in (
        [("names", f"--output={victim}")],
        [(f"output={victim}", "1")],
        [("by", f"family --output {victim}")],
    ):
        with pytest.raises(TrackerError):
            ask(desk, "share", given)
    assert not victim.exists()


def test_a_list_is_ids_and_never_a_file(desk: Desk, folder: Path, tmp_path: Path) -> None:
    ids = ["Qwen/Qwen3-8B", "carol/tune"]
    file = tmp_path / "models.csv"
    file.write_text("model_id\n" + "\n".join(ids) + "\n")
    done = called("claims", "F14", "--list", str(file), "--json", "--data-dir", str(folder))
    assert ask(desk, "claims", [("names", "F14"), ("list", ids)])["about"] == json.loads(done.stdout)["about"]
    of_a_name = desk.ask(asked.read("claims", [("names", "F14"), ("list", str(file))]))
    assert of_a_name.as_json()["parameters"]["list"] == [str(file)]


@pytest.mark.parametrize("given", [[("month", "2026-10"), ("month", "2026-09")], [("by", "family"), ("by", "line")]])
def test_what_has_one_value_is_given_once(given: Given) -> None:
    with pytest.raises(SettingsError, match=f"--{given[0][0]} is given twice, as {given[0][1]} and as {given[1][1]}"):
        asked.read("share", given)


def test_a_question_that_nobody_knows_names_the_nearest() -> None:
    with pytest.raises(UnknownName, match="did you mean share"):
        asked.read("shares", [])


class Going:
    """A question that is asked in a thread of its own."""

    def __init__(self, desk: Desk, sql: str) -> None:
        self.turn, self.error, self.rows = Turn(), "", None
        self._thread = threading.Thread(target=self._ask, args=(desk, asked.read("sql", [("sql", sql)])))
        self._thread.start()

    def _ask(self, desk: Desk, question: Any) -> None:
        try:
            self.rows = desk.ask(question, self.turn).as_json()["rows"]
        except TrackerError as error:
            self.error = f"{type(error).__name__}: {error}"

    def end(self) -> str:
        self._thread.join(10)
        assert not self._thread.is_alive()
        return self.error


def until(true: Callable[[], bool]) -> None:
    latest = time.monotonic() + 10
    while not true():
        assert time.monotonic() < latest
        time.sleep(0.01)


def test_only_what_is_stopped_ends_whether_it_waits_or_runs(desk: Desk) -> None:
    running = [Going(desk, SLOW), Going(desk, f"{SLOW} and 1 = 1")]
    until(lambda: desk._places._inside == 2 and not desk._places._free._value)  # type: ignore[attr-defined]
    waiting = Going(desk, "select 7 as n")
    until(lambda: desk._places._inside == 3)
    with pytest.raises(Full, match="3 questions"):
        ask(desk, "sql", [("sql", "select 1")])
    waiting.turn.stop("its asker has gone")
    assert waiting.end() == "TooMuch: its asker has gone"
    assert desk._places._inside == 2
    after = Going(desk, "select 8 as n")
    running[0].turn.stop("its asker has gone")
    assert running[0].end() == "TooMuch: its asker has gone"
    assert (after.end(), after.rows) == ("", [{"n": 8}])
    assert running[1]._thread.is_alive()
    running[1].turn.stop("enough")
    assert running[1].end() == "TooMuch: enough"
    assert desk._places._inside == 0


def test_a_question_of_ours_is_stopped_as_well(desk: Desk) -> None:
    turn = Turn()
    threading.Timer(0.3, turn.stop, ["its asker has gone"]).start()
    started = time.monotonic()
    question = asked.Question("ours", lambda copy: store_rows(copy, SLOW))
    with pytest.raises(TooMuch, match="its asker has gone"):
        desk.ask(question, turn)
    assert time.monotonic() - started < 5
    assert ask(desk, "sql", [("sql", "select 1 as n")])["rows"] == [{"n": 1}]


def store_rows(copy: Any, sql: str) -> Any:
    from tracker.api import Rows

    return Rows(copy.published.table(sql))


def test_a_question_has_so_many_seconds(folder: Path) -> None:
    with Desk(settings.load({"data_dir": str(folder)}), Bounds(places=1, seconds=1)) as desk:
        with pytest.raises(TooMuch, match="stopped after 1 seconds"):
            ask(desk, "sql", [("sql", SLOW)])
        with pytest.raises(TooMuch, match="stopped after 1 seconds"):
            desk.ask(asked.Question("ours", lambda copy: store_rows(copy, SLOW)))


def test_an_answer_is_so_large_at_most(desk: Desk) -> None:
    with pytest.raises(TooMuch, match="come to more than 16 MiB"):
        ask(desk, "sql", [("sql", "select repeat('x', 1000000) as x from range(100)")])
    with pytest.raises(TooMuch, match="more than are served at once"):
        desk.ask(asked.Question("ours", lambda copy: store_rows(copy, "select 1 as a, 2 as b from range(600000)")))


def test_a_new_copy_is_asked_next_while_the_one_before_is_finished(folder: Path, tmp_path: Path) -> None:
    moved = shutil.copytree(folder, tmp_path / "data", symlinks=True)
    chosen = settings.load({"data_dir": str(moved), "registry": str(folder.parent / "registry")})
    sql = [("sql", "select value from about where key = 'generation'")]

    def generation(desk: Desk) -> int:
        return int(ask(desk, "sql", sql)["rows"][0]["value"])

    with Desk(chosen, SMALL) as desk:
        before = generation(desk)
        share = ask(desk, "share", [])
        old = Going(desk, SLOW)
        until(lambda: desk._places._inside == 1)
        time.sleep(0.3)
        done = called("publish", "--data-dir", str(moved), "--registry", str(folder.parent / "registry"))
        assert done.returncode == 0, done.stderr
        assert generation(desk) == before + 1
        assert ask(desk, "share", [])["about"]["generation"] == before + 1
        assert ask(desk, "share", [])["rows"] == share["rows"]
        pool = desk._pool
        assert pool._before and pool._before.asked == 1
        old.turn.stop("enough")
        assert old.end() == "TooMuch: enough"
        assert pool._before is None


def test_nothing_published_is_told_and_asked_again_next_time(folder: Path, tmp_path: Path) -> None:
    with Desk(settings.load({"data_dir": str(tmp_path / "data")}), SMALL) as desk:
        with pytest.raises(NothingPublished, match="tracker update"):
            ask(desk, "share", [])
        shutil.copytree(folder, tmp_path / "data", symlinks=True)
        assert ask(desk, "share", [])["rows"]


@pytest.mark.parametrize("kind", ["file", "parquet"])
def test_exports_are_asked_as_well(folder: Path, tmp_path: Path, kind: str) -> None:
    place = tmp_path / "export"
    if kind == "file":
        store.export_single_file(folder, place)
    else:
        store.export_parquet(folder, place)
    with Desk(settings.load({"data_dir": str(place)}), SMALL) as desk:
        done = called("share", "--json", "--data-dir", str(folder))
        assert ask(desk, "share", [])["about"]["id"] == json.loads(done.stdout)["about"]["id"]
        with pytest.raises(SettingsError, match="a copy to ask"):
            ask(desk, "sources", [])


def test_memory_is_shared_out_and_too_little_refused() -> None:
    bounds = Bounds(places=4, memory=size("8GB"))
    assert bounds.each * 6 + 5 * 2**28 <= 8e9
    assert "at most 8.0 GB of memory: 4 questions at once with 1.1 GB each" in str(bounds)
    with pytest.raises(SettingsError, match=r"2\.0 GB of memory for 16 places are too few"):
        Bounds(places=16, memory=size("2GB"))
    with pytest.raises(SettingsError, match="not a size"):
        size("lots")
