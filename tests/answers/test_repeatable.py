"""From one published copy every answer is the same: in every run, format and number of threads, wherever it stands.

And it does not hang on the numbers that a copy gives its models, nor on the order in which it holds them.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import tracker
from tests import command_line, planted
from tests.answers.random_questions import Draw
from tests.bench import histories
from tracker.answers import Axes, share, top, trend
from tracker.answers.measure import measure
from tracker.cli.options import FORMATS, Output
from tracker.cli.output import emit
from tracker.settings import Settings

SEEDS = pytest.mark.parametrize("seeds", [range(20), pytest.param(range(20, 320), marks=pytest.mark.soak)], ids=len)
MANY = 130_000  # models, more than a row group of duckdb holds: threads share the work and end as they like

COMMANDS = (
    "share", "share Qwen qwen3 --by line", "share --from 2026-01 --edge nearest --credit first",
    "share --by origin_country --credit full", "share --edge direct --by base_publisher", "share --denominator models",
    "share --edge name", "share --compare definitions", "share --month 2030-01", "trend",
    "trend --of models --by likes", "trend --flow --every month", "trend --of countries --country publisher",
    "top", "top --of publishers", "top --of models --by derivatives", "lineage Qwen/Qwen2-7B --down",
    "lineage Qwen/Qwen2-7B", "measure attention", "measure concentration",
)  # fmt: skip


@pytest.fixture(scope="module")
def moved(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's folder, copied to another place."""
    folder = tmp_path_factory.mktemp("moved") / "data"
    shutil.copytree(demo_folder, folder, symlinks=True, ignore=shutil.ignore_patterns("landing"))
    return folder


@pytest.fixture(scope="module")
def copies(demo_folder: Path, moved: Path) -> Iterator[list[tracker.Copy]]:
    """The demo's copy with one thread and with two, and from a folder that it was copied to."""
    places = [(demo_folder, 1), (demo_folder, 2), (moved, 1), (moved, 2), (demo_folder, 2)]
    with ExitStack() as stack:
        yield [
            stack.enter_context(tracker.Copy(Settings(data_dir=folder, threads=threads))) for folder, threads in places
        ]


def checksums(answer: tracker.Answer, folder: Path, formats: Sequence[str]) -> dict[str, str]:
    """Return a checksum of the answer in each format."""
    found = {}
    for name in formats:
        path = folder / f"answer.{name}"
        emit(answer, Output(name, path, show_sql=False, quiet=True))
        found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def check_repeats(copies: Sequence[tracker.Copy], folder: Path, seeds: range) -> None:
    """Check that each copy gives the answers of the first one, byte for byte, and so does their SQL."""
    asked = 0
    for draw in map(Draw, seeds):
        first = draw.ask(copies[0])
        if first is None:
            continue
        asked += 1
        formats = ("json", FORMATS[draw.seed % len(FORMATS)])
        expected = checksums(first, folder, formats)
        for copy in copies[1:]:
            again = draw.ask(copy)
            assert again is not None and checksums(again, folder, formats) == expected, (draw.seed, first.sql)
            assert copy.sql(again.sql).plain_rows == first.plain_rows, (draw.seed, first.sql)
    assert asked > len(seeds) / 2


@SEEDS
def test_an_answer_is_one_checksum_a_format_and_its_sql_gives_its_rows(
    copies: list[tracker.Copy], tmp_path: Path, seeds: range
) -> None:
    check_repeats(copies, tmp_path, seeds)


