"""What is wrong with a request, as a problem document (RFC 9457): the command line's own sentence and exit code."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from http import HTTPStatus

from fastapi import Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from tracker.errors import (
    Full,
    NothingPublished,
    QueryRefused,
    SettingsError,
    StoreError,
    TrackerError,
    UnknownName,
    nearest,
)

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS = 2

# the first that an error is, from the narrow to the wide
_STATUS: tuple[tuple[type[TrackerError], int], ...] = (
    (SettingsError, 400),
    (QueryRefused, 400),
    (UnknownName, 404),
    (NothingPublished, 404),
    (Full, 503),
    (StoreError, 503),
    (TrackerError, 400),
)


class Problem(BaseModel):
    """What is wrong, for people in `detail`."""

    model_config = ConfigDict(extra="forbid")

    title: str = Field(description="What the status says.")
    status: int
    detail: str = Field(description="The fact, and the next step, as the command line says it.")
    exit_code: int = Field(description="What the command would have ended with.")
    nearest: list[str] = Field(description="Names that may have been meant.")


def of(error: TrackerError) -> Response:
    """Return the answer for an error of ours."""
    status = next(code for kind, code in _STATUS if isinstance(error, kind))
    near = list(error.nearest) if isinstance(error, (UnknownName, SettingsError)) else []
    return problem(status, str(error), exit_code=error.exit_code, near=near)


def problem(
    status: int,
    detail: str,
    *,
    exit_code: int = 2,
    near: list[str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return a problem document."""
    told = Problem(
        title=HTTPStatus(status).phrase, status=status, detail=detail, exit_code=exit_code, nearest=near or []
    )
    more = {"Retry-After": str(RETRY_AFTER_SECONDS)} if status == 503 else {}
    cells = told.model_dump()  # pydantic's word
    body = json.dumps(cells, ensure_ascii=False).encode("utf-8", "replace")
    return Response(
        body, status, {"Cache-Control": "no-store", "Vary": "Accept, Accept-Encoding", **more, **(headers or {})},
        media_type=MEDIA_TYPE,
    )  # fmt: skip


def of_route(routes: list[str], request: Request, error: HTTPException) -> Response:
    """Return the answer for a path or a method that there is not."""
    if error.status_code != 404:
        return problem(error.status_code, f"{request.method} is not allowed: answers are read with GET",
                       headers={"Allow": "GET, HEAD"})  # fmt: skip
    near = nearest(request.url.path, routes)
    hint = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(routes)}"
    return problem(404, f"nothing stands at {request.url.path}; {hint}", near=near)


def unforeseen(request: Request, error: Exception) -> Response:
    """Return the answer for an error that nobody foresaw; its traceback is in the log, and nothing of it here."""
    logging.getLogger(__name__).error("%s %s", request.method, request.url.path, exc_info=error)
    return problem(500, "this is an error of the server; its log says where", exit_code=1)
