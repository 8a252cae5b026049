"""`tracker serve`, `tracker mcp` and what asks Spark where their extra is not installed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.command_line import environment

ABSENT = """
import sys
from importlib.abc import MetaPathFinder

class Absent(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("fastapi", "uvicorn", "mcp", "mcp_types", "pyspark"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Absent())
from tracker.cli import main
main(sys.argv[1:])
"""


@pytest.mark.parametrize(
    ("extra", "command"),
    [
        ("serve", ["serve"]),
        ("mcp", ["mcp"]),
        ("spark", ["spark-sql", "select 1"]),
        ("spark", ["share", "--engine", "spark"]),
    ],
)
def test_a_missing_extra_is_named_in_one_line_with_what_installs_it(
    tmp_path: Path, extra: str, command: list[str]
) -> None:
    words = [sys.executable, "-c", ABSENT, *command, "--data-dir", str(tmp_path)]
    done = subprocess.run(words, capture_output=True, text=True, env=environment(), stdin=subprocess.DEVNULL)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1 and f"pip install 'hub-adoption-tracker[{extra}]'" in done.stderr
