"""The history of a data set on the Hub: its commits, the oldest first, walked page by page within the endpoint."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tracker.errors import SourceError, SourceRefused
from tracker.sources.archives import way
from tracker.sources.encoding import BrokenBody
from tracker.sources.hub_models.body import decompress, snippet
from tracker.sources.hub_models.request import Answer
from tracker.sources.hub_models.retries import Fetcher
from tracker.sources.origin import origin

LARGEST_PAGE = 1000  # without a limit the Hub gives 50: fifty requests for two years
MAX_PAGES = 1_000
OK = frozenset({200})


@dataclass(frozen=True)
class Commit:
    """One commit, as the Hub lists it."""

    id: str
    title: str
    at: datetime


def commits(fetcher: Fetcher, endpoint: str, name: str) -> list[Commit]:
    """Return all commits of a data set's main branch, the oldest first. Raises SourceError."""
    found = [_commit(item, name) for item in _items(fetcher, endpoint, name)]
    return sorted(found, key=lambda commit: commit.at)


def files(fetcher: Fetcher, endpoint: str, name: str, commit: str) -> list[str]:
    """Return the paths of all files of a data set at a commit."""
    said = _json(fetcher.answer(f"{endpoint}/api/datasets/{name}/revision/{commit}", OK), name)
    try:
        return [str(each["rfilename"]) for each in said["siblings"]]
    except (KeyError, TypeError):
        raise SourceRefused(f"the Hub says no files of the data set {name}; run again later") from None


def _items(fetcher: Fetcher, endpoint: str, name: str) -> Iterator[Any]:
    url: str | None = f"{endpoint}/api/datasets/{name}/commits/main?limit={LARGEST_PAGE}"
    seen: set[str] = set()
    while url:
        if url in seen or len(seen) >= MAX_PAGES or origin(url) != origin(endpoint):
            raise SourceRefused(
                f"the history of {name} goes on at {url[:200]!r}, which makes no progress or leads away"
            )
        seen.add(url)
        way.wait(fetcher)
        answer = fetcher.answer(url, OK)
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
