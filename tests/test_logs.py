"""A log file has every step, whole lines from all that write to it, nothing secret, and never stops anything."""

from __future__ import annotations

import json
import logging
import os
import re
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.command_line import called, environment, tracker
from tracker import logs
from tracker.words import LOG_FORMATS

log = logging.getLogger("tracker.night")


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Put the handlers and levels of this process back."""
    root, showwarning = logging.getLogger(), warnings.showwarning
    handlers, levels = root.handlers[:], {name: logging.getLogger(name).level for name in logs.OURS}
    logs._about.clear()  # what a night of another test has left
    yield
    for handler in set(root.handlers) - set(handlers):
        handler.close()
    root.handlers[:], warnings.showwarning, logging.raiseExceptions = handlers, showwarning, True
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
    logs._about.clear()


def lines(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_a_line_of_json_has_stable_keys_and_says_which_night(tmp_path: Path) -> None:
    logs.to_file(tmp_path / "x.log", "json")
    logs.under_way("20261101T101112Z-abcdef", "2026-11-01")
    log.info("two\nlines and %s", "漢字")
    try:
        raise ValueError("of\nthe code")
    except ValueError:
        log.exception("it failed")
    begun, said, failed = lines(tmp_path / "x.log")
    assert list(begun) == ["level", "logger", "message", "time"] and begun["message"].endswith("begins")
    assert list(said) == ["level", "logger", "message", "run", "snapshot_date", "time"]
    assert (said["level"], said["logger"], said["message"]) == ("INFO", "tracker.night", "two\nlines and 漢字")
    assert (said["run"], said["snapshot_date"]) == ("20261101T101112Z-abcdef", "2026-11-01")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", said["time"])
    assert failed["exception"].startswith("Traceback") and failed["exception"].endswith("of\nthe code")


def test_a_line_of_text_is_one_line(tmp_path: Path) -> None:
    logs.to_file(tmp_path / "x.log", "text")
    log.warning("two\nlines")
    text = (tmp_path / "x.log").read_text()
    assert re.search(r"^\d{4}-\S+Z WARNING tracker\.night: two\\nlines$", text, re.MULTILINE)


@pytest.mark.parametrize("form", LOG_FORMATS)
def test_nothing_secret_is_in_it(tmp_path: Path, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", "geheimnisvoll")
    logs.to_file(tmp_path / "x.log", form)
    log.info("asked %s with geheimnisvoll", "https://me:password1@hub.example/x")
    try:
        raise ValueError("hf_abcdefghijklmnopqrstuvwxyz")
    except ValueError:
        log.exception("it failed")
    told = (tmp_path / "x.log").read_text()
    assert not re.search("geheimnisvoll|password1|hf_abc", told) and "it failed" in told


def test_lines_of_two_processes_stay_whole(tmp_path: Path) -> None:
    script = (
        "import logging, sys, pathlib; from tracker import logs; logs.to_file(pathlib.Path('x.log'), 'json')\n"
        "for n in range(300): logging.getLogger('tracker').info('%s', sys.argv[1] * (1 + n * 37 % 3000))"
    )
    running = [subprocess.Popen([sys.executable, "-c", script, each], cwd=tmp_path, env=environment()) for each in "ab"]
    assert [each.wait() for each in running] == [0, 0]
    told = lines(tmp_path / "x.log")
    assert len(told) == 602 and all(len({*each["message"]}) == 1 for each in told if "begins" not in each["message"])


def test_logrotate_may_move_it_away_and_make_a_new_one(tmp_path: Path) -> None:
    path = tmp_path / "x.log"
    logs.to_file(path, "text")
    path.rename(tmp_path / "x.log.1")
    log.info("none was made")
    path.rename(tmp_path / "x.log.2")
    path.touch(0o640)
    log.info("one was made")
    os.truncate(path, 0)
    log.info("it was cut")
    assert "begins" in (tmp_path / "x.log.1").read_text() and "none was made" in (tmp_path / "x.log.2").read_text()
    assert path.read_text().endswith(": it was cut\n") and len(path.read_text().splitlines()) == 1


@pytest.mark.parametrize(("rights", "given"), [(0o700, 0o600), (0o750, 0o640), (0o2775, 0o664)])
def test_it_is_made_with_the_rights_of_its_folder(tmp_path: Path, rights: int, given: int) -> None:
    folder = tmp_path / "logs"
    folder.mkdir()
    folder.chmod(rights)
    if os.getuid() == 0:
        os.chown(folder, 54321, 54321)
    logs.to_file(folder / "x.log", "text")
    made = (folder / "x.log").stat()
    assert (made.st_mode & 0o777, made.st_uid) == (given, folder.stat().st_uid)


UNWRITABLE = {
    "a full disk": ("/dev/full", "No space left on device"),
    "no folder": ("nowhere/x.log", "No such file or directory"),
    "a folder": (".", "it is a folder"),
    "a pipe that nobody reads": ("pipe", "a pipe that nobody reads"),
    "a name too long": ("x" * 300, "File name too long"),
    "a database": ("some.duckdb", "it is no text; name a file of its own"),
}


@pytest.mark.parametrize("case", UNWRITABLE)
def test_one_that_cannot_be_written_is_one_warning(
    case: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe")
    Path("some.duckdb").write_bytes(b"\0" * 8 + b"DUCK" + b"\0" * 4084)
    place, told = UNWRITABLE[case]
    logs.to_file(Path(place), "json")
    for number in range(3):
        log.info("step %d", number)
    said = capsys.readouterr().err
    assert said.startswith("warning: cannot write the log ") and told in said and said.count("\n") == 1


def test_a_command_notes_its_steps_and_its_error_whatever_stderr_is_told(tmp_path: Path) -> None:
    path = tmp_path / "x.log"
    options = ("--data-dir", str(tmp_path / "data"), "-q", "--log-file", str(path), "--log-format", "json")
    done = called("publish", *options)
    assert done.returncode == 1 and len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith("error: nothing is loaded yet")
    begun, failed = lines(path)
    assert begun["level"] == "INFO" and failed["level"] == "ERROR" and "nothing is loaded yet" in failed["message"]


WARNING = """
import warnings, sys
from tracker.cli import _run
import tracker.api.operate as operate
was = operate.publish
def publish(*args, **kwargs):
    warnings.warn("soon gone", DeprecationWarning, stacklevel=2)
    warnings.warn("of a library", UserWarning, stacklevel=2)
    import huggingface_hub, logging
    for name in ("huggingface_hub", "urllib3"):
        logging.getLogger(name).warning("a library's own words")
    return None
