"""Data sets, handed to the server or written through it: listing, commits, files with ranges. No spaces are listed."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qsl, quote, unquote

from tracker.demo.hub.http import FilePart, Request, Response
from tracker.demo.hub.hub import ANONYMOUS, Call, Hub, error
from tracker.demo.hub.hub_state import Item, NightState, encode
from tracker.demo.listing.listing import Listing
from tracker.demo.listing.trees import Commit, DatasetTree, Entry
from tracker.demo.repositories.repository import Commit as State
from tracker.demo.repositories.repository import Repository
from tracker.demo.routes.commits import answer_commits
from tracker.demo.routes.lists import answer_list

BINARY = "application/octet-stream"
MAIN = "main"


Tree = DatasetTree | Repository
Point = Commit | State


def list_repositories(hub: Hub, call: Call) -> Response:
    """GET /api/datasets and /api/spaces"""
    trees = hub.data_sets() if call.names["kind"] == "datasets" else ()
    state = NightState(encode(_item(tree)) for tree in trees if not _is_hidden(tree, call))
    return answer_list(hub, call, state, Listing(state))


def dataset(hub: Hub, call: Call) -> Response:
    """GET /api/datasets/{name}, also at a revision"""
    found = asked(hub, call)
    if isinstance(found, Response):
        return found
    tree, at = found
    listed = [{"rfilename": path} for path in sorted(_brought(tree, at))]
    return Response(200, encode({**_item(tree), "sha": at.revision, "siblings": listed}))


def asked(hub: Hub, call: Call, code: str | None = None) -> tuple[Tree, Point] | Response:
    """Return a data set and the commit that is asked for, or what the Hub answers where there is none of them."""
    tree = hub.data_set(call.names["name"])
    if tree is None or _is_hidden(tree, call):
        return error(401, "Invalid username or password.", code)
    at = tree.at(unquote(call.names.get("revision") or MAIN))
    if at is None:
        return error(404, f"Invalid rev id: {call.names['revision']}", "RevisionNotFound")
    return tree, at


def commits(hub: Hub, call: Call) -> Response:
    """GET /api/datasets/{name}/commits/{revision}"""
    found = asked(hub, call)
    if isinstance(found, Response):
        return found
    tree, top = found
    author = tree.name.partition("/")[0]
    revisions = [commit.revision for commit in tree.commits]
    history = tree.commits[revisions.index(top.revision) :]
    return answer_commits(
        call.request,
        [{**_told(commit), "message": "", "authors": [{"user": author}]} for commit in history],
    )


def refs(hub: Hub, call: Call) -> Response:
    """GET /api/datasets/{name}/refs: the branch and the tags"""
    found = asked(hub, call)
    if isinstance(found, Response):
        return found
    tree, at = found
    tags = tree.tags if isinstance(tree, Repository) else {}
    branch = {"name": MAIN, "ref": f"refs/heads/{MAIN}", "targetCommit": at.revision}
    named = [{"name": name, "ref": f"refs/tags/{name}", "targetCommit": commit} for name, commit in tags.items()]
    return Response(200, encode({"branches": [branch], "converts": [], "tags": named}))


def resolve(hub: Hub, call: Call) -> Response:
    """HEAD or GET /datasets/{name}/resolve/{revision}/{path}"""
    found = asked(hub, call, "RepoNotFound")
    if isinstance(found, Response):
        return found
    tree, at = found
    entry = tree.entry(at.revision, call.names["path"])
    if entry is None:
        return error(404, "Entry not found", "EntryNotFound")
    return _file(hub, call, entry, at.revision)


def newest(hub: Hub, call: Call) -> Response | None:
    """Answer a commit with the newest file of that path, as a server does that takes no notice of revisions."""
    tree = hub.data_set(call.names["name"])
    entry = tree.entry(MAIN, call.names["path"]) if tree is not None else None
    return None if entry is None else _file(hub, call, entry, call.names["revision"])


def tree(hub: Hub, call: Call) -> Response:
    """GET /api/datasets/{name}/tree/{revision}/{folder}: files with the commit that brought each last, and folders"""
    found = asked(hub, call)
    if isinstance(found, Response):
        return found
    tree, at = found
    folder = (call.names["folder"] or "").strip("/")
    below = f"{folder}/" if folder else ""
    brought = {path: by for path, by in _brought(tree, at).items() if path.startswith(below)}
    if folder and not brought:
        return error(404, "Entry not found", "EntryNotFound")
    if isinstance(tree, DatasetTree) or call.request.last("recursive") in ("true", "True", "1"):
        shown = sorted(brought)
    else:
        shown = sorted({below + path.removeprefix(below).partition("/")[0] for path in brought})
    entries = [_listed(tree, at, path, brought) for path in shown]
    return answer_commits(call.request, entries, 1000)


def paths_info(hub: Hub, call: Call) -> Response:
    """POST /api/datasets/{name}/paths-info/{revision}: those of some paths that there are"""
    found = asked(hub, call)
    if isinstance(found, Response):
        return found
    tree, at = found
    brought = _brought(tree, at)
    wanted = _wanted(call.request)
    there = [path for path in wanted if path in brought or any(each.startswith(f"{path}/") for each in brought)]
    return Response(200, encode([_listed(tree, at, path, brought) for path in there]))


def _wanted(request: Request) -> list[str]:
    if request.body.startswith(b"{"):
        return [str(path) for path in json.loads(request.body)["paths"]]
    return [value for name, value in parse_qsl(request.body.decode()) if name == "paths"]


def _brought(tree: Tree, at: Point) -> Mapping[str, Point]:
    if isinstance(tree, Repository):
        assert isinstance(at, State)
        return tree.brought(at)
    assert isinstance(at, Commit)
    return tree.brought(at)


def _listed(tree: Tree, at: Point, path: str, brought: Mapping[str, Point]) -> Item:
    entry = tree.entry(at.revision, path)
    if entry is None:
        return {"type": "directory", "oid": "0" * 40, "size": 0, "path": path}
    size = entry.file.stat().st_size
    lfs = {"lfs": {"oid": entry.etag, "size": size, "pointerSize": 134}} if entry.is_large else {}
    return {"type": "file", "path": path, "lastCommit": _told(brought[path]), "oid": entry.oid, "size": size, **lfs}


def _is_hidden(tree: Tree, call: Call) -> bool:
    return isinstance(tree, Repository) and tree.is_private and call.principal.tier == ANONYMOUS


def _file(hub: Hub, call: Call, entry: Entry, revision: str) -> Response:
    """Return a file, or what leads to it on another origin."""
    headers = [("X-Repo-Commit", revision), ("Accept-Ranges", "bytes"), ("ETag", f'"{entry.etag}"')]
    if hub.other_origin and call.request.last("signed") is None:
        linked = [("X-Linked-Size", str(entry.file.stat().st_size)), ("X-Linked-ETag", f'"{entry.etag}"')]
        return Response(
            302, b"", [*headers, *linked, ("Location", _elsewhere(call.request))], content_type="text/plain"
        )
    return file_response(call.request, entry.file, headers)


def file_response(request: Request, path: Path, headers: list[tuple[str, str]]) -> Response:
    """Return a file, or the part that a `Range` asks for."""
    size = path.stat().st_size
    wanted = request.headers.get("range")
    if wanted is None:
        return Response(200, b"", headers, BINARY, file=FilePart(path, 0, size))
    match = re.fullmatch(r"bytes=(\d*)-(\d*)", wanted.strip())
    if match is None or wanted.strip() == "bytes=-":
        return Response(200, b"", headers, BINARY, file=FilePart(path, 0, size))
    first, last = _bounds(match[1], match[2], size)
    if first > last:
        return Response(416, b"", [*headers, ("Content-Range", f"bytes */{size}")], BINARY)
    part = FilePart(path, first, last - first + 1)
    return Response(206, b"", [*headers, ("Content-Range", f"bytes {first}-{last}/{size}")], BINARY, file=part)


def _bounds(first: str, last: str, size: int) -> tuple[int, int]:
    if not first:
        return max(size - int(last), 0), size - 1
    return int(first), min(int(last) if last else size - 1, size - 1)


def _elsewhere(request: Request) -> str:
    """Return the same file on another origin, as large files live on the Hub's storage host."""
    _, _, port = request.headers.get("host", "").partition(":")
    return f"{request.scheme}://localhost:{port}{quote(request.path)}?signed=1"


def _told(commit: Point) -> Item:
    return {"id": commit.revision, "title": commit.title, "date": _stamp(commit.uploaded_at.isoformat())}


def _item(tree: Tree) -> Item:
    newest, oldest = tree.commits[0], tree.commits[-1]
    seconds = int(oldest.uploaded_at.timestamp())
    return {
        "_id": f"{seconds:08x}" + hashlib.sha1(tree.name.encode(), usedforsecurity=False).hexdigest()[:16],
        "id": tree.name,
        "author": tree.name.partition("/")[0],
        "sha": newest.revision,
        "lastModified": _stamp(newest.uploaded_at.isoformat()),
        "private": isinstance(tree, Repository) and tree.is_private,
        "gated": False,
        "disabled": False,
        "tags": ["region:us"],
        "downloads": 0,
        "likes": 0,
        "createdAt": _stamp(oldest.uploaded_at.isoformat()),
    }


def _stamp(moment: str) -> str:
    return moment.replace("+00:00", ".000Z")
