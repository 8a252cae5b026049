"""What a terminal gets, and a stdout that is closed, full, or set to another encoding: processes of their own."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from rich.cells import cell_len

from tests.cli.conftest import Run
from tests.command_line import environment, on_terminal

BOLD = re.compile(r"\x1b\[[01]m")
HOSTILE = "select chr(27) || '[2J' || chr(155) || '31m' || chr(8238) as name"


def lines(shown: str) -> list[str]:
    return BOLD.sub("", shown).splitlines()


def test_a_long_answer_is_capped_and_says_how_to_see_all(demo_folder: Path) -> None:
    code, shown = on_terminal("sql", "from models", "--data-dir", str(demo_folder), columns=150)
    assert code == 0 and max(map(cell_len, lines(shown))) <= 150
    more = re.search(r"([\d,]+) more rows; see all with --rows (\d+), \| less or -o FILE.csv", shown)
    assert more, shown
    assert int(more[1].replace(",", "")) == int(more[2]) - 50
    assert len(re.findall(r"^ +\d+  \S", BOLD.sub("", shown), re.MULTILINE)) == 50


def test_a_pipe_gets_every_row_in_every_format(run: Run) -> None:
    piped = run("sql", "select model_id, 1 as n from models")
    table = run("sql", "select model_id, 1 as n from models", "--format", "table")
    assert table.stdout.count("\n") == piped.stdout.count("\n") + 4 > 1000
    assert "more rows" not in table.stdout


def test_rows_that_are_asked_for_are_shown(demo_folder: Path, run: Run) -> None:
    _, shown = on_terminal(
        "sql", "select 7001 + i as i from range(99) t(i)", "--rows", "99", "--data-dir", str(demo_folder)
    )
    assert len(re.findall(r"^ +7\d\d\d$", shown, re.MULTILINE)) == 99 and "more" not in shown
    few = run("sql", "from range(9)", "--rows", "2", "--format", "table").stdout
    assert "7 more rows; see all with --rows 9, | less or -o FILE.csv" in few


@pytest.mark.parametrize("columns", [80, 150])
def test_runs_can_be_read(demo_folder: Path, columns: int) -> None:
    code, shown = on_terminal("status", "--runs", "--data-dir", str(demo_folder), columns=columns)
    body = [
        line for line in lines(shown) if re.match(r" \d{8}T\d{6}Z-[0-9a-f]{6}  .*\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ", line)
    ]
    assert code == 0 and len(body) == 50 and "137 more rows; see all with --rows 187" in shown, shown
    assert max(map(cell_len, lines(shown))) <= columns
    assert "in every row shown: source hub_stats, " in shown
    assert "no room for status" in shown if columns == 80 else any("  published  " in line for line in body)


def test_a_terminal_obeys_nothing_that_strangers_wrote(demo_folder: Path) -> None:
    for form in ("table", "tsv", "json"):
        _, shown = on_terminal("sql", HOSTILE, "--format", form, "--data-dir", str(demo_folder))
        assert "[2J" in shown and not set("\x1b\x9b\u202e") & set(BOLD.sub("", shown)), form
    _, refused = on_terminal("lineage", "a/\x1b[2Jb", "--data-dir", str(demo_folder))
    assert "no model called" in refused and "\x1b" not in refused


@pytest.mark.parametrize("columns", ["", "0", "wide"])
def test_a_width_that_is_no_number_says_nothing(run: Run, columns: str) -> None:
    done = run("top", "-n", "2", "--format", "table", COLUMNS=columns)
    assert done.returncode == 0 and done.stderr == ""
    assert re.search(r"^ +1 +\S+.*\n +2 +\S+", done.stdout, re.MULTILINE), done.stdout


def test_a_terminal_without_a_width_has_a_usual_one(demo_folder: Path) -> None:
    code, shown = on_terminal("top", "-n", "2", "--data-dir", str(demo_folder), columns=0, TERM="dumb")
    assert code == 0 and re.search(r"^ +1 +\S+.*\n +2 +\S+", shown, re.MULTILINE), shown


def shell(script: str, folder: Path, **environ: str) -> subprocess.CompletedProcess[bytes]:
    """Run a script in which `tracker` is ours, on the demo's folder."""
    told = f'tracker() {{ "{sys.executable}" -m tracker "$@"; }}\n{script}'
    env = environment(TRACKER_DATA_DIR=str(folder), **environ)
    return subprocess.run(["bash", "-c", told], capture_output=True, env=env, cwd=folder.parent)


