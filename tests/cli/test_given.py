"""Files that a user names, to read or to write, and streams and settings of the machine that are not as they should."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.command_line import called, environment

MAKE: dict[str, Callable[[Path], object]] = {
    "a folder": lambda path: path.mkdir(),
    "a pipe": os.mkfifo,
    "a link to itself": lambda path: path.symlink_to(path.name),
    "no text": lambda path: path.write_bytes(b"\xff\xfe"),
    "nothing": lambda path: None,
}
READING = {
    "sql": ("sql", "-f"),
    "verify": ("verify",),
    "list": ("share", "--month", "2026-10", "--list"),
}


@pytest.mark.parametrize("kind", MAKE)
@pytest.mark.parametrize("command", READING)
def test_a_file_to_read_that_is_none_is_one_line(command: str, kind: str, ask: Run, tmp_path: Path) -> None:
    MAKE[kind](tmp_path / "x")
    done = ask(*READING[command], str(tmp_path / "x"))
    assert done.returncode == 2 and done.stdout == "" and "nobody foresaw" not in done.stderr, done.stderr
    said = [line for line in done.stderr.splitlines() if line.lower().startswith("error: ")]
    assert len(said) == 1 and (kind == "a pipe" or "x" in said[0])


WRITING = {
    "rows": ("top", "-o", "{}"),
    "chart": ("chart", "downloads", "-o", "{}.png"),
    "report": ("report", "-o", "{}.md"),
    "export": ("export", "--to", "{}"),
    "backup": ("backup", "{}"),
}


@pytest.mark.parametrize("command", WRITING)
def test_a_place_to_write_to_that_cannot_be_is_one_line(command: str, ask: Run, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for place in (tmp_path / "file" / "x", tmp_path / ("x" * 300)):
        done = ask(*(word.format(place) for word in WRITING[command]))
        assert done.returncode in (1, 2) and "traceback" not in done.stderr.lower(), done.stderr
        assert "a folder is expected there" in done.stderr or "File name too long" in done.stderr, done.stderr


EMPTY = {
    "sql": ("sql", "select 1", "-o", ""),
    "export": ("export", "--to", ""),
    "single file": ("export", "--single-file", ""),
    "backup": ("backup", ""),
    "chart": ("chart", "origins", "-o", ""),
    "report": ("report", "-o", ""),
}


@pytest.mark.parametrize("command", EMPTY)
def test_an_empty_name_is_no_name_for_the_working_folder(
    command: str, ask: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = ask(*EMPTY[command])
    assert done.returncode == 2 and "it is empty; write the name of a file or folder" in done.stderr, done.stderr
    assert not any(tmp_path.iterdir())


def test_a_data_folder_without_a_name_is_not_the_usual_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").mkdir()
    for arguments in (("update", "--data-dir", ""), ("--data-dir", "", "update"), ("update", "--registry", "")):
        done = called(*arguments)
        assert done.returncode == 2 and " is empty; write the name of a place" in done.stderr, done.stderr
        assert "registry" in done.stderr or not any((tmp_path / "data").iterdir())


ODD = {
    "no folder for what is temporary": {"TMPDIR": "/nowhere"},
    "no letters": {"LANG": "C", "LC_ALL": "C", "PYTHONIOENCODING": "ascii"},
    "a locale that is none": {"LANG": "xx_YY.foo", "LC_ALL": "xx_YY.foo"},
    "a width that is none": {"COLUMNS": "-5", "LINES": "x"},
    "no home": {"HOME": "/nowhere", "XDG_CONFIG_HOME": "/dev/null", "TZ": "No/where"},
}


@pytest.mark.parametrize("odd", ODD)
def test_an_odd_environment_changes_no_answer(odd: str, run: Run) -> None:
    done = run("top", "--format", "csv", **ODD[odd])
    assert done.returncode == 0 and done.stdout.startswith("rank,"), done.stderr


def test_a_chart_needs_no_folder_of_matplotlib(demo_folder: Path, tmp_path: Path) -> None:
    env = environment(MPLCONFIGDIR="/proc/nowhere", TMPDIR="/nowhere")
    command = [sys.executable, "-m", "tracker", "chart", "downloads", "-o", "x.svg", "--data-dir", str(demo_folder)]
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "") and (tmp_path / "x.svg").exists()


def test_from_a_folder_that_is_gone_whole_paths_are_asked(demo_folder: Path, tmp_path: Path) -> None:
    script = f"cd {tmp_path} && mkdir gone && cd gone && rmdir ../gone && {sys.executable} -m tracker top --format csv"
    asked, told = (
        subprocess.run(["sh", "-c", script + more], env=environment(), capture_output=True, text=True)
        for more in (f" --data-dir {demo_folder}", "")
    )
    assert asked.returncode == 0 and asked.stdout.startswith("rank,"), asked.stderr
    assert told.returncode == 2 and "the working folder is gone" in told.stderr


def test_a_trend_takes_months_as_well(ask: Run) -> None:
    """`share` speaks of months: whoever comes from there writes one."""
    by_day = ask("trend", "Qwen", "--from", "2026-11-01", "--to", "2026-11-30")
    by_month = ask("trend", "Qwen", "--from", "2026-11", "--to", "2026-11")
    assert by_month.returncode == 0 and by_month.stdout == by_day.stdout and by_day.stdout.count("\n") > 3
    assert "not a day" in ask("trend", "--from", "2026-1").stderr
