"""Every example of every help text works as it is printed.

In process, but through the entry point that a shell calls: a process of its own for each would cost a minute. They
run in a folder like a user's: `./data` is what `tracker demo` leaves behind, `./data/registry` the registry.
"""

from __future__ import annotations

import io
import json
import logging
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import click
import pytest

import tracker
from jobs.__main__ import cli as jobs
from tests.command_line import environment
from tests.demo.made_models import made_model
from tracker import registry
from tracker.cli import _run, cli
from tracker.demo import HubProcess

RUN_BY_A_FIXTURE = "tracker demo"
STARTS = "python -m jobs start"  # runs until it is stopped, in tests/jobs
STALE = "tracker registry check --stale"  # exit code 1 here: the small Hub lacks most of what the registry speaks of
ASK_THE_HUB = ("tracker update", "tracker collect", STALE)  # the last needs what is no synthetic data


def examples(group: click.Group = cli) -> Iterator[str]:
    """Yield the lines below `Example:` or `Examples:` in the help of a group and its commands, without remarks."""
    context = click.Context(group)
    commands = [group.get_command(context, name) for name in group.list_commands(context)]
    for command in (group, *commands):
        below = (command.help or "").replace("Examples:", "Example:").partition("Example:")[2]
        yield from (line.strip().partition("  ")[0] for line in below.splitlines() if line.strip())
        if isinstance(command, click.Group) and command is not group:
            yield from examples(command)


def asks_the_hub(example: str) -> bool:
    return example.startswith(ASK_THE_HUB)


@pytest.fixture
def here(demo_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of a user who has run the demo, and moved a copy of its state to ./moved."""
    here = tmp_path / "here"
    for name in ("data", "moved"):
        shutil.copytree(demo_folder, here / name, symlinks=True)
    shutil.copytree(registry.default_directory(), here / "data" / "registry")
    with tracker.open(here / "data") as copy:
        (here / "share.json").write_text(json.dumps(copy.share().as_json()))
        sample = copy.sql("select model_id, downloads_30d from models order by downloads_30d desc").frame
    sample.head(50).write_csv(here / "models.csv")
    sample.write_parquet(here / "models.parquet")
    monkeypatch.chdir(here)
    for name in [name for name in os.environ if name.startswith("TRACKER_")]:
        monkeypatch.delenv(name)
    handlers = logging.root.handlers[:]
    yield here
    logging.root.handlers[:] = handlers  # the command line has put in its own


def failure(example: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> str:
    """Run one example; return what it says where it fails or says nothing."""
    words = shlex.split(example)
    if "|" in words:
        assert words[0] == "echo", example
        monkeypatch.setattr(sys, "stdin", io.StringIO(words[1]))
        words = words[words.index("|") + 1 :]
    assert words[0] == "tracker", example
    code = _run(words[1:])
    said = capsys.readouterr()
    return "" if code == (example == STALE) and said.out + said.err else f"exit code {code}: {said.err[-500:]}"


def failures(
    examples: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> dict[str, str]:
    found = {example: failure(example, capsys, monkeypatch) for example in examples}
    return {example: said for example, said in found.items() if said}


def test_there_are_examples() -> None:
    found = list(examples())
    assert len(found) > 50 and RUN_BY_A_FIXTURE in found and sum(map(asks_the_hub, found)) >= 5


def test_examples_work_on_the_demo(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")  # none of them may need the network
    chosen = [each for each in dict.fromkeys(examples()) if not asks_the_hub(each) and each != RUN_BY_A_FIXTURE]
    assert failures(chosen, capsys, monkeypatch) == {}
    written = {path.name for path in here.iterdir()} | {path.name for path in here.parent.iterdir()}
    assert {"share.svg", "downloads.png", "export", "backup", "data-restored", "hub-2026-11-21.duckdb"} <= written


def test_examples_that_ask_the_hub_work(
    here: Path,
    hub: Callable[..., HubProcess],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    models = [made_model(number) | {"downloads": number} for number in range(20_000)]
    models += [{**models[-1], "_id": f"{number:024x}", "id": f"Qwen/{number}", "author": "Qwen"} for number in range(9)]
    live = {"TRACKER_DATA_DIR": "live", "HF_ENDPOINT": hub({datetime.now(UTC).date(): models}).endpoint}
    for name, value in live.items():
        monkeypatch.setenv(name, value)
    chosen = [each for each in dict.fromkeys(examples()) if asks_the_hub(each)]
    assert failures(chosen, capsys, monkeypatch) == {}
    for each in dict.fromkeys(examples(jobs)):
        if not each.endswith(STARTS):
            subprocess.run([sys.executable, *shlex.split(each)[1:]], env=environment(**live), check=True)
    with tracker.open(here / "live") as copy:
        assert copy.facts.models == len(models) and copy.facts.synthetic is False
