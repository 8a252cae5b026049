"""The server: requests come one a line on stdin, are answered in threads, and end with stdin or a signal."""

from __future__ import annotations

import functools
import json
import logging
import os
import signal
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

import anyio
import anyio.to_thread
import mcp_types as types
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp.shared.exceptions import MCPError

from tracker import __version__
from tracker.api import Copy, Rows, plain
from tracker.errors import SettingsError, TrackerError, UnknownName, redact, unforeseen
from tracker.serve.asked.desk import Desk
from tracker.serve.asked.question import Parameter, Question
from tracker.serve.asked.turn import Turn
from tracker.serve.assistants import resources, tools
from tracker.serve.assistants.told import part, whole

NAME = "hub-adoption-tracker"
_OF_A_REFUSAL = 2_000  # letters at either end of one that repeats what is long
_END_SECONDS = 1.0  # that questions have to end once they are told to stop

log = logging.getLogger(__name__)

Made = TypeVar("Made")


class Reader(Protocol):
    """Reads questions: `tracker.cli.asked`, which goes by the options of the commands."""

    @property
    def QUESTIONS(self) -> Sequence[str]:
        """What can be asked."""
        ...

    def read(self, name: str, given: Iterable[tuple[str, Any]]) -> Question:
        """Return the question of a name with what it is given."""
        ...

    def parameters(self, name: str) -> Sequence[Parameter]:
        """Return what a question can be given."""
        ...


def serve(desk: Desk, reader: Reader) -> None:
    """Answer on stdin and stdout until stdin ends; SIGTERM and SIGINT end the process with their exit codes."""
    try:
        anyio.run(_Assistant(desk, reader).run)
    except* BrokenPipeError:
        log.info("nobody reads the answers any more")


class _Assistant:
    """One client: what it can ask, and the questions of it that are on their way."""

    def __init__(self, desk: Desk, reader: Reader) -> None:
        self._desk = desk
        self._reader = reader
        self._turns: set[Turn] = set()
        self._last: tuple[str, dict[str, Any]] = ("", {})  # the question that was answered last, and its whole answer
        self._server: Server[Any] = Server(
            NAME,
            version=__version__,
            instructions=tools.INSTRUCTIONS,
            on_list_tools=self._tools,
            on_call_tool=self._call,
            on_list_resources=self._resources,
            on_list_resource_templates=self._templates,
            on_read_resource=self._read,
        )

    async def run(self) -> None:
        async with stdio_server() as (requests, answers), anyio.create_task_group() as group:
            group.start_soon(self._end_on_signal)
            await self._server.run(requests, answers, self._server.create_initialization_options())
            group.cancel_scope.cancel()

    async def _end_on_signal(self) -> None:
        """End the process: nobody can be kept from waiting for stdin, and nothing is half written."""
        with anyio.open_signal_receiver(signal.SIGTERM, signal.SIGINT) as signals:
            async for number in signals:
                log.info("stopped by %s", signal.Signals(number).name)
                await self._stop()
                os._exit(128 + number)

    async def _stop(self) -> None:
        for turn in list(self._turns):
            turn.stop("the server ends")
        with anyio.move_on_after(_END_SECONDS):
            while self._turns:
                await anyio.sleep(0.02)

    async def _tools(self, _context: Any, _params: Any) -> types.ListToolsResult:
        return types.ListToolsResult(tools=list(self._every_tool))

    @functools.cached_property
    def _every_tool(self) -> list[types.Tool]:
        return [tools.tool(name, self._reader.parameters(name)) for name in self._reader.QUESTIONS]

    async def _call(self, _context: Any, params: types.CallToolRequestParams) -> types.CallToolResult:
        """Answer a question. What is refused is a result that says so, which an assistant can read and mend."""
        try:
            given = dict(params.arguments or {})
            offset = _offset(given.pop(tools.OFFSET, 0))
            body = part(await self._whole(params.name, given, goes_on=offset > 0), offset)
        except TrackerError as error:
            return _refused(str(error))
        except Exception as error:  # noqa: BLE001  told to who asks; the next question is answered all the same
            return _refused(unforeseen.tell(error, None))
        text = json.dumps(body, ensure_ascii=False, default=plain)
        return types.CallToolResult(content=[types.TextContent(text=text)], structured_content=body)

    async def _whole(self, name: str, given: Mapping[str, Any], *, goes_on: bool) -> dict[str, Any]:
        """Return a whole answer: where its parts are asked for one after another, it is the same for all of them."""
        asked = json.dumps([name, given], sort_keys=True, default=str)
        if not (goes_on and self._last[0] == asked):
            question = self._reader.read(name, given.items())
            self._last = (asked, await self._answered(question, whole))
        return self._last[1]

    async def _resources(self, _context: Any, _params: Any) -> types.ListResourcesResult:
        return types.ListResourcesResult(resources=resources.listed())

    async def _templates(self, _context: Any, _params: Any) -> types.ListResourceTemplatesResult:
        return types.ListResourceTemplatesResult(resource_templates=resources.templates())

    async def _read(self, _context: Any, params: types.ReadResourceRequestParams) -> types.ReadResourceResult:
        uri = str(params.uri)
        try:
            text = await self._answered(resources.question(uri), lambda rows, _copy: rows.frame.write_csv())
        except UnknownName as error:
            raise MCPError(types.INVALID_PARAMS, _in_short(str(error)), {"uri": uri}) from None
        except TrackerError as error:
            raise MCPError(types.INTERNAL_ERROR, _in_short(str(error))) from None
        return types.ReadResourceResult(
            contents=[types.TextResourceContents(uri=uri, mime_type=resources.MIME, text=text)]
        )

    async def _answered(self, question: Question, make: Callable[[Rows, Copy], Made]) -> Made:
        """Return what is made of an answer; a client that no longer waits for it has it stopped."""
        turn = Turn()

        def answer() -> Made:
            self._turns.add(turn)
            try:
                return self._desk.answer(question, make, turn)
            finally:
                self._turns.discard(turn)

        try:
            return await anyio.to_thread.run_sync(answer, abandon_on_cancel=True)
        except anyio.get_cancelled_exc_class():
            turn.stop("nobody waits for it any more")
            raise


def _offset(given: Any) -> int:
    """Return how many rows are passed over. Raises SettingsError."""
    if isinstance(given, bool) or not isinstance(given, int) or given < 0:
        raise SettingsError(f"offset {given!r} is not a whole number of rows; leave it away, or take next_offset")
    return given


def _refused(why: str) -> types.CallToolResult:
    return types.CallToolResult(content=[types.TextContent(text=_in_short(why))], is_error=True)


def _in_short(why: str) -> str:
    """Return a refusal, its beginning and end where it repeats what is long."""
    told = redact(why)
    return told if len(told) <= 2 * _OF_A_REFUSAL else f"{told[:_OF_A_REFUSAL]} ... {told[-_OF_A_REFUSAL:]}"
