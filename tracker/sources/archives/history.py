"""The history of a data set on the Hub: its commits, the oldest first, walked page by page within the endpoint."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tracker.errors import SourceError, SourceRefused
from tracker.sources.archives import way
from tracker.sources.hub_models.body import decompress, snippet
from tracker.sources.hub_models.request import Answer
from tracker.sources.hub_models.retries import Fetcher, error_text
from tracker.sources.outward.encoding import BrokenBody
from tracker.sources.outward.origin import origin

LARGEST_PAGE = 1000  # without a limit the Hub gives 50: fifty requests for two years
MAX_PAGES = 1_000
TOLD = frozenset({200, 401, 404, 410})  # what the Hub says of a data set that is there, or is not


@dataclass(frozen=True)
class Commit:
    """One commit, as the Hub lists it."""

    id: str
    title: str
    at: datetime


def commits(fetcher: Fetcher, endpoint: str, name: str) -> list[Commit]:
    """Return all commits of a data set's main branch, the oldest first. Raises SourceError."""
    url = f"{endpoint}/api/datasets/{name}/commits/main?limit={LARGEST_PAGE}"
    found = [_commit(item, name) for item in _items(fetcher, url, name)]
    found.reverse()  # the Hub begins with the newest: so that those of one second stay in order
    return sorted(found, key=lambda commit: commit.at)


def brought(
    fetcher: Fetcher, endpoint: str, name: str, folder: str, wanted: re.Pattern[str]
) -> Iterator[tuple[str, Commit]]:
    """Yield each file of a folder whose path is wanted, with the commit that brought it last.

    Titles of commits name files mostly. Where one names none, as of a folder that was put there whole, the tree of
    files is asked, which knows the last commit of each.
    """
    found: dict[str, Commit] = {}
    is_told = True
    for commit in commits(fetcher, endpoint, name):
        paths = [word for word in commit.title.split() if wanted.fullmatch(word)]
        found |= dict.fromkeys(paths, commit)
        is_told = is_told and (bool(paths) or _names_a_file(commit.title))
    if not is_told:
        url = f"{endpoint}/api/datasets/{name}/tree/main/{folder}?recursive=true&expand=true"
        for item in _items(fetcher, url, name):
            if isinstance(item, dict) and wanted.fullmatch(str(item.get("path"))):
                found[str(item["path"])] = _commit(item.get("lastCommit"), name)
    yield from found.items()


def _names_a_file(title: str) -> bool:
    return any("." in word.strip(".") for word in title.split())


def _items(fetcher: Fetcher, first: str, name: str) -> Iterator[Any]:
    """Yield the items of a list in pages, from the page at an address of the endpoint on."""
    url: str | None = first
    seen: set[str] = set()
    while url:
        if url in seen or len(seen) >= MAX_PAGES or origin(url) != origin(first):
            raise SourceRefused(
                f"the history of {name} goes on at {url[:200]!r}, which makes no progress or leads away"
            )
        seen.add(url)
        way.wait(fetcher)
        answer = fetcher.answer(url, TOLD)
        if answer.status != 200:
            raise SourceRefused(
                f"the data set {name} is not there, or not for everybody (HTTP {answer.status}{error_text(answer)}); "
                "where it was kept, read that with --local"
            )
        page = _json(answer, name)
        if not isinstance(page, list):
            raise SourceRefused(f"the history of {name} is no list")
        yield from page
        url = answer.next_link


def _json(answer: Answer, name: str) -> Any:
    try:
        body = decompress(answer.wire, answer.headers.get("content-encoding", "identity"))
        return json.loads(body)
    except (BrokenBody, ValueError, RecursionError) as error:
        raise SourceError(f"the data set {name} is not told of in JSON ({error}): {snippet(answer.wire)!r}") from error


def _commit(item: Any, name: str) -> Commit:
    try:
        at = datetime.fromisoformat(item["date"])
        at = at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
        return Commit(str(item["id"]), str(item.get("title") or ""), at)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise SourceRefused(f"the history of {name} has a commit without an id or a time ({error})") from error
