"""docs/asking.md: what it tells to type is taken by the commands that it names."""

from __future__ import annotations

import json
import re
from pathlib import Path

import click

from tracker.cli import asked, cli

TEXT = (Path(__file__).parents[2] / "docs" / "asking.md").read_text(encoding="utf-8")
BLOCKS = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", TEXT, re.DOTALL)]


def taken(words: list[str]) -> str:
    """Return the name of the command that takes these words; UsageError where none does."""
    name, found, rest = cli.resolve_command(click.Context(cli), words)
    assert name is not None and found is not None
    found.make_context(name, list(rest))
    return name


def test_what_assistants_are_told_starts_the_server() -> None:
    [(_, server)] = BLOCKS[0]["mcpServers"].items()
    assert Path(server["command"]).name == "tracker" and taken(server["args"]) == "mcp"
    in_docker = BLOCKS[1]
    at = in_docker.index("hub-adoption-tracker")
    assert in_docker[at + 1] == "tracker" and taken(in_docker[at + 2 :]) == "mcp"


def test_every_question_is_named() -> None:
    assert all(f"`{name}`" in TEXT for name in asked.QUESTIONS)
