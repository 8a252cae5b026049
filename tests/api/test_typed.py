"""The library is typed for those who use it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SCRIPT = """
from datetime import date

import tracker

with tracker.open("data") as copy:
    answer: tracker.Answer = copy.share("Qwen", by="family", month="2026-10", credit="full", list=["a/b"])
    frame = answer.frame
    rows: int = frame.height
    copy.trend(["Qwen"], first=date(2026, 1, 1), to="2026-10-31", definition=copy.definition("default"))
    roots: list[str] = copy.lineage("Qwen/Qwen3-8B").frame["root_id"].to_list()
try:
    tracker.open("nowhere")
except tracker.TrackerError as error:
    code: int = error.exit_code
"""
WRONG = """
import tracker

copy = tracker.open("data")
copy.share(colour="red")
copy.top(rows="ten")
tracker.opne("data")
reveal_type(copy.sql("from runs").frame)
"""


def checked(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Check a user's script, in a folder that knows nothing of our own settings."""
    (folder / "script.py").write_text(script)
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", "--cache-dir=cache", "script.py"]
    return subprocess.run(command, capture_output=True, text=True, cwd=folder)


def test_a_users_script_passes_and_mistakes_in_it_are_found(tmp_path: Path) -> None:
    done = checked(SCRIPT, tmp_path)
    assert done.returncode == 0, done.stdout
    said = checked(WRONG, tmp_path).stdout
    for mistake in ('Unexpected keyword argument "colour"', 'incompatible type "str"', 'no attribute "opne"'):
        assert mistake in said, said
    assert 'Revealed type is "polars.dataframe.frame.DataFrame"' in said
