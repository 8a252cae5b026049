"""Datasets that were handed to the server: listing, commits, and files with ranges. Spaces: an empty listing."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote

from tracker.demo.hub.http import FilePart, Request, Response
from tracker.demo.hub.hub import Call, Hub, error
from tracker.demo.hub.hub_state import Item, NightState, encode
from tracker.demo.listing.listing import Listing
from tracker.demo.listing.trees import Commit, DatasetTree
from tracker.demo.routes.commits import answer_commits
from tracker.demo.routes.lists import answer_list

BINARY = "application/octet-stream"


def list_repositories(hub: Hub, call: Call) -> Response:
    """GET /api/datasets and /api/spaces"""
    trees = hub.datasets.values() if call.names["kind"] == "datasets" else ()
    state = NightState(encode(_item(tree)) for tree in trees)
    return answer_list(hub, call, state, Listing(state))


def dataset(hub: Hub, call: Call) -> Response:
    """GET /api/datasets/{name}, also at a revision"""
    found = _asked(hub, call)
    if isinstance(found, Response):
        return found
    tree, at = found
    paths = sorted({commit.path for commit in tree.commits[tree.commits.index(at) :]})
    return Response(200, encode({**_item(tree), "sha": at.revision, "siblings": [{"rfilename": p} for p in paths]}))


def _asked(hub: Hub, call: Call, code: str | None = None) -> tuple[DatasetTree, Commit] | Response:
    """Return a data set and the commit that is asked for, or what the Hub answers where there is none of them."""
    tree = hub.datasets.get(call.names["name"])
    if tree is None:
        return error(401, "Invalid username or password.", code)
    at = tree.at(call.names.get("revision") or "main")
    if at is None:
        return error(404, f"Invalid rev id: {call.names['revision']}", "RevisionNotFound")
    return tree, at


def commits(hub: Hub, call: Call) -> Response:
    """GET /api/datasets/{name}/commits/{revision}"""
    found = _asked(hub, call)
    if isinstance(found, Response):
        return found
    tree, top = found
    author = tree.name.partition("/")[0]
    history = tree.commits[tree.commits.index(top) :]
    return answer_commits(
        call.request,
        [{**_told(commit), "message": "", "authors": [{"user": author}]} for commit in history],
    )


def resolve(hub: Hub, call: Call) -> Response:
    """HEAD or GET /datasets/{name}/resolve/{revision}/{path}"""
    found = _asked(hub, call, "RepoNotFound")
    if isinstance(found, Response):
        return found
    tree, at = found
    path = tree.file(at.revision, call.names["path"])
    if path is None:
        return error(404, "Entry not found", "EntryNotFound")
    return _file(hub, call, path, at.revision)


def newest(hub: Hub, call: Call) -> Response | None:
    """Answer a commit with the newest file of that path, as a server does that takes no notice of revisions."""
    tree = hub.datasets.get(call.names["name"])
    path = tree.file("main", call.names["path"]) if tree is not None else None
    return None if path is None else _file(hub, call, path, call.names["revision"])


def tree(hub: Hub, call: Call) -> Response:
    """GET /api/datasets/{name}/tree/{revision}/{folder}: files with the commit that brought each last"""
    asked = _asked(hub, call)
    if isinstance(asked, Response):
        return asked
    found, at = asked
    folder = (call.names["folder"] or "").strip("/")
    last: dict[str, Item] = {}
    for commit in reversed(found.commits[found.commits.index(at) :]):
        if commit.path.startswith(f"{folder}/" if folder else ""):
            last[commit.path] = {"type": "file", "path": commit.path, "lastCommit": _told(commit)}
    return answer_commits(call.request, [_sized(found, at, last[path]) for path in sorted(last)], 1000)


def _sized(tree: DatasetTree, at: Commit, entry: Item) -> Item:
    file = tree.file(at.revision, entry["path"])
    assert file is not None, "its commit is in the history"
    return {**entry, "oid": _digest(file)[:40], "size": file.stat().st_size}


def _file(hub: Hub, call: Call, path: Path, revision: str) -> Response:
    """Return a file, or what leads to it on another origin."""
    headers = [("X-Repo-Commit", revision), ("Accept-Ranges", "bytes"), ("ETag", f'"{_digest(path)}"')]
    if hub.other_origin and call.request.last("signed") is None:
        linked = [("X-Linked-Size", str(path.stat().st_size)), ("X-Linked-ETag", f'"{_digest(path)}"')]
        return Response(
            302, b"", [*headers, *linked, ("Location", _elsewhere(call.request))], content_type="text/plain"
        )
    return file_response(call.request, path, headers)


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


def _told(commit: Commit) -> Item:
    return {"id": commit.revision, "title": commit.title, "date": _stamp(commit.uploaded_at.isoformat())}


def _digest(path: Path) -> str:
    """Return the sha256 of a file, by which the Hub knows a large one."""
    return _hashed(path, path.stat().st_mtime_ns)


@lru_cache(4096)
def _hashed(path: Path, _: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _item(tree: DatasetTree) -> Item:
    newest, oldest = tree.commits[0], tree.commits[-1]
    seconds = int(oldest.uploaded_at.timestamp())
    return {
        "_id": f"{seconds:08x}" + hashlib.sha1(tree.name.encode(), usedforsecurity=False).hexdigest()[:16],
        "id": tree.name,
        "author": tree.name.partition("/")[0],
        "sha": newest.revision,
        "lastModified": _stamp(newest.uploaded_at.isoformat()),
        "private": False,
        "gated": False,
        "disabled": False,
        "tags": ["region:us"],
        "downloads": 0,
        "likes": 0,
        "createdAt": _stamp(oldest.uploaded_at.isoformat()),
    }


def _stamp(moment: str) -> str:
    return moment.replace("+00:00", ".000Z")
