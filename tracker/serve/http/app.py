"""The routes: each is a question, answered at the desk while its asker waits, and stopped when he has gone."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException
from starlette.types import Receive

from tracker import __version__
from tracker.errors import Full, TrackerError
from tracker.serve.asked.desk import Desk
from tracker.serve.asked.question import Reader
from tracker.serve.asked.turn import Turn
from tracker.serve.http import described, forms, problems, site
from tracker.serve.http.hosts import Hosts
from tracker.serve.http.reply import reply

if TYPE_CHECKING:
    from tracker.api import Copy, Rows

_SPARE_THREADS = 4  # for those that are told that there is no place
_NOT_ACCEPTABLE = f"answers are {', '.join(media.partition(';')[0] for media in forms.FORMS.values())}"

Route = Callable[[Request], Awaitable[Response]]


def made(
    desk: Desk, reader: Reader, *, root: Path | None = None, known: Collection[str] = (), numbers: bool = False
) -> FastAPI:
    """Return the application; `root` is the folder of a site, `known` are names of this server (see Hosts).

    `app.state.end()` stops all questions on their way, before it is shut down.
    """
    bounds = desk.bounds
    threads = ThreadPoolExecutor(bounds.places + bounds.waiting + _SPARE_THREADS, "question")
    going: set[Turn] = set()

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        threads.shutdown(wait=True)

    def end() -> None:
        app.state.is_ending = True
        for turn in going:
            turn.stop("the server ends")

    app = FastAPI(
        title="Hub adoption tracker",
        version=__version__,
        description="Read-only answers of one published copy: the same rows, ids and limits as at the command line.",
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=lifespan,
    )
    app.state.is_ending = False
    app.state.end = end
    routes: list[str] = []

    def add(path: str, endpoint: Route, document: type, name: str, told: str, parameters: list[dict]) -> None:  # type: ignore[type-arg]
        app.add_api_route(
            path, endpoint, methods=["GET"], response_class=Response, responses=described.responses(document),
            operation_id=name, summary=told, openapi_extra={"parameters": parameters},
        )  # fmt: skip
        app.add_api_route(path, endpoint, methods=["HEAD"], include_in_schema=False)
        routes.append(path)

    async def answered(name: str, request: Request) -> Response:
        turn = Turn()
        going.add(turn)
        try:
            return await _answered(desk, reader, threads, turn, name, request)
        except TrackerError as error:
            return problems.of(Full("the server ends; ask again in a moment") if app.state.is_ending else error)
        except forms.NotAcceptable:
            return problems.problem(406, _NOT_ACCEPTABLE)
        finally:
            going.discard(turn)

    for name in reader.QUESTIONS:
        declared = list(reader.parameters(name))
        document, told = described.DOCUMENTS[name], f"`tracker {name}`"
        endpoint: Route = _endpoint(answered, name)
        if name == "measure":
            declared.sort(key=lambda each: each.name == "name")
            add("/api/measure", endpoint, described.RowsDocument, "measures", "All measures.", described.parameters([]))
            add("/api/measure/{name}", endpoint, document, name, told, described.parameters(declared, "name"))
        else:
            add(f"/api/{name}", endpoint, document, name, told, described.parameters(declared))

    async def service(request: Request) -> Response:
        told = described.Service(routes=routes, openapi="/openapi.json", bounds=str(bounds))
        body = told.model_dump_json()  # pydantic's word
        return reply(request, body.encode(), forms.FORMS["json"])

    async def openapi(request: Request) -> Response:
        return reply(request, forms.as_json(app.openapi()), forms.FORMS["json"])

    for path, plain in (("/api", service), ("/openapi.json", openapi)):
        app.add_api_route(path, plain, methods=["GET", "HEAD"], include_in_schema=False)

    async def page(request: Request) -> Response:
        path = request.path_params["path"]
        if root is None and not path:
            return await service(request)
        if root is None or path == "api" or path.startswith("api/"):
            raise HTTPException(404)
        return await asyncio.to_thread(site.page, root, path, request)

    app.add_api_route("/{path:path}", page, methods=["GET", "HEAD"], include_in_schema=False)

    async def none(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        return problems.of_route(routes, request, error)

    async def unforeseen(request: Request, error: Exception) -> Response:
        return problems.unforeseen(request, error)

    app.add_exception_handler(HTTPException, none)
    app.add_exception_handler(Exception, unforeseen)
    app.add_middleware(Hosts, known=known, numbers=numbers)
    return app


def _endpoint(answered: Callable[[str, Request], Awaitable[Response]], name: str) -> Route:
    async def endpoint(request: Request) -> Response:
        return await answered(name, request)

    return endpoint


async def _answered(
    desk: Desk, reader: Reader, threads: ThreadPoolExecutor, turn: Turn, name: str, request: Request
) -> Response:
    given = request.query_params.multi_items()
    asked, rest = forms.split(given, ",".join(request.headers.getlist("accept")))
    in_path: Mapping[str, str] = request.path_params
    question = reader.read(name, [*rest, *in_path.items()])

    def make(rows: Rows, copy: Copy) -> Response:
        told = forms.told(rows, copy, asked, given)
        return reply(request, told.body, forms.FORMS[asked.form], about=told.about, headers=told.headers)

    loop = asyncio.get_running_loop()
    answer = loop.run_in_executor(threads, partial(desk.answer, question, make, turn))
    gone = asyncio.create_task(_gone(request.receive))
    both: set[asyncio.Future[Any]] = {answer, gone}
    try:
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        if not answer.done():
            turn.stop("whoever asked has gone")
        return await answer
    finally:
        turn.stop("whoever asked has gone")
        gone.cancel()


async def _gone(receive: Receive) -> None:
    """Wait until whoever asked has hung up."""
    while (await receive())["type"] != "http.disconnect":
        pass
