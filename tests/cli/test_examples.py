"""Every example of every help text works as it is printed, where `make demo` has just been run.

In process, but through the entry point that a shell calls: a process of its own for each would cost a minute. They
run in a folder like a user's: `data/demo` is what `tracker demo` leaves behind, `data/registry` the registry. The
examples of one command run in their order, and nothing is there but what the demo or an earlier one of them wrote.
"""

from __future__ import annotations

import io
import itertools
import os
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import click
import pytest

import tracker
from jobs.__main__ import cli as jobs
from tests.cli.conftest import ALL_CHARTS
from tests.command_line import called, environment
from tests.demo.made_models import made_model
from tests.store.nights import land, model, update
from tracker import registry
from tracker.cli import cli
from tracker.demo import HubProcess
from tracker.demo.hub.process import hub_process
from tracker.settings import Settings

RUN_BY_A_FIXTURE = ("tracker demo", ALL_CHARTS)
STARTS = "python -m jobs start"  # runs until it is stopped, in tests/jobs
ASK_THE_HUB = ("tracker update", "tracker collect")
TAKE_THE_PAST = "tracker backfill"  # from archives that a Hub with a past serves
ON_THE_HUB = ("tracker publish-dataset", "tracker share --data-dir hf://")  # run in tests/handover/hub
MAKE_ANEW = ("tracker forget", "tracker resolve")  # all nights, or all models: run where there are few of both
INTO_A_STORE = "tracker export --to s3://"  # run in tests/handover/objects
FOR_OTHERS = ("tracker serve", "tracker mcp", "curl ")  # they end when they are stopped: run in tests/serve
ON_SPARK = "tracker spark-sql"  # needs Java, and a cluster: run in tests/handover/spark
SERVES = "--serve"  # until it is stopped
FEW = "data/few"  # a folder of two nights of two models


def examples(group: click.Group = cli) -> Iterator[list[str]]:
    """Yield the lines below `Example:` or `Examples:` in the help of a group and its commands, without remarks."""
    context = click.Context(group)
    commands = [group.get_command(context, name) for name in group.list_commands(context)]
    for command in (group, *commands):
        below = (command.help or "").replace("Examples:", "Example:").partition("Example:")[2]
        yield [line.strip().partition("  ")[0] for line in below.splitlines() if line.strip()]
        if isinstance(command, click.Group) and command is not group:
            yield from examples(command)


def asks_the_hub(example: str) -> bool:
    return example.startswith(ASK_THE_HUB)


@pytest.fixture
def here(demo_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of a user who has run `make demo` and exported what the README says."""
    here = tmp_path / "here"
    shutil.copytree(demo_folder, here / "data" / "demo", symlinks=True)
    shutil.copytree(registry.default_directory(), here / "data" / "registry")
    for day in (date(2026, 11, 20), date(2026, 11, 21)):
        landed = land(here / FEW, day, [model("Qwen/Qwen3-8B", 1), model("a/tuned", 2, likes=day.day)])
        update(Settings(data_dir=here / FEW), registry.load(here / "data" / "registry"), landed)
    monkeypatch.chdir(here)
    for name in [name for name in os.environ if name.startswith("TRACKER_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("TRACKER_DATA_DIR", "data/demo")
    monkeypatch.setenv("TRACKER_REGISTRY", "data/registry")  # some of them write into it
    return here


def failure(example: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Run one example; return what it says where it fails or says nothing."""
    words = shlex.split(example)
    if "|" in words:
        assert words[0] == "echo", example
        monkeypatch.setattr(sys, "stdin", io.StringIO(words[1]))
        words = words[words.index("|") + 1 :]
    assert words[0] == "tracker", example
    if SERVES in words:
        return served(words[1:])
    with monkeypatch.context() as there:
        if example.startswith(MAKE_ANEW):
            there.setenv("TRACKER_DATA_DIR", FEW)
        done = called(*words[1:])
    says = done.stdout + done.stderr or "-o" in words
    return "" if done.returncode == 0 and says else f"{done.returncode}: {done.stderr[-500:]}"


def served(words: list[str]) -> str:
    """Run what serves until it is stopped, at a free port; return what it says where it fails.

    It writes a site first, here of few models: the one before it has written that of the demo.
    """
    command, few = [sys.executable, "-m", "tracker", *words, "--port", "0"], {**os.environ, "TRACKER_DATA_DIR": FEW}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=few) as process:
        assert process.stdout is not None
        said = list(itertools.takewhile(lambda line: "http://127.0.0.1:" not in line, process.stdout))
        is_there = process.poll() is None
        process.send_signal(signal.SIGINT)
        process.wait(30)
        return "" if is_there and process.returncode == 0 else f"{process.returncode}: {''.join(said)}"


