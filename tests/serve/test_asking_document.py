"""docs/asking.md, docs/serving.md and the help: what they tell to type is typed, at a server of the demo's folder."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import click
import pytest

from tests.command_line import environment
from tracker.cli import asked, cli

DOCS = Path(__file__).parents[2] / "docs"
ASKING, SERVING = ((DOCS / name).read_text(encoding="utf-8") for name in ("asking.md", "serving.md"))
HERE = "http://127.0.0.1:8000"


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def examples_of_help() -> list[str]:
    """Return the lines below `Example:` of the commands that serve others."""
    commands = [cli.get_command(click.Context(cli), name) for name in ("serve", "mcp")]
    below = [(each.help or "").replace("Examples:", "Example:").partition("Example:")[2] for each in commands if each]
    return [line.strip() for text in below for line in text.splitlines() if line.strip()]


def taken(words: list[str]) -> str:
    """Return the name of the command that takes these words; UsageError where none does."""
    name, found, rest = cli.resolve_command(click.Context(cli), words)
    assert name is not None and found is not None
    found.make_context(name, list(rest))
    return name


@pytest.fixture(scope="module")
def address(demo_folder: Path) -> Iterator[str]:
    """A server of the demo's folder: where it listens."""
    pytest.importorskip("fastapi", reason="needs fastapi (make extras)")
    command = [sys.executable, "-m", "tracker", "serve", "--port", "0", "-q", "--data-dir", str(demo_folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment()) as server:
        assert server.stdout is not None
        yield server.stdout.readline().strip().rstrip("/")
        server.terminate()


def test_what_assistants_are_told_starts_the_server() -> None:
    one, in_docker = (json.loads(block) for block in blocks(ASKING, "json"))
    [(_, server)] = one["mcpServers"].items()
    assert Path(server["command"]).name == "tracker" and taken(server["args"]) == "mcp"
    at = in_docker.index("hub-adoption-tracker")
    assert in_docker[at + 1] == "tracker" and taken(in_docker[at + 2 :]) == "mcp"


def test_every_question_is_named() -> None:
    assert all(f"`{name}`" in ASKING for name in asked.QUESTIONS)


def test_every_command_that_starts_a_server_is_one() -> None:
    told = re.findall(r"^(?:\$ |ExecStart=\S*/)tracker (serve[^#\n]*)", ASKING + SERVING, re.MULTILINE)
    assert len(told) >= 2
    assert {taken(shlex.split(each)) for each in told} == {"serve"}
    of_help = [shlex.split(each)[1:] for each in examples_of_help() if each.startswith("tracker ")]
    assert [taken(words) for words in of_help] == ["serve", "serve", "mcp"]
    options = set(re.findall(r"`(--[a-z-]+)", SERVING))
    command = cli.get_command(click.Context(cli), "serve")
    assert command is not None and options <= {each for option in command.params for each in option.opts}


def test_curl_is_answered(address: str, tmp_path: Path) -> None:
    lines = [line for block in blocks(ASKING, "bash") for line in block.splitlines()]
    of_help = [each for each in examples_of_help() if each.startswith("curl ")]
    assert len(lines) >= 4 and of_help
    for line in (*lines, *of_help):
        typed = line.replace("curl ", "curl --fail --silent --show-error ", 1).replace(HERE, address)
        done = subprocess.run(["bash", "-c", typed], capture_output=True, text=True, cwd=tmp_path)
        assert done.returncode == 0 and not done.stderr, (line, done.stderr)
        if "-o " in line:
            assert (tmp_path / "top.csv").read_text().startswith("rank,")
        else:
            answer = json.loads(done.stdout)
            assert answer.get("rows") or answer.get("roots")


def test_a_spreadsheet_gets_rows(address: str) -> None:
    [formula] = re.findall(r'=IMPORTDATA\("https://tracker\.example\.org(/[^"]+)"\)', ASKING)
    with urlopen(address + formula) as answer:
        assert answer.headers["Content-Type"].startswith("text/csv")
        assert answer.read().decode().startswith("month,family,derivatives,share,low,high,n\n2026-10,")


def test_a_notebook_gets_frames(address: str) -> None:
    pytest.importorskip("pandas", reason="needs pandas")
    cells = [block.replace(HERE, address) for block in blocks(ASKING, "python")]
    assert len(cells) == 2
    script = "\n".join([*cells, "assert len(share) > 3 and len(trend) > 3"])
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=environment())
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("default\n2026-11-21\n")
