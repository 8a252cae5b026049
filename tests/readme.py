"""The README's examples: find them, run them, and write their real answers back (`python -m tests.readme`).

An example is a console block after an `<!-- example -->` line: one `$ tracker ...` command, then its output.
They run on the demo's folder.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
BLOCK = re.compile(r"(<!-- example -->\n```console\n\$ )([^\n]+)\n(.*?)(```)", re.DOTALL)


@dataclass(frozen=True)
class Example:
    """A command and the output that the README shows for it."""

    command: str
    output: str


def examples(text: str) -> list[Example]:
    """Return the examples of a text in their order."""
    return [Example(command, output) for _, command, output, _ in BLOCK.findall(text)]


def answer(command: str, data_dir: Path) -> str:
    """Run one example on a demo folder and return what it prints, without trailing blanks."""
    words = shlex.split(command)
    assert words[0] == "tracker", command
    done = subprocess.run(
        [sys.executable, "-m", "tracker", *words[1:]],
        capture_output=True,
        text=True,
        cwd=data_dir,
        env={**os.environ, "TRACKER_DATA_DIR": str(data_dir), "COLUMNS": "118", "PYTHONPATH": str(ROOT)},
    )
    if done.returncode:
        raise AssertionError(f"{command}: exit code {done.returncode}: {done.stderr}")
    lines = [line.rstrip() for line in done.stdout.splitlines()]
    return "\n".join(line for line in lines if line) + "\n"


def rewritten(text: str, data_dir: Path) -> str:
    """Return the text with the real answers of now."""
    return BLOCK.sub(lambda m: f"{m[1]}{m[2]}\n{answer(m[2], data_dir)}{m[4]}", text)


if __name__ == "__main__":
    README.write_text(
        rewritten(README.read_text(encoding="utf-8"), (ROOT / "data" / "demo").resolve()), encoding="utf-8"
    )
