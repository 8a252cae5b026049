"""An assistant as the server meets one: the official client over stdio, and one that speaks its lines by hand."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import anyio.from_thread
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client

from tests.command_line import environment

HELLO = {
    "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "by hand", "version": "1"},
}  # fmt: skip


def command(folder: Path, *options: str) -> list[str]:
    """Return the command that an assistant starts."""
    return [sys.executable, "-m", "tracker", "mcp", "--data-dir", str(folder), *options]


class Assistant:
    """The official client, called from tests that know nothing of event loops. Its calls validate what comes back."""

    def __init__(self, client: Client, portal: anyio.from_thread.BlockingPortal) -> None:
        self._client = client
        self._portal = portal
        self.tools = {each.name: each for each in portal.call(client.list_tools).tools}

    def call(self, tool: str, **given: Any) -> Any:
        """Return the result of a tool; raises where its structured content does not validate."""
        return self._portal.call(self._client.call_tool, tool, given)

    def answer(self, tool: str, **given: Any) -> dict[str, Any]:
        """Return the structured content of an answer."""
        result = self.call(tool, **given)
        assert not result.is_error, result.content[0].text
        assert json.loads(result.content[0].text) == result.structured_content
        answer: dict[str, Any] = result.structured_content
        return answer

    def whole(self, tool: str, **given: Any) -> dict[str, Any]:
        """Return an answer with all of its rows, a part after the other."""
        first = answer = self.answer(tool, **given)
        rows = list(first.get("rows", first.get("roots")))
        while answer["next_offset"] is not None:
            answer = self.answer(tool, **given, offset=answer["next_offset"])
            assert answer["about"] == first["about"] and answer["rows_total"] == first["rows_total"]
            rows += answer.get("rows", answer.get("roots"))
        assert len(rows) == first["rows_total"]
        return first | {"rows" if "rows" in first else "roots": rows}

    def refusal(self, tool: str, **given: Any) -> str:
        """Return why a question is refused."""
        result = self.call(tool, **given)
        assert result.is_error and result.structured_content is None, result
        text: str = result.content[0].text
        return text

    def read(self, uri: str) -> str:
        """Return the text of a resource."""
        text: str = self._portal.call(self._client.read_resource, uri).contents[0].text
        return text

    def listed(self, what: str) -> list[Any]:
        """Return `resources` or `resource_templates`."""
        found: list[Any] = getattr(self._portal.call(getattr(self._client, f"list_{what}")), what)
        return found


@contextmanager
def assistant(folder: Path, *options: str, **environ: str) -> Iterator[Assistant]:
    """Start the server on a folder as a real process, and be its client until the end."""
    program, *arguments = command(folder, *options)
    server = StdioServerParameters(command=program, args=arguments, env=environment(**environ))
    with (
        anyio.from_thread.start_blocking_portal() as portal,
        portal.wrap_async_context_manager(Client(stdio_client(server))) as client,
    ):
        yield Assistant(client, portal)


class ByHand:
    """The server as a process, and the lines that go in and come out."""

    def __init__(self, folder: Path, *options: str, env: Mapping[str, str] | None = None) -> None:
        self.process = subprocess.Popen(
            command(folder, *options), env=environment(**(env or {})),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        self.lines: list[bytes] = []
        self._number = 0
        self.ask("initialize", HELLO)
        self.say({"method": "notifications/initialized"})

    def say(self, message: Mapping[str, Any]) -> None:
        """Send a message, as a line of UTF-8."""
        assert self.process.stdin is not None
        line = json.dumps({"jsonrpc": "2.0", **message}, ensure_ascii=False)
        self.process.stdin.write(line.encode() + b"\n")
        self.process.stdin.flush()

    def send(self, method: str, params: Mapping[str, Any]) -> int:
        """Send a request and return its number."""
        self._number += 1
        self.say({"id": self._number, "method": method, "params": params})
        return self._number

    def ask(self, method: str, params: Mapping[str, Any]) -> dict[str, Any]:
        """Send a request and return what answers it, line by line: each is JSON-RPC."""
        assert self.process.stdout is not None
        number = self.send(method, params)
        while True:
            self.lines.append(self.process.stdout.readline())
            message: dict[str, Any] = json.loads(self.lines[-1].decode("utf-8"))
            assert message["jsonrpc"] == "2.0"
            if message.get("id") == number:
                return message

    def call(self, tool: str, **given: Any) -> dict[str, Any]:
        """Return the result of a tool."""
        result: dict[str, Any] = self.ask("tools/call", {"name": tool, "arguments": given})["result"]
        return result

    def end(self, seconds: float = 15.0) -> tuple[int, str]:
        """Close stdin and wait; return exit code and stderr. What else stdout had is among the lines."""
        out, err = self.process.communicate(timeout=seconds)
        self.lines += out.splitlines()
        return self.process.returncode, err.decode()


POSITIONAL = ("names", "model", "sql", "table", "name")


def words_of(tool: str, given: Mapping[str, Any]) -> list[str]:
    """Return the command line that asks the same."""
    words: list[str] = []
    for name, value in given.items():
        values = value if isinstance(value, list) else [value]
        if name in POSITIONAL:
            words += map(str, values)
        elif value is True:
            words.append(f"--{name.replace('_', '-')}")
        else:
            words += [f"--{name.replace('_', '-')}={each}" for each in values]
    return [tool, *words]
