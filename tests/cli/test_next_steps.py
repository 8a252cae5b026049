"""Whatever the program prints as a next step works as it is printed: in its errors, by the demo, in the README."""

from __future__ import annotations

import io
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.command_line import called, environment
from tests.test_documents import README
from tracker.cli import with_folder

COMMAND = re.compile(r"`(tracker [^`]+)`")
NETWORK = ("update", "collect", "demo")  # asked of the Hub elsewhere, and of a fixture

MISTAKES = [
    ("share", "Qwen3"),
    ("share", "China"),
    ("share", "Alibaba"),
    ("share", "Qwen", "--by", "developer"),
    ("share", "Qwen/Qwen2.5-7B"),
    ("trend", "Asia"),
    ("top", "bartowski", "--of", "models"),
    ("measure", "share"),
    ("load", "--date", "2020-01-01"),
    ("sql",),
]


@pytest.mark.parametrize("mistake", MISTAKES, ids=" ".join)
def test_what_an_error_suggests_can_be_typed(
    mistake: tuple[str, ...], demo_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    done = called(*mistake, "--data-dir", str(demo_folder))
    assert done.returncode in (1, 2) and done.stdout == ""
    suggested = [shlex.split(command) for command in COMMAND.findall(done.stderr)]
    assert suggested, done.stderr
    for _, command, *rest in suggested:
        assert rest[-2:] == ["--data-dir", str(demo_folder)], "the folder that was asked is asked again"
        if command not in NETWORK:
            tried = called(command, *rest)
            assert tried.returncode == 0 and tried.stdout, tried.stderr


def test_a_folder_is_named_once_and_only_where_it_was() -> None:
    said = "run `tracker update` or `tracker demo --data-dir x`, not `rm -r`"
    assert with_folder(said, None) == said
    assert with_folder(said, "my data") == said.replace("`tracker update`", "`tracker update --data-dir 'my data'`")


def test_who_asks_the_wrong_folder_is_shown_the_demos(demo_folder: Path) -> None:
    done = called("share", "--data-dir", str(demo_folder.parent))
    assert done.returncode == 1 and f"the demo's copy is in {demo_folder}" in done.stderr


def test_what_the_demo_prints_can_be_typed_below_it(demo_folder: Path) -> None:
    here = demo_folder.parents[1]
    text = (here / "demo.txt").read_text()
    lines = [line.strip() for line in text.partition("Try next")[2].splitlines() if "--data-dir" in line]
    assert len(lines) >= 5
    for line in lines:
        done = subprocess.run(line, shell=True, cwd=here, env=environment(), capture_output=True, text=True)
        assert done.returncode == 0 and done.stdout, f"{line}: {done.stderr}"


def test_the_readme_can_be_typed_from_its_top(demo_folder: Path, tmp_path: Path) -> None:
    """`make demo` is the fixture's; the next lines put the program on the path and name the demo's folder."""
    made, prepare, ask = [line[2:].partition("  ")[0] for line in README.splitlines() if line.startswith("$ ")][:3]
    assert made == "make demo" and ask.startswith("tracker ")
    (tmp_path / ".venv").symlink_to(Path(sys.prefix))
    shutil.copytree(demo_folder, tmp_path / "data" / "demo", symlinks=True)
    command = ["bash", "-c", f"{prepare}\n{ask}"]
    done = subprocess.run(command, cwd=tmp_path, env=environment(), capture_output=True, text=True)
    assert done.returncode == 0 and "Qwen" in done.stdout, done.stderr