@pytest.mark.soak
def test_answers_repeat_where_threads_share_the_work(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    histories.make(folder, histories.History(models=MANY, nights=2, whole=1, last_night=date(2026, 11, 22)))
    with ExitStack() as stack:
        opened = [
            stack.enter_context(tracker.Copy(Settings(data_dir=folder, threads=threads))) for threads in (1, 2, 2, 4)
        ]
        assert opened[0].facts.models > MANY * 0.9
        check_repeats(opened, tmp_path, range(60))


@pytest.mark.parametrize("number", range(len(COMMANDS)), ids=COMMANDS.__getitem__)
def test_a_process_gives_the_bytes_of_any_other(moved: Path, demo_folder: Path, number: int) -> None:
    """In a process with one thread on a copied folder as in this one with two on the folder itself."""
    arguments = (*COMMANDS[number].split(), "--format", ("json", "csv", "markdown", "tsv")[number % 4])
    here = command_line.called(*arguments, "--data-dir", str(demo_folder))
    there = command_line.tracker(*arguments, "--data-dir", str(moved), TRACKER_THREADS="1")
    assert (here.returncode, there.returncode) == (0, 0), there.stderr
    assert there.stdout == here.stdout


def test_numbers_are_the_same_and_as_short_as_can_be_in_every_format(
    copies: list[tracker.Copy], tmp_path: Path
) -> None:
    for answer in (copies[1].share(first="2026-01"), copies[1].trend(by="derivatives"), copies[1].top(by="likes")):
        emit(answer, Output("tsv", tmp_path / "answer.tsv", show_sql=False, quiet=True))
        head, *lines = (line.split("\t") for line in (tmp_path / "answer.tsv").read_text().splitlines())
        for row, cells in zip(answer.plain_rows, lines, strict=True):
            for name, cell in zip(head, cells, strict=True):
                if isinstance(row[name], float):
                    assert float(cell) == row[name] and len(cell) <= len(repr(row[name]).replace("e+", "e")), cell
        credited = [row[name] for row in answer.plain_rows for name in ("derivatives", "value") if name in row]
        assert credited and all(value == round(value, 9) for value in credited), "sums of thirds show no float's tail"


TIED = """
update models set downloads_30d = 7, downloads_all_time = 7, likes = 7, pipeline_tag = 'text-generation'
    where downloads_30d is not null;
update record set downloads_30d = 7, downloads_all_time = 7, likes = 7
"""
KEYS = ("model_key", "parent_key", "root_key")


def reversed_and_renumbered(copy: planted.Altered) -> None:
    """Give every model another number, the last one the first, and turn the order of all rows around."""
    columns = copy.query("select table_name, column_name from duckdb_columns() where not internal order by all")
    tables = set(copy.query("select table_name from duckdb_tables()")["table_name"])
    for table in sorted(tables):
        names = [column for name, column in columns.iter_rows() if name == table]
        changed = ", ".join(f"(1000 - {name})::integer as {name}" for name in names if name in KEYS)
        replaced = f" replace ({changed})" if changed else ""
        for statement in (
            f"create table turned as select *{replaced} from (select *, rowid as r from {table}) order by r desc",
            "alter table turned drop r",
            f"delete from {table}",
            f"insert into {table} by name from turned",
            "drop table turned",
        ):
            copy.connection.execute(statement)


QUESTIONS: dict[str, Any] = {
    "top of models": lambda copy, rule: top(copy, rule, Axes("models", "downloads"), rows=3),
    "trend of models": lambda copy, rule: trend(copy, rule, Axes("models", "downloads"), rows=3),
    "trend of publishers": lambda copy, rule: trend(copy, rule, Axes("publishers", "likes"), rows=2),
    "flow of models": lambda copy, rule: trend(copy, rule, Axes("models", "downloads", flow=True), rows=3),
    "nearest, first": lambda copy, rule: share(copy, rule.override(edge="nearest", credit="first"), by="line"),
    "root, first": lambda copy, rule: share(copy, rule.override(credit="first"), by="line"),
    "direct, first": lambda copy, rule: share(copy, rule.override(edge="direct", credit="first"), by="base_publisher"),
    "attention": lambda copy, rule: measure(copy, "attention", {}),
    "concentration": lambda copy, rule: measure(copy, "concentration", {"largest": "3"}),
}


@pytest.mark.parametrize("ask", QUESTIONS.values(), ids=QUESTIONS)
def test_ties_end_in_names_whatever_number_and_place_a_model_has(definition: Any, ask: Any) -> None:
    with planted.altered(TIED) as plain, planted.altered(TIED) as turned:
        before = plain.query("select model_key from models order by rowid")["model_key"].to_list()
        reversed_and_renumbered(turned)
        after = turned.query("select model_key from models order by rowid")["model_key"].to_list()
        assert after == [1000 - key for key in reversed(before)]
        answers = [ask(copy, definition()) for copy in (plain, turned)]
    assert answers[0].plain_rows == answers[1].plain_rows and answers[0].plain_rows


def test_sums_of_the_published_views_do_not_hang_on_threads(copies: list[tracker.Copy]) -> None:
    found = [copy.sql("from downloads_by_country order by all").plain_rows for copy in copies for _ in range(3)]
    assert found[0] and all(rows == found[0] for rows in found)