def failures(examples: Iterable[str], monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    found = {example: failure(example, monkeypatch) for example in examples}
    return {example: said for example, said in found.items() if said}


def test_there_are_examples() -> None:
    found = [each for lines in examples() for each in lines]
    assert len(found) > 50 and set(RUN_BY_A_FIXTURE) <= set(found) and sum(map(asks_the_hub, found)) >= 5


def test_examples_work_on_the_demo(here: Path, all_charts: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    assert all_charts and all(path.stat().st_size for path in all_charts)
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")  # none of them may need the network
    failed, written = {}, set()
    for lines in examples():
        chosen = [
            each
            for each in lines
            if not each.startswith(
                (*ASK_THE_HUB, TAKE_THE_PAST, *ON_THE_HUB, INTO_A_STORE, *FOR_OTHERS, ON_SPARK, *RUN_BY_A_FIXTURE)
            )
        ]
        failed |= failures(chosen, monkeypatch)
        made = [path for path in (*here.iterdir(), *here.parent.iterdir()) if path not in (here, here / "data")]
        written.update(path.name for path in made)
        for path in made:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    assert failed == {}
    assert {"families.svg", "downloads.png", "export", "backup", "data-restored", "hub-2026-11-21.duckdb"} <= written


def test_examples_that_take_the_past_work(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with hub_process(models=300, nights=1, seed=1, past=860) as made:
        monkeypatch.setenv("TRACKER_DATA_DIR", "past")
        monkeypatch.setenv("HF_ENDPOINT", made.endpoint)
        assert called("update", "--date", str(made.nights[-1])).returncode == 0
        chosen = [each for lines in examples() for each in lines if each.startswith(TAKE_THE_PAST)]
        assert len(chosen) >= 2 and failures(chosen, monkeypatch) == {}
    with tracker.open(here / "past") as copy:
        assert 5 < copy.facts.nights <= 8  # an archive lacks days


def test_examples_that_ask_the_hub_work(
    here: Path, hub: Callable[..., HubProcess], monkeypatch: pytest.MonkeyPatch
) -> None:
    models = [made_model(number) | {"downloads": number} for number in range(20_000)]
    models += [{**models[-1], "_id": f"{number:024x}", "id": f"Qwen/{number}", "author": "Qwen"} for number in range(9)]
    live = {"TRACKER_DATA_DIR": "live", "HF_ENDPOINT": hub({datetime.now(UTC).date(): models}).endpoint}
    for name, value in live.items():
        monkeypatch.setenv(name, value)
    chosen = [each for lines in examples() for each in lines if asks_the_hub(each)]
    assert failures(dict.fromkeys(chosen), monkeypatch) == {}
    # it needs what is no synthetic data; exit code 1: this small Hub lacks what the registry speaks of
    stale = called("registry", "check", "--stale")
    assert stale.returncode == 1 and "roots.csv" in stale.stdout, stale.stderr
    for each in [each for lines in examples(jobs) for each in lines]:
        if not each.endswith(STARTS):
            subprocess.run([sys.executable, *shlex.split(each)[1:]], env=environment(**live), check=True)
    with tracker.open(here / "live") as copy:
        assert copy.facts.models == len(models) and copy.facts.synthetic is False
