"""Other sources than the Hub, under /signals/: each as of the virtual night that is served."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta

from tracker.demo.hub.http import Response, etag
from tracker.demo.hub.hub import Call, Hub
from tracker.demo.hub.hub_state import encode
from tracker.demo.hub.virtual_clock import poll_time
from tracker.demo.signals import epoch_eci, modelscope, openrouter

CSV = "text/csv; charset=utf-8"
_DATED = re.compile(r"rankings-daily/(\d{4}-\d{2}-\d{2}|latest)\.(csv|manifest\.json)")


def answer(hub: Hub, call: Call) -> Response:
    """GET /signals/{source}/{path}"""
    answered = _ANSWERS[call.names["source"]](hub, call)
    if answered.status == 200:
        tag = etag(answered.body)
        if call.request.headers.get("if-none-match") == tag:
            return Response(304, b"", [("ETag", tag)], None)
        answered.headers.append(("ETag", tag))
    return answered


def _openrouter(hub: Hub, call: Call) -> Response:
    path = call.names["path"]
    if dated := _DATED.fullmatch(path.removeprefix("datasets/exports/")):
        return _export(hub, *dated.groups())
    if path == "models":
        return Response(200, openrouter.catalogue(hub.night))
    if path == "datasets/rankings-daily":
        return _history(hub, call)
    return _error(404, "Not found")


def _export(hub: Hub, name: str, kind: str) -> Response:
    made = hub.night if name == "latest" else date.fromisoformat(name)
    if not min(openrouter.OLDEST_EXPORT, hub.night) <= made <= hub.night:
        return _error(404, "Export not found")
    if kind == "csv":
        return Response(200, openrouter.csv(made), content_type=CSV)
    return Response(200, openrouter.manifest(made))


def _history(hub: Hub, call: Call) -> Response:
    if not call.request.headers.get("authorization", "").startswith("Bearer "):
        return _error(401, "No auth credentials found")
    try:
        first, last = (date.fromisoformat(call.request.last(name) or "") for name in ("start_date", "end_date"))
    except ValueError:
        first, last = hub.night - timedelta(days=openrouter.DAYS), hub.night
    told = openrouter.history(first, last, poll_time(hub.night))  # the same bytes whenever it is asked
    return _error(400, told) if isinstance(told, str) else Response(200, encode(told))


def _epoch_eci(hub: Hub, call: Call) -> Response:
    if call.names["path"] != "eci_scores.csv":
        return _error(404, "Not found")
    return Response(200, epoch_eci.scores(hub.night), content_type=CSV)


def _modelscope(hub: Hub, call: Call) -> Response:
    if call.names["path"] != "openapi/v1/models":
        return _error(404, "Not found")
    asked = call.request.last
    numbers = [int(asked(name) or default) for name, default in (("page_number", 1), ("page_size", 10))]
    told = modelscope.page(hub.night, asked("owner"), *numbers)
    if isinstance(told, str):
        return Response(400, encode({"success": False, "code": "InvalidParameter", "message": told}))
    return Response(200, encode(told))


def _error(status: int, message: str) -> Response:
    return Response(status, encode({"error": {"message": message, "code": status}}))


_ANSWERS: Mapping[str, Callable[[Hub, Call], Response]] = {
    "openrouter": _openrouter,
    "epoch_eci": _epoch_eci,
    "modelscope": _modelscope,
}
