"""From one published copy every answer is the same: in every run, format and number of threads, wherever it stands.

And it does not hang on the numbers that a copy gives its models, nor on the order in which it holds them.
"""

from __future__ import annotations

import hashlib
import itertools
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

import tracker
from tests import planted
from tests.answers.random_questions import Draw
from tests.bench import histories
from tracker.answers import Answer, Axes, share, top, trend
from tracker.answers.answer import answered
from tracker.answers.measured import measure
from tracker.cli.options import FORMATS, Output
from tracker.cli.output import emit
from tracker.settings import Settings

MANY = 130_000  # models, more than a row group of duckdb holds: threads share the work and end as they like


STORED = """
select t.table_name, string_agg('"' || c.column_name || '"', ', ')
from duckdb_tables() as t
join information_schema.columns as c on c.table_name = t.table_name and c.is_generated = 'NEVER'
where t.table_name <> 'newest_rows' -- is laid beside the files of models, row by row
group by t.table_name
"""


@pytest.fixture(scope="module")
def turned(moved: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same once more, the rows of every published table in the opposite order: what is not ordered shows."""
    folder = tmp_path_factory.mktemp("turned") / "data"
    shutil.copytree(moved, folder, symlinks=True, ignore=shutil.ignore_patterns("work.duckdb", "descriptions"))
    published = (folder / "tracker.duckdb").resolve()
    published.chmod(0o644)
    with duckdb.connect(str(published)) as connection:
        turn_parts(connection, folder)
        for table, columns in connection.execute(STORED).fetchall():
            turn(connection, table, columns)
    return folder


def turn_parts(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Turn the rows of every file of the tables of models, and what stands beside those of `models` with them."""
    files = connection.execute("select file from part_files order by table_name, part").fetchall()
    for (file,) in files:
        path = folder / file
        connection.execute(f"create temp table turned as select *, row_number() over () as place from '{path}'")
        path.unlink()
        connection.execute(f"copy (select * exclude (place) from turned order by place desc) to '{path}'")
        connection.execute("drop table turned")
    connection.execute("""
        create temp table turned as
        select n.* exclude (place)
        from (select *, row_number() over () as place from newest_rows) as n
        asof join (
          select part, sum(rows) over (order by part) - rows as before from part_files where table_name = 'models'
        ) as p on n.place > p.before
        order by p.part, n.place desc
    """)
    for statement in ("delete from newest_rows", "insert into newest_rows from turned", "drop table turned"):
        connection.execute(statement)


def turn(connection: duckdb.DuckDBPyConnection, table: str, columns: str) -> None:
    """Turn the order of a table's rows around."""
    for statement in (
        f"create temp table turned as select {columns} from {table} order by rowid desc",
        f"delete from {table}",
        f"insert into {table} by name from turned",
        "drop table turned",
    ):
        connection.execute(statement)


@pytest.fixture(scope="module")
def copies(demo_folder: Path, moved: Path, turned: Path) -> Iterator[list[tracker.Copy]]:
    """The demo's copy with one thread and with two, from a folder that it was copied to, and with its rows turned."""
    places = [(demo_folder, 1), (demo_folder, 2), (moved, 1), (moved, 2), (turned, 2)]
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


def check_repeats(copies: Sequence[tracker.Copy], folder: Path, draws: Iterable[Draw], wanted: int) -> None:
    """Check that each copy gives the first one's answers, so many, byte for byte, and one of them the rows of its SQL.

    The statement stands in the JSON, so that it is known to be the same everywhere.
    """
    answered = ((draw, first) for draw in draws if (first := draw.ask(copies[0])) is not None)
    for number, (draw, first) in enumerate(itertools.islice(answered, wanted)):
        formats = ("json", FORMATS[number % len(FORMATS)])
        expected = checksums(first, folder, formats)
        for copy in copies[1:]:
            again = draw.ask(copy)
            assert again is not None and checksums(again, folder, formats) == expected, (draw.seed, first.sql)
        other = copies[1 + number % (len(copies) - 1)]
        # in this process, as a stranger's SQL in one of its own is asked elsewhere
        assert other.published.query(first.sql).to_dicts() == first.frame.to_dicts(), (draw.seed, first.sql)


@pytest.mark.parametrize(
    "wanted", [20, pytest.param(100, marks=pytest.mark.slow), pytest.param(1000, marks=pytest.mark.soak)]
)
def test_an_answer_is_one_checksum_a_format_and_its_sql_gives_its_rows(
    copies: list[tracker.Copy], tmp_path: Path, wanted: int
) -> None:
    check_repeats(copies, tmp_path, map(Draw, itertools.count(wanted * int(os.environ.get("SEED", "1")))), wanted)


class Untied(Draw):
    """A question whose statement says which rows come first, but not of those that are alike."""

    def ask(self, copy: tracker.Copy) -> Answer:
        sql = "select model_id, license from models where likes is not null order by license, library_name limit 5"
        return answered(copy.published, "untied", sql, {}, parameters={})


def test_a_statement_without_a_tie_break_is_found(copies: list[tracker.Copy], tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="order by license"):
        check_repeats(copies, tmp_path, [Untied(0)], 1)


@pytest.mark.soak
def test_answers_repeat_where_threads_share_the_work(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    histories.make(folder, histories.History(models=MANY, nights=2, whole=1, last_night=date(2026, 11, 22)))
    with ExitStack() as stack:
        opened = [
            stack.enter_context(tracker.Copy(Settings(data_dir=folder, threads=threads))) for threads in (1, 2, 2, 4)
        ]
        assert opened[0].facts.models > MANY * 0.9
        check_repeats(opened, tmp_path, map(Draw, itertools.count()), 60)


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
        turn(copy.connection, table, f"* replace ({changed})" if changed else "*")


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
