"""Every command that a document shows is run somewhere, or says why not; every option that it names is there.

    <!-- run -->            before a block: its commands are run here, in the order of the page, in a user's folder
    <!-- not run: WHY -->   before a block: nobody can run it here

Blocks that `make docs` writes (`example`) are run by tests/test_documents.py. A page that needs more than the demo and
a loopback Hub has a test of its own, in RUN_IN.
"""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import click
import pytest

from tests.command_line import called
from tests.demo.made_models import made_model
from tests.documents import ROOT, documents
from tracker.cli import cli
from tracker.demo import HubProcess

RUN_IN: Mapping[str, str] = {
    "asking.md": "serve/test_asking_document.py",
    "data-set.md": "handover/data_set/test_data_set_page.py",
    "demo-hub.md": "demo/test_hub_docs.py",
    "lakehouse.md": "handover/objects/test_lakehouse_page.py",
    "on-the-hub.md": "handover/hub/test_demo_published.py",
    "serving.md": "serve/test_asking_document.py",
    "spark.md": "handover/spark/test_spark_page.py",
    "world.md": "real/test_findings.py",
}
ON_NIGHTS = "recovering.md"  # it changes the record: run on two nights of a loopback Hub, not on the demo
DISK = "/mnt/elsewhere"  # stands for a folder of the test
BLOCK = re.compile(r"(?:<!-- (?P<mark>[^\n]+?) -->\n)?```(?P<language>\S*)\n(?P<text>.*?)```", re.DOTALL)
COMMAND = re.compile(r"^(?:\$ )?((?:tracker|make|docker|curl|python -m) [^\n]*)$", re.MULTILINE)
SPAN = re.compile(r"`(tracker [^`]+)`")


@dataclass(frozen=True)
class Block:
    page: str
    mark: str
    commands: tuple[str, ...]


def pages() -> list[Path]:
    forms = sorted((ROOT / ".github").rglob("*.*"))
    return [*documents(), ROOT / "SECURITY.md", ROOT / "data" / "registry" / "README.md", *forms]


def blocks(path: Path) -> Iterator[Block]:
    """Yield the blocks of commands of a page, without those of remarks behind a command."""
    for found in BLOCK.finditer(path.read_text(encoding="utf-8")):
        mark = found["mark"] or ""
        commands = tuple(line.partition("  #")[0].strip() for line in COMMAND.findall(found["text"]))
        if commands and mark != "example" and not mark.startswith("made:"):
            yield Block(path.name, mark, commands)


BLOCKS = [block for path in pages() for block in blocks(path)]
NAMED = sorted({(path.name, span) for path in pages() for span in SPAN.findall(path.read_text(encoding="utf-8"))})
NAMED += [(block.page, each) for block in BLOCKS for each in block.commands if each.startswith("tracker ")]
HERE = sorted({block.page for block in BLOCKS if block.mark == "run"} - {ON_NIGHTS})


def test_every_block_of_commands_is_run_or_says_why_not() -> None:
    unmarked = [block for block in BLOCKS if not re.fullmatch(r"run|not run: .{10,}", block.mark)]
    silent = {block.page: block.commands[0] for block in unmarked if block.page not in RUN_IN}
    assert silent == {}, "mark the block `<!-- run -->` or `<!-- not run: WHY -->`, or name its test in RUN_IN"
    assert {block.page for block in unmarked} == set(RUN_IN)
    for page, test in RUN_IN.items():
        assert page in (ROOT / "tests" / test).read_text(encoding="utf-8"), f"{test} reads no {page}"


def test_every_target_of_make_is_there() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    texts = [path.read_text(encoding="utf-8") for path in pages()]
    named = {name for text in texts for name in re.findall(r"(?:`|^ {4}|^\$ )make ([a-z-]+)", text, re.MULTILINE)}
    assert {"test", "demo", "docs"} <= named <= targets


@pytest.mark.parametrize("path", pages(), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_test_that_a_document_names_is_there(path: Path) -> None:
    named = re.findall(r"(?<![\w/])tests/[\w/]+(?:\.py)?", path.read_text(encoding="utf-8"))
    assert [each for each in named if not (ROOT / each).exists()] == []


@pytest.mark.parametrize(("page", "command"), NAMED)
def test_what_a_document_names_is_a_command_with_such_options(page: str, command: str) -> None:
    group: click.Command = cli
    words = command.replace("\n", " ").split()[1:]
    context = click.Context(cli)
    while isinstance(group, click.Group) and words and not words[0].startswith("-"):
        name = words.pop(0)
        found = group.get_command(context, name)
        assert found, f"{page}: no command {name!r}; `tracker --help` lists them"
        group = found
    there = {"--help", "-h", *(name for each in group.params for name in (*each.opts, *each.secondary_opts))}
    for word in words:
        option = re.match(r"\[?(--?[a-z][a-z-]*)", word)
        assert not option or option[1] in there, f"{page}: {command!r}: no option {option[1]}"


def to_run(page: str) -> list[str]:
    """Return the commands of a page that are marked `run`, in their order."""
    return [each for block in BLOCKS if (block.page, block.mark) == (page, "run") for each in block.commands]


def type_in(command: str, place: Path) -> None:
    words = shlex.split(command.replace(DISK, str(place / "elsewhere")))
    assert words[0] == "tracker", command
    done = called(*words[1:])
    assert done.returncode == 0, f"{command}: exit code {done.returncode}: {done.stderr}"
    assert done.stdout + done.stderr or "-o" in words, f"{command} says nothing"


@pytest.mark.parametrize("page", HERE)
def test_what_a_how_to_shows_works_on_the_demo(
    page: str, demo_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(demo_folder, tmp_path / "data" / "demo", symlinks=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TRACKER_DATA_DIR", "data/demo")
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")  # none of them may need the network
    for command in to_run(page):
        type_in(command, tmp_path)


def test_what_is_lost_is_recovered_as_the_page_says(
    hub: Callable[..., HubProcess], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    models = [made_model(number) for number in range(30)]
    first, second = date(2026, 11, 20), date(2026, 11, 21)
    there = hub({first: models, second: models})
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HF_ENDPOINT", there.endpoint)
    for night in (first, second):
        there.set_night(night)
        assert called("update", "--date", str(night)).returncode == 0
    for command in to_run(ON_NIGHTS):
        if command.startswith("tracker restore"):
            shutil.rmtree("data")  # the disk is lost
        type_in(command, tmp_path)
