"""What writes: a data set made, files sent ahead, one commit of them, a tag. Nothing of it outlives the server.

A commit is all or nothing. A large file is known by its sha256 in each answer that compares; by any other hash a client
would take what is there for changed, and commit it again and again.
"""

from __future__ import annotations

import base64
import json
import re
import time
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

import yaml

from tracker.demo.hub.http import Response
from tracker.demo.hub.hub import ANONYMOUS, Call, Hub, error
from tracker.demo.hub.hub_state import encode
from tracker.demo.listing.trees import Entry
from tracker.demo.repositories.repository import MAIN, Outdated, Repository, is_large, large

TOKEN_SECONDS = 3600
LFS = "application/vnd.git-lfs+json"
FRONT = re.compile(r"\A---\n(.*?)^---\s*$", re.DOTALL | re.MULTILINE)
Answering = Callable[[Hub, Call], Response]


class Refused(ValueError):
    """An operation of a commit that cannot be carried out: status, and the code that goes with it."""

    def __init__(self, status: int, message: str, code: str | None = None) -> None:
        self.status, self.code = status, code
        super().__init__(message)


def _writing(answer: Answering) -> Answering:
    """Let only those in who may write."""

    @wraps(answer)
    def guarded(hub: Hub, call: Call) -> Response:
        if call.principal.tier == ANONYMOUS:
            return error(401, "Invalid username or password.")
        if not call.principal.may_write:
            return error(403, "Forbidden: you must use a write token to upload to a repository.")
        return answer(hub, call)

    return guarded


def _to_repository(answer: Callable[[Hub, Call, Repository], Response]) -> Answering:
    """Let only those in who may write, to a data set that was made here."""

    @wraps(answer)
    def guarded(hub: Hub, call: Call) -> Response:
        found = hub.written.get(call.names["name"])
        if found is None:
            return error(404, "Repository not found", "RepoNotFound")
        return answer(hub, call, found)

    return _writing(guarded)


@_writing
def create(hub: Hub, call: Call) -> Response:
    """POST /api/repos/create"""
    asked = json.loads(call.request.body)
    if asked.get("type") != "dataset":
        return error(400, "only data sets can be made here")
    name = f"{asked.get('organization') or f'demo-{call.principal.tier}'}/{asked['name']}"
    url = f"{call.request.origin}/datasets/{name}"
    if hub.data_set(name) is not None:
        return Response(409, encode({"error": "You already created this dataset repo", "url": url}))
    hub.written[name] = Repository(name, _now(hub), hub.objects.folder, is_private=_is_private(asked))
    return Response(200, encode({"url": url, "name": name, "id": hub.written[name].commits[0].revision[:24]}))


def validate(hub: Hub, call: Call) -> Response:
    """POST /api/validate-yaml: is what stands before a card YAML, and a mapping?"""
    front = FRONT.match(json.loads(call.request.body)["content"])
    if front is None:
        return Response(200, encode({"errors": [], "warnings": [{"message": "empty or missing yaml metadata"}]}))
    try:
        read = yaml.safe_load(front[1])
        wrong = "" if isinstance(read, dict) else "metadata must be a mapping"
    except yaml.YAMLError as reason:
        wrong = str(reason)
    if wrong:
        return Response(400, encode({"errors": [{"message": wrong}], "warnings": []}))
    return Response(200, encode({"errors": [], "warnings": []}))


@_to_repository
def settings(hub: Hub, call: Call, repository: Repository) -> Response:
    """PUT /api/datasets/{name}/settings: who may see it"""
    asked = json.loads(call.request.body)
    repository.is_private = _is_private(asked)
    return Response(200, encode({"private": repository.is_private}))


@_to_repository
def preupload(hub: Hub, call: Call, repository: Repository) -> Response:
    """POST /api/datasets/{name}/preupload/{revision}: how each file is to be sent, and by which hash it is there"""
    newest = repository.commits[0]
    told = []
    for file in json.loads(call.request.body)["files"]:
        there = newest.files.get(file["path"])
        mode = "lfs" if is_large(file["path"], file["size"]) else "regular"
        known = {"oid": there.etag} if there is not None else {}
        told.append({"path": file["path"], "uploadMode": mode, "shouldIgnore": False, **known})
    return Response(200, encode({"files": told, "commitOid": newest.revision}))


@_to_repository
def xet_token(hub: Hub, call: Call, repository: Repository) -> Response:
    """GET /api/datasets/{name}/xet-write-token/{revision}: a store that is a folder of this machine"""
    address, until = hub.objects.xet_address, int(time.time()) + TOKEN_SECONDS
    headers = [
        ("X-Xet-Cas-Url", address),
        ("X-Xet-Access-Token", "loopback"),
        ("X-Xet-Token-Expiration", str(until)),
    ]
    return Response(200, encode({"casUrl": address, "exp": until, "accessToken": "loopback"}), headers)


