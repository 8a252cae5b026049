"""What the page about the loopback Hub says is run."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tracker.demo import hub_process

PAGE = (Path(__file__).parents[2] / "docs" / "demo-hub.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^python (-m tracker\.demo serve .*)$", PAGE, re.MULTILINE)


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_serve(command: str) -> None:
    pipe = subprocess.PIPE
    arguments = [sys.executable, *shlex.split(command)]
    with subprocess.Popen(arguments, stdout=pipe, stderr=pipe, text=True) as process:
        assert process.stdout is not None
        ready = json.loads(process.stdout.readline())
        process.terminate()
        assert process.wait(timeout=10) == 0
    assert set(ready) == {"endpoint", "nights"}


def test_the_python_example_runs() -> None:
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    exec(compile(code, "docs/demo-hub.md", "exec"), {})


def test_the_synthetic_ecosystem_is_served_with_its_truth() -> None:
    with hub_process(nights=2) as hub:
        items, truth = hub.items(), hub.truth()
    assert len(items) > 15_000
    assert {item["id"] for item in items} == {each["model_id"] for each in truth}
