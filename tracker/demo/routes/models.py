"""Models: the listing, one model, its commits, its files."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from urllib.parse import quote

from tracker.demo.hub.http import TEXT, BadRequest, Response
from tracker.demo.hub.hub import Call, Hub, error
from tracker.demo.hub.hub_state import Item, encode
from tracker.demo.listing.expand import MODEL_DEFAULT, check_expand, expanded, plain
from tracker.demo.routes.commits import answer_commits
from tracker.demo.routes.lists import answer_list
from tracker.words import HUB_RELATIONS


def list_models(hub: Hub, call: Call) -> Response:
    """GET /api/models"""
    return answer_list(hub, call, hub.state, hub.listing)


def model(hub: Hub, call: Call) -> Response:
    """GET /api/models/{name}, also at a revision"""
    found = find(hub, call)
    if isinstance(found, Response):
        return found
    revision = call.names.get("revision")
    if revision not in (None, "main", found.get("sha")):
        return error(404, f"Invalid rev id: {revision}", "RevisionNotFound")
    try:
        fields = check_expand(call.request.all("expand", "expand[]"), on_list=False)
    except BadRequest as reason:
        return error(400, str(reason))
    if fields is not None and "childrenModelCount" in fields:
        found = {**found, "childrenModelCount": _derivatives(hub, found["id"])}
    keep = plain(MODEL_DEFAULT) if fields is None else expanded(fields)
    return Response(200, encode(keep(found)))


def commits(hub: Hub, call: Call) -> Response:
    """GET /api/models/{name}/commits/{revision}: the first commit and the last one"""
    found = find(hub, call)
    if isinstance(found, Response):
        return found
    name = found["id"]
    if found.get("gated"):
        text = f"Access to model {name} is restricted. You must have access to it and be authenticated to access it."
        return error(401, text + " Please log in.", "GatedRepo")
    first = hashlib.sha1(found["_id"].encode(), usedforsecurity=False).hexdigest()
    history = [(found.get("sha") or first, "Update README.md", found.get("lastModified") or found.get("createdAt"))]
    history += [(first, "initial commit", found.get("createdAt"))]
    author = name.partition("/")[0]
    listed = [_commit(revision, title, author, moment) for revision, title, moment in history]
    if call.names["revision"] not in ("main", *(each["id"] for each in listed)):
        return error(404, f"Invalid rev id: {call.names['revision']}", "RevisionNotFound")
    return answer_commits(call.request, listed)


def resolve(hub: Hub, call: Call) -> Response:
    """HEAD or GET /{name}/resolve/{revision}/{path}: this Hub holds no weights, so no file is there"""
    found = find(hub, call)
    return found if isinstance(found, Response) else error(404, "Entry not found", "EntryNotFound")


def find(hub: Hub, call: Call) -> Item | Response:
    """Return the model that the path names, or what the Hub answers instead of it."""
    name = call.names["name"]
    rows = hub.state.rows_named(name)
    if rows:
        found = hub.state.item(rows[0])
        return found if found["id"] == name else _moved(call, name, found["id"])
    if name in hub.renames and hub.state.rows_named(hub.renames[name]):
        return _moved(call, name, hub.renames[name])
    return error(401, "Invalid username or password.")  # the Hub does not tell missing from private


def redirect(location: str) -> Response:
    """Return a 307 as recorded."""
    text = f"Temporary Redirect. Redirecting to {location}".encode()
    return Response(307, text, [("Location", location)], content_type=TEXT)


def _moved(call: Call, name: str, to: str) -> Response:
    path = quote(call.request.path.replace(f"/{name}", f"/{to}", 1), safe="/:@!$&'()*+,;=~-._")
    return redirect(f"{path}?{call.request.raw_query}" if call.request.raw_query else path)


def _derivatives(hub: Hub, name: str) -> Mapping[str, int]:
    return {relation: hub.listing.count(f"base_model:{relation}:{name}") for relation in HUB_RELATIONS}


def _commit(revision: str, title: str, author: str, moment: str | None) -> Item:
    return {"id": revision, "title": title, "message": "", "authors": [{"user": author}], "date": moment}
