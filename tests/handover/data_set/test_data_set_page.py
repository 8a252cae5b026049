"""The page on data sets: its commands work in their order, and so does its Python."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path

import pytest

from tests import planted
from tests.command_line import called

PAGE = Path(__file__).parents[3] / "docs" / "data-set.md"


@pytest.mark.filterwarnings("ignore")
def test_what_the_page_shows_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TRACKER_DATA_DIR", str(planted.folder()))
    page = PAGE.read_text(encoding="utf-8")
    commands = [
        line[2:] for block in re.findall(r"```console\n(.+?)```", page, re.DOTALL) for line in block.splitlines()
    ]
    assert len(commands) >= 8
    for command in commands:
        if not command.startswith("tracker "):
            subprocess.run(["sh", "-c", command], check=True)
            continue
        done = called(*shlex.split(command)[1:])
        assert done.returncode == 0 and (done.stdout or "-o" in command), f"{command}: {done.stderr}"
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    pytest.importorskip("datasets", reason="`make extras` installs it").disable_progress_bars()
    (snippet,) = re.findall(r"```python\n(.+?)```", page, re.DOTALL)
    names: dict[str, object] = {}
    exec(snippet, names)
    assert {"lineage", "nights", "models", "dictionary"} <= set(names)