operate.publish = publish
sys.exit(_run(["publish", "--if-due", *sys.argv[1:]]))
"""


@pytest.mark.parametrize("switch", ["default", "always"])
def test_a_quiet_command_says_nothing_of_what_libraries_warn_of(tmp_path: Path, switch: str) -> None:
    command = [sys.executable, "-c", WARNING, "-q", "--data-dir", "data", "--log-file", "x.log"]
    env = environment(PYTHONWARNINGS=switch)
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, env=env)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    kept = (tmp_path / "x.log").read_text()
    assert "UserWarning: of a library" in kept and "a library's own words" in kept


def test_the_settings_name_it_too(tmp_path: Path) -> None:
    (tmp_path / "tracker.toml").write_text('log_file = "x.log"\nlog_format = "json"\n')
    done = tracker("publish", "-q", cwd=tmp_path)
    assert done.returncode == 1 and len(lines(tmp_path / "x.log")) == 2


@pytest.mark.parametrize(("place", "warned"), [("x.log", 0), ("nowhere/x.log", 1)])
def test_a_quiet_line_of_cron_prints_nothing_but_a_warning_of_its_log(tmp_path: Path, place: str, warned: int) -> None:
    command = [sys.executable, "-m", "jobs", "run", "sources", "-q", "--log-file", place, "--log-format", "json"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, env=environment())
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (0, "", warned), done.stderr
    if not warned:
        said = [each["message"] for each in lines(tmp_path / place)]
        assert said[-1] == "sources ended with exit code 0" and any("jobs/sources.py" in each for each in said)
