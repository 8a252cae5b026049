"""What a command may import: a question at a prompt costs what its SQL costs, and little beside."""

from __future__ import annotations

import json
import subprocess
import sys

import click
import pytest

from tests import planted
from tests.command_line import environment
from tracker.cli import COMMANDS, cli

RUN = """
import json, sys
before = set(sys.modules)
from tracker.cli import _run
code = _run(sys.argv[1:])
found = [name for name in {*sys.modules} - before if name.partition(".")[0] not in sys.stdlib_module_names]
sys.stderr.write("\\n" + json.dumps([code, found]))
"""

QUESTIONS = {
    "share": ["share"],
    "share of some": ["share", "Qwen", "--by", "family", "--where", "publisher_country=US", "--format", "json"],
    "top": ["top", "--format", "csv"],
    "trend": ["trend", "--format", "markdown"],
    "lineage": ["lineage", "Qwen/Qwen3-8B"],
    "sql": ["sql", "select count(*) as models from models"],
}
# the rooms that a question goes through
ROOMS = {
    *("answers", "api", "cli", "disk", "errors", "files", "findings", "graph", "logs", "measures", "registry", "scope"),
    *("settings", "sql", "store", "table", "terminal", "words", "dates", "flow"),
}


def imported(*arguments: str) -> set[str]:
    """Return the modules beyond Python's own that a command has imported when it has answered."""
    command = [sys.executable, "-c", RUN, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment())
    code, found = json.loads(done.stderr.splitlines()[-1])
    assert code == 0, done.stderr
    return set(found)


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_imports_the_engine_and_what_it_asks_through(name: str) -> None:
    found = imported(*QUESTIONS[name], "--data-dir", str(planted.folder()))
    others = {module.partition(".")[0] for module in found if not module.startswith("tracker")}
    assert others <= {"_duckdb", "click"}, "no polars, no numpy, and not the package around duckdb"
    assert {module.split(".")[1] for module in found if module.startswith("tracker.")} <= ROOMS
    registry = {module for module in found if module.startswith("tracker.registry.")}
    assert registry <= {"tracker.registry.definitions"}, "the book is for who resolves"
    assert not {"tracker.store.work", "tracker.store.backup", "tracker.answers.provenance.cite"} & found


def test_help_imports_no_command_and_nothing_that_answers() -> None:
    found = imported("--help")
    assert {module.partition(".")[0] for module in found} <= {"click", "tracker"}
    assert {module.split(".")[1] for module in found if module.startswith("tracker.")} == {"cli", "errors", "terminal"}
    assert not any(module.startswith("tracker.cli.commands") for module in found)


def test_help_tells_of_each_command_what_that_says_itself() -> None:
    for name, (_, told) in COMMANDS.items():
        command = cli.get_command(click.Context(cli), name)
        assert command is not None and command.get_short_help_str(1000) == told
