"""The pages that a registry names as its sources: opened once, politely, and told apart by what came of them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from tests.command_line import called
from tests.registry_folder import write_registry
from tests.sources.loopback import Reply, Served, serving
from tracker.curation import addresses, pages
from tracker.curation.addresses import Place
from tracker.curation.pages import LONGEST_PAUSE_SECONDS, State, Visit, visit
from tracker.errors import UnknownName

FINE = Reply(b"a page")
PAGES: dict[str, Any] = {
    "/fine": FINE,
    "/gone": Reply(status=410),
    "/for-good": Reply(status=301, headers={"Location": "/new"}),
    "/twice": Reply(status=308, headers={"Location": "/for-good"}),
    "/for-now": Reply(status=302, headers={"Location": "/fine"}),
    "/then-for-now": Reply(status=301, headers={"Location": "/for-now"}),
    "/to-nowhere": Reply(status=301, headers={"Location": "/missing"}),
    "/round": Reply(status=302, headers={"Location": "/round"}),
    "/new": FINE,
    "/closed": Reply(status=403),
    "/broken": Reply(status=500),
    "/busy": [Reply(status=429, headers={"Retry-After": "7"}), FINE],
    "/always-busy": Reply(status=429, headers={"Retry-After": "9000"}),
}


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with serving(PAGES) as server:
        yield server


def seen(served: Served, *paths: str, waits: list[float] | None = None) -> list[Visit]:
    slept: list[float] = [] if waits is None else waits
    named = [(served.address + path, Place("registry/f.csv", line, "source_url")) for line, path in enumerate(paths, 2)]
    return visit(named, pause_seconds=0.5, sleep=slept.append)


@pytest.mark.parametrize(
    ("path", "state", "said"),
    [
        ("/fine", State.ANSWERS, ""),
        ("/gone", State.GONE, "HTTP 410"),
        ("/missing", State.GONE, "HTTP 404"),
        ("/to-nowhere", State.GONE, "HTTP 404"),
        ("/for-good", State.MOVED, "{}/new"),
        ("/twice", State.MOVED, "{}/new"),
        ("/for-now", State.ANSWERS, ""),
        ("/then-for-now", State.MOVED, "{}/for-now"),
        ("/round", State.UNREACHABLE, "more than 8 redirects"),
        ("/closed", State.UNREACHABLE, "HTTP 403"),
        ("/broken", State.UNREACHABLE, "HTTP 500"),
        ("/busy", State.ANSWERS, ""),
        ("/always-busy", State.UNREACHABLE, "HTTP 429"),
    ],
)
def test_a_page_answers_is_gone_has_moved_or_cannot_be_told(served: Served, path: str, state: State, said: str) -> None:
    [found] = seen(served, path)
    assert (found.state, found.said) == (state, said.format(served.address))


def test_a_host_that_does_not_answer_says_nothing_of_its_pages(served: Served) -> None:
    [found] = visit([("http://127.0.0.1:9/page", Place("f.csv", 2, "source_url"))], pause_seconds=0, sleep=[].append)
    assert (found.state, found.said, found.is_gone) == (State.UNREACHABLE, "ConnectionError", False)


def test_every_place_that_names_a_page_is_told_and_the_page_asked_once(served: Served) -> None:
    found = seen(served, "/gone", "/fine", "/gone")
    assert [str(problem) for visited in found for problem in visited.problems] == [
        f"registry/f.csv:{line}: source_url {served.address}/gone is gone (HTTP 410); name a page that states the fact"
        for line in (2, 4)
    ]
    assert served.paths().count("/fine") == 1


def test_head_is_asked_first_and_a_body_never_read(served: Served) -> None:
    seen(served, "/fine", "/gone")
    assert served.methods == ["HEAD", "HEAD", "GET"]  # some servers know no HEAD
    assert all(headers["user-agent"].startswith("hub-adoption-tracker/") for _, headers in served.heard)
    assert not any("authorization" in headers or "cookie" in headers for _, headers in served.heard)


def test_a_host_has_its_pause_and_gets_the_longer_one_that_it_asks_for(served: Served) -> None:
    waits: list[float] = []
    seen(served, "/fine", "/busy", waits=waits)
    assert waits == [0.5, 7.0, 0.5]
    waits.clear()
    seen(served, "/always-busy", waits=waits)
    assert waits == [LONGEST_PAUSE_SECONDS] * 3 + [0.5]


def test_a_host_is_asked_one_page_at_a_time(served: Served) -> None:
    threads = set()
    pages = [(f"{served.address}/fine?{number}", Place("f.csv", number, "source_url")) for number in range(20)]
    visit(pages, pause_seconds=0, sleep=lambda _: threads.add(threading.get_ident()))
    assert len(threads) == 1


def test_addresses_come_with_their_place_from_every_file_or_from_one(tmp_path) -> None:
    folder = write_registry(
        tmp_path / "r",
        organizations=[{"namespace": "a", "organization": "A", "source_url": "https://example.org/a"}],
        families=[{"line": "F", "developer": "A", "weights": "scratch", "weights_source": "https://example.org/w"}],
    )
    found = {(url, place.path.rsplit("/")[-1], place.line, place.column) for url, place in addresses(folder)}
    assert {
        ("https://example.org/a", "organizations.csv", 2, "source_url"),
        ("https://example.org/w", "families.csv", 2, "weights_source"),
    } <= found
    assert {place.path.rsplit("/")[-1] for _, place in addresses(folder, "families.csv")} == {"families.csv"}
    with pytest.raises(UnknownName, match=r"did you mean families\.csv"):
        list(addresses(folder, "family.csv"))


@pytest.mark.parametrize(("status", "code"), [(200, 0), (404, 1), (403, 0)])
def test_the_command_fails_where_a_page_is_gone_and_there_alone(tmp_path, monkeypatch, status: int, code: int) -> None:
    folder = write_registry(tmp_path / "r", organizations=[{"namespace": "a", "organization": "A"}])
    monkeypatch.setattr(pages, "_send", lambda method, url: (status, "", None))
    told = called("registry", "check", "--registry", str(folder), "--sources", "--only", "organizations.csv")
    assert told.returncode == code
    assert ("organizations.csv:2: source_url https://example.org/page is" in told.stdout) == (status != 200)
    assert told.stderr.splitlines()[-1].startswith("1 pages: 1 " if status != 200 else "1 pages: 1 answers")


def test_a_file_is_chosen_for_its_sources_alone() -> None:
    told = called("registry", "check", "--only", "claims.csv")
    assert told.returncode == 2
    assert "give --sources with it" in told.stderr
