"""Open every page that the registry names as a source: which are gone, which have moved, which cannot be told.

One request at a time to a host, a pause after each, HEAD before GET, no body is read, and a host that asks for a
longer pause gets it. Nothing is sent but the address: no token, no cookies, nothing of ~/.netrc.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urljoin, urlsplit

import requests

from tracker import __version__
from tracker.curation.addresses import Place
from tracker.registry import Problem
from tracker.sources.outward import plain

HEADERS = {"User-Agent": f"hub-adoption-tracker/{__version__} (checks the sources of its registry)", "Accept": "*/*"}
TIMEOUT_SECONDS = 20.0  # of connecting, and of a silence
PAUSE_SECONDS = 1.0  # between two requests to a host
LONGEST_PAUSE_SECONDS = 600.0  # that a host may ask for
MOST_PAUSES = 3  # for one page
MOST_REDIRECTS = 8
HOSTS_AT_ONCE = 8
PERMANENT, REDIRECTS = (301, 308), (301, 302, 303, 307, 308)
GONE_STATUSES = (404, 410)
ASKED_TO_WAIT = (429, 503)


class State(StrEnum):
    """What an address says: it answers, it is gone, it has a new address for good, or nobody can tell."""

    ANSWERS = "answers"
    GONE = "gone"
    MOVED = "moved"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True)
class Visit:
    """What came of one address, with every place that names it."""

    url: str
    places: tuple[Place, ...]
    state: State
    said: str = ""

    @property
    def is_gone(self) -> bool:
        """Whether its server says that there is no such page."""
        return self.state == State.GONE

    @property
    def problems(self) -> list[Problem]:
        """One `path:line: message` a place; none of an address that answers."""
        if self.state == State.ANSWERS:
            return []
        advice = {
            State.GONE: "name a page that states the fact",
            State.MOVED: "write the new address",
            State.UNREACHABLE: "this does not say that it is gone; look at it by hand",
        }[self.state]
        return [
            Problem(each.path, each.line, f"{each.column} {self.url} is {self.state} ({self.said}); {advice}")
            for each in self.places
        ]


def visit(
    addresses: Iterable[tuple[str, Place]],
    *,
    pause_seconds: float = PAUSE_SECONDS,
    sleep: Callable[[float], None] = time.sleep,
) -> list[Visit]:
    """Open each distinct address once and return what came of it, in the order of the first place that names it.

    Raises SettingsError where proxies or certificates of this machine make no sense, before anything is sent.
    """
    places: dict[str, list[Place]] = defaultdict(list)
    for url, place in addresses:
        places[url].append(place)
    of_hosts: dict[str, list[str]] = defaultdict(list)
    for url in places:
        of_hosts[urlsplit(url).netloc].append(url)
    for urls in of_hosts.values():
        plain.check(urls[0])
    with ThreadPoolExecutor(HOSTS_AT_ONCE) as pool:
        found = pool.map(lambda urls: list(_one_by_one(urls, pause_seconds, sleep)), of_hosts.values())
        said = dict(each for host in found for each in host)
    return [Visit(url, tuple(places[url]), *said[url]) for url in places]


def _one_by_one(
    urls: Iterable[str], pause: float, sleep: Callable[[float], None]
) -> Iterator[tuple[str, tuple[State, str]]]:
    for url in urls:
        try:
            yield url, _look(url, pause, sleep)
        except Exception as error:  # noqa: BLE001  of requests, and what it lets through: certificates, names of hosts
            yield url, (State.UNREACHABLE, type(error).__name__)
            sleep(pause)


def _look(url: str, pause: float, sleep: Callable[[float], None]) -> tuple[State, str]:
    """Follow an address to where it leads."""
    at, for_good, moved = url, True, ""
    for _ in range(MOST_REDIRECTS):
        status, to = _ask(at, pause, sleep)
        if status not in REDIRECTS or not to:
            return _judged(status, moved)
        at = urljoin(at, to)
        for_good = for_good and status in PERMANENT
        moved = at if for_good else moved
    return State.UNREACHABLE, f"more than {MOST_REDIRECTS} redirects"


def _judged(status: int, moved: str) -> tuple[State, str]:
    if status in GONE_STATUSES:
        return State.GONE, f"HTTP {status}"
    if not 200 <= status < 300:
        return State.UNREACHABLE, f"HTTP {status}"
    return (State.MOVED, moved) if moved else (State.ANSWERS, "")


def _ask(url: str, pause: float, sleep: Callable[[float], None]) -> tuple[int, str]:
    """Return the status and where it redirects to; GET where HEAD is refused, since some servers know no HEAD."""
    status, to, waited = 0, "", 0
    for method in ("HEAD", "GET"):
        while True:
            status, to, wait = _send(method, url)
            asked_to_wait = status in ASKED_TO_WAIT and wait is not None and waited < MOST_PAUSES
            sleep(min(wait, LONGEST_PAUSE_SECONDS) if wait is not None and asked_to_wait else pause)
            if not asked_to_wait:
                break
            waited += 1
        if status < 400 or status in ASKED_TO_WAIT:
            break
    return status, to


def _send(method: str, url: str) -> tuple[int, str, float | None]:
    with requests.request(
        method, url, headers=HEADERS, timeout=TIMEOUT_SECONDS, allow_redirects=False, stream=True, auth=_nobody
    ) as answer:
        wait = answer.headers.get("Retry-After", "")
        return answer.status_code, answer.headers.get("Location", ""), float(wait) if wait.isdecimal() else None


def _nobody(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Sign nothing; without this requests would take a password from ~/.netrc."""
    return request