FAILING = {
    "json, closed": ("tracker top --json >&-", 1, "stdout is closed"),
    "a tree, closed": ("tracker lineage Qwen/Qwen2-7B --format tree >&-", 1, "stdout is closed"),
    "sql without input": ("tracker sql <&-", 2, "no SQL given"),
    "an answer without input": ("tracker verify <&-", 2, "no saved answer"),
    "csv, full": ("tracker sql 'from models' --format csv >/dev/full", 1, "cannot write to stdout: No space left"),
    "a list, full": ("tracker chart >/dev/full", 1, "No space left"),
    "help, full": ("tracker --help >/dev/full", 1, "No space left"),
    "only for reading": ("tracker top 1</dev/null", 1, "cannot write to stdout: Bad file descriptor"),
    "no such folder": ("tracker top -o nowhere/x.parquet", 1, "cannot write nowhere/x.parquet: No such file"),
    "a full disk": ("tracker top --format parquet -o /dev/full", 1, "cannot write /dev/full: No space left"),
    "a folder's name, json": ("mkdir -p made/x.json; tracker lineage a/b -o made/x.json", 2, "is a directory"),
}


@pytest.mark.parametrize("case", FAILING)
def test_what_cannot_be_written_is_one_plain_line(demo_folder: Path, case: str) -> None:
    script, code, told = FAILING[case]
    done = shell(script, demo_folder)
    error = done.stderr.decode()
    assert (done.returncode, done.stdout) == (code, b""), error
    assert told in error and "Traceback" not in error
    assert code == 2 or error.count("\n") == 1, error


def test_streams_that_are_closed_do_not_matter_where_none_is_used(demo_folder: Path, tmp_path: Path) -> None:
    done = shell(f"tracker top -o {tmp_path}/x.csv <&- >&- 2>&-", demo_folder)
    assert done.returncode == 0 and (tmp_path / "x.csv").read_text().startswith("rank,")


def test_a_reader_that_has_gone_is_no_error(demo_folder: Path) -> None:
    done = shell("tracker sql 'from models' | head -n 1; exit ${PIPESTATUS[0]}", demo_folder)
    assert done.returncode == 0 and done.stdout.count(b"\n") == 1 and b"Traceback" not in done.stderr


LETTERS = "select 'Université 漢字 –' as name"


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_other_encodings_get_the_answer_or_one_line(demo_folder: Path, encoding: str) -> None:
    table = shell(f'tracker sql "{LETTERS}" --format table', demo_folder, PYTHONIOENCODING=encoding)
    assert table.returncode == 0 and "Universit" in table.stdout.decode(encoding)
    as_json = shell(f'tracker sql "{LETTERS}" --json', demo_folder, PYTHONIOENCODING=encoding)
    assert as_json.stdout.isascii() and b"\\u6f22" in as_json.stdout
    rows = shell(f'tracker sql "{LETTERS}" --format csv', demo_folder, PYTHONIOENCODING=encoding)
    assert (rows.returncode, rows.stdout) == (1, b"")
    assert b"set PYTHONIOENCODING=utf-8, or name a file" in rows.stderr and rows.stderr.count(b"\n") == 1


def test_a_plain_locale_gets_a_tree(demo_folder: Path) -> None:
    plain = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    done = shell("tracker lineage Qwen/Qwen2-7B-Instruct --format tree", demo_folder, **plain)
    assert done.returncode == 0 and done.stdout.isascii() and b"`-- Qwen/Qwen2-7B  " in done.stdout


def test_a_chart_is_drawn_where_a_notebook_names_its_backend(run: Run, tmp_path: Path) -> None:
    backend = "module://matplotlib_inline.backend_inline"
    done = run("chart", "families", "-o", str(tmp_path / "x.png"), MPLBACKEND=backend)
    assert done.returncode == 0 and (tmp_path / "x.png").stat().st_size > 1000, done.stderr


@pytest.mark.parametrize(
    ("named", "used"), [("module://nowhere", "module://nowhere"), ("nothing like it", None), ("", None), ("svg", "svg")]
)
def test_a_backend_is_taken_where_it_is_there(named: str, used: str | None) -> None:
    shown = "print(matplotlib.rcParams._get_backend_or_none(), os.environ['MPLBACKEND'])"
    probe = f"import os; from tracker.charts.look import backend; backend.load(); import matplotlib; {shown}"
    done = subprocess.run(
        [sys.executable, "-c", probe], capture_output=True, text=True, env=environment(MPLBACKEND=named)
    )
    assert done.stdout == f"{used} {named}\n", done.stderr