@_to_repository
def lfs_batch(hub: Hub, call: Call, repository: Repository) -> Response:
    """POST /datasets/{name}.git/info/lfs/objects/batch: where each object goes, nowhere where it is there"""
    origin = call.request.origin
    objects: list[dict[str, Any]] = []
    for wanted in json.loads(call.request.body)["objects"]:
        told = {"oid": wanted["oid"], "size": wanted["size"]}
        if hub.objects.find(wanted["oid"]) is None:
            upload = {"href": f"{_storage(hub, call)}/lfs-objects/{wanted['oid']}"}
            told["actions"] = {"upload": upload, "verify": {"href": f"{origin}/lfs-verify"}}
        objects.append(told)
    return Response(200, encode({"transfer": "basic", "objects": objects}), content_type=LFS)


def put_object(hub: Hub, call: Call) -> Response:
    """PUT /lfs-objects/{digest}: the address alone is the right to do so, as where the Hub keeps objects"""
    if call.request.method != "PUT":
        return error(405, "only PUT is known here")
    digest = hub.objects.put(call.request.body)
    return Response(200) if digest == call.names["digest"] else error(400, "the content has another sha256")


@_writing
def verify(hub: Hub, call: Call) -> Response:
    """POST /lfs-verify"""
    told = json.loads(call.request.body)
    file = hub.objects.find(told["oid"])
    if file is None or file.stat().st_size != told["size"]:
        return error(404, "the object is not there")
    return Response(200, encode({}))


@_to_repository
def commit(hub: Hub, call: Call, repository: Repository) -> Response:
    """POST /api/datasets/{name}/commit/{revision}: operations, one a line; all of them or none"""
    if call.names["revision"] != MAIN:
        return error(404, f"Invalid rev id: {call.names['revision']}", "RevisionNotFound")
    operations = [json.loads(line) for line in call.request.body.splitlines()]
    (header,) = (each["value"] for each in operations if each["key"] == "header")
    files = dict(repository.commits[0].files)
    try:
        for each in operations:
            _carry_out(hub, repository, files, each["key"], each["value"])
        made = repository.add(header["summary"], _now(hub), files, header.get("parentCommit"))
    except Refused as refused:
        return error(refused.status, str(refused), refused.code)
    except Outdated:
        return error(412, "A commit has happened since. Please refresh and try again.")
    url = f"{call.request.origin}/datasets/{repository.name}/commit/{made.revision}"
    told = {"success": True, "commitOid": made.revision, "commitUrl": url, "hookOutput": ""}
    return Response(200, encode(told))


def _carry_out(hub: Hub, repository: Repository, files: dict[str, Entry], kind: str, value: dict[str, Any]) -> None:
    """Change the files of a state as one operation says. Raises Refused."""
    path = str(value.get("path", ""))
    if kind == "file":
        files[path] = repository.small(base64.b64decode(value["content"]))
    elif kind == "lfsFile":
        content = hub.objects.find(value["oid"])
        if content is None:
            raise Refused(400, f"LFS pointer pointed to a file that does not exist: {path}")
        files[path] = large(value["oid"], content)
    elif kind == "deletedFile":
        if files.pop(path, None) is None:
            raise Refused(404, "A file with this name doesn't exist", "EntryNotFound")
    elif kind == "deletedFolder":
        for each in [each for each in files if each.startswith(path)]:
            del files[each]
    elif kind != "header":
        raise Refused(400, f"no operation {kind!r} is known here")


@_to_repository
def tag(hub: Hub, call: Call, repository: Repository) -> Response:
    """POST /api/datasets/{name}/tag/{revision}"""
    name = json.loads(call.request.body)["tag"]
    at = repository.at(call.names["revision"])
    if at is None:
        return error(404, f"Invalid rev id: {call.names['revision']}", "RevisionNotFound")
    if name in repository.tags:
        return error(409, f"Tag reference exists already: {name}")
    repository.tags[name] = at.revision
    return Response(200, encode({}))


def _is_private(asked: dict[str, Any]) -> bool:
    return bool(asked.get("private")) or asked.get("visibility") == "private"


def _now(hub: Hub) -> datetime:
    return hub.clock.now().replace(microsecond=0)


def _storage(hub: Hub, call: Call) -> str:
    """Return where objects go: to another origin where files come from one, as the Hub has it."""
    if not hub.other_origin:
        return call.request.origin
    _, _, port = call.request.headers.get("host", "").partition(":")
    return f"{call.request.scheme}://localhost:{port}"
