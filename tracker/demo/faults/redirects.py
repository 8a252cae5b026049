"""Faults that send a client elsewhere (F16)."""

from __future__ import annotations

from urllib.parse import urlsplit

from tracker.demo.faults.mode import Fault, Mode, Option
from tracker.demo.hub.http import Request, Response
from tracker.demo.hub.hub import Call, Hub
from tracker.demo.routes.models import redirect

HOPS = "hops"  # a parameter that the Hub does not know, hence ignores


class Redirected(Mode):
    """Redirects: a rename, a chain, a loop, to another repository, to another origin

    A name in another case and a recorded rename are redirected without any fault.
    """

    code = "F16"
    route = "model"
    options = (
        Option("kind", "chain", "where to", ("rename", "chain", "loop", "other", "origin")),
        Option("length", "2", "hops of a chain"),
        Option("to", "", "other: the model; origin: scheme://host:port (default: localhost instead of 127.0.0.1)"),
    )

    def instead(self, fault: Fault, hub: Hub, call: Call) -> Response | None:
        """Answer with a redirect."""
        kind = fault.options["kind"]
        request = call.request
        if kind == "rename":
            return _renamed(hub, call)
        if kind == "chain":
            hop = int(request.last(HOPS) or 0)
            return redirect(_with_hop(request, hop + 1)) if hop < fault.number("length") else None
        if kind == "loop":
            return redirect(request.target)
        if kind == "origin":
            origin = fault.options["to"] or request.origin.replace("127.0.0.1", "localhost")
            return None if request.origin == origin else redirect(f"{origin}{request.target}")
        return _other(fault, hub, call)


def _renamed(hub: Hub, call: Call) -> Response | None:
    rows = hub.state.rows_named(call.names.get("name", ""))
    if rows:
        hub.rename(rows[0])
    return None  # the route itself now knows the model by another name


def _other(fault: Fault, hub: Hub, call: Call) -> Response | None:
    name = call.names.get("name", "")
    to = fault.options["to"] or next(
        item["id"] for item in (hub.state.item(row) for row in range(len(hub.state))) if item["id"] != name
    )
    return None if name == to else redirect(f"/api/models/{to}" + _query(call.request))


def _with_hop(request: Request, hop: int) -> str:
    kept = [part for part in request.raw_query.split("&") if part and not part.startswith(f"{HOPS}=")]
    return f"{urlsplit(request.target).path}?" + "&".join([*kept, f"{HOPS}={hop}"])


def _query(request: Request) -> str:
    return f"?{request.raw_query}" if request.raw_query else ""
