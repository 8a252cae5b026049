"""An error that nobody foresaw ends in one line and a file for its owner; what is foreseen stays as it is."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from tests.command_line import called, tracker
from tracker.cli import commands
from tracker.errors import Interrupted, StoreError, run, unforeseen

SECRET = "pl4nted-secret"


def fails(error: BaseException) -> Callable[[], object]:
    def main() -> object:
        raise error

    return main


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def planted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", f"http://user:{SECRET}@127.0.0.1:9")
    monkeypatch.setattr(sys, "argv", ["tracker", "update", f"--x={SECRET}"])


@pytest.mark.usefixtures("planted")
@pytest.mark.parametrize(
    "error",
    [KeyError(f"cursor of {SECRET}"), ZeroDivisionError("division by zero"), RuntimeError(f"line one\n{SECRET}\nmore")],
)
def test_its_traceback_is_kept_in_the_data_folder(tmp_path: Path, capsys, error: Exception) -> None:
    assert run(fails(error), folder=lambda: tmp_path) == 1
    told = capsys.readouterr()
    place = tmp_path / "last_error.txt"
    assert told.out == "" and told.err.count("\n") == 1
    assert told.err.startswith(f"error: {type(error).__name__}") and str(place) in told.err
    kept = place.read_text()
    assert "Traceback (most recent call last)" in kept and "tracker update" in kept and type(error).__name__ in kept
    assert SECRET not in kept + told.err
    assert place.stat().st_mode & 0o777 == 0o600
    assert names(tmp_path) == ["last_error.txt"]


def test_the_last_one_is_kept_whatever_the_mask_and_the_mode(tmp_path: Path, capsys) -> None:
    (tmp_path / "last_error.txt").write_text("of the day before")
    (tmp_path / "last_error.txt").chmod(0o644)
    before = os.umask(0)
    try:
        assert run(fails(KeyError("second")), folder=lambda: tmp_path) == 1
    finally:
        os.umask(before)
    assert "second" in (tmp_path / "last_error.txt").read_text()
    assert (tmp_path / "last_error.txt").stat().st_mode & 0o777 == 0o600


@pytest.mark.usefixtures("planted")
@pytest.mark.parametrize("folder", ["absent", "file", "in-the-way", None])
def test_where_it_cannot_be_kept_it_goes_to_stderr(tmp_path: Path, capsys, folder: str | None) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "in-the-way" / "last_error.txt" / "x").mkdir(parents=True)
    place = tmp_path / folder if folder else None
    assert run(fails(KeyError(SECRET)), folder=lambda: place) == 1
    told = capsys.readouterr().err
    assert "Traceback" in told and told.splitlines()[-1].startswith("error: KeyError") and SECRET not in told
    assert not (tmp_path / "absent").exists()
    assert names(tmp_path / "in-the-way") == ["last_error.txt"]


@pytest.mark.parametrize("error", [KeyboardInterrupt(), SystemExit(7), GeneratorExit()])
def test_what_is_no_error_passes(tmp_path: Path, error: BaseException) -> None:
    with pytest.raises(type(error)):
        run(fails(error), folder=lambda: tmp_path)
    assert not names(tmp_path)


@pytest.mark.parametrize(("error", "code"), [(StoreError("full"), 1), (Interrupted("stopped", exit_code=143), 143)])
def test_errors_of_ours_leave_no_file(tmp_path: Path, capsys, error: Exception, code: int) -> None:
    assert run(fails(error), folder=lambda: tmp_path) == code
    assert capsys.readouterr().err == f"error: {error}\n" and not names(tmp_path)


@pytest.mark.parametrize(
    ("error", "code", "kept"),
    [
        (ValueError("nobody foresaw this"), 1, True),
        (OSError(5, "Input/output error", "/some/file"), 1, True),
        (click.Abort(), 130, False),
        (click.UsageError("no such thing"), 2, False),
        (KeyboardInterrupt(), 130, False),
        (BrokenPipeError(), 0, False),
    ],
)
def test_the_command_line_keeps_its_own_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int, kept: bool
) -> None:
    from tracker.api import operate

    monkeypatch.setattr(operate, "status", lambda settings: fails(error)())
    monkeypatch.setattr("tracker.cli.stdout.abandon", lambda: None)  # it is the test's own stdout
    done = called("status", "--data-dir", str(tmp_path))
    assert done.returncode == code and "Traceback" not in done.stderr
    assert (tmp_path / unforeseen.NAME).exists() == kept == (str(tmp_path / unforeseen.NAME) in done.stderr)


def test_a_real_process_ends_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "sitecustomize.py").write_text(
        "import tracker.health\ndef broken(settings):\n    raise LookupError('out of the blue')\n"
        "tracker.health.state = broken\n"
    )
    root = Path(commands.__file__).parents[3]
    done = tracker("status", cwd=tmp_path, PYTHONPATH=f"{tmp_path}:{root}")
    assert (done.returncode, done.stdout) == (1, "") and done.stderr.count("\n") == 1, done.stderr
    assert "LookupError: out of the blue" in done.stderr and "data/last_error.txt" in done.stderr
    assert "in broken" in (tmp_path / "data" / "last_error.txt").read_text()
