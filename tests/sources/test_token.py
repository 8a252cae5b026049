"""The token goes to the endpoint and nowhere else: not to another origin, not to a file, a log or a message."""

from __future__ import annotations

import gzip
import logging
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.demo.made_models import made_models
from tests.sources.loopback import Reply, serving
from tests.sources.test_request import raw_server
from tests.sources.walks import NIGHT, FastClock, settings_for
from tracker.errors import SourceRefused, TrackerError
from tracker.landing import runs
from tracker.scope import Scope
from tracker.sources import HUB_TOKEN, find, find_archive, found, open_context, reach
from tracker.sources.hub_models.confirm import confirm_disappearances
from tracker.sources.hub_models.request import Hub
from tracker.sources.hub_models.walk import collect

TOKEN = "hf_planted" + "Z9" * 14


@pytest.fixture(autouse=True)
def _planted(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    caplog.set_level(logging.INFO)
    caplog.set_level(logging.DEBUG, "tracker")
    caplog.set_level(logging.DEBUG, "huggingface_hub")
    monkeypatch.setattr(logging.getLogger("huggingface_hub"), "propagate", True)


@pytest.fixture
def elsewhere() -> Iterator[tuple[str, list[bytes]]]:
    """Another origin that nobody should talk to; what it is told is kept."""
    told: list[bytes] = []
    with raw_server(lambda connection: told.append(b"somebody came")) as url:
        yield url.removesuffix("/api/models"), told
        with socket.create_connection(("127.0.0.1", int(url.split(":")[2].split("/")[0]))) as last:
            last.sendall(b"the end")  # lets the server finish


def everything_written(folder: Path) -> bytes:
    contents = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    return b"".join(contents + [gzip.decompress(each) for each in contents if each[:2] == b"\x1f\x8b"])


def walk(tmp_path: Path, endpoint: str) -> None:
    collect(settings_for(tmp_path, endpoint), scope=Scope("full"), snapshot_date=NIGHT, page_size=20, clock=FastClock())


def test_a_walk_leaves_no_trace_of_the_token(hub, tmp_path: Path, caplog) -> None:
    server = hub({NIGHT: made_models(60)}, tokens={TOKEN: "pro"}, faults=["F6:page=2,attempts=1"], scale=200)
    walk(tmp_path, server.endpoint)
    confirm_disappearances(settings_for(tmp_path, server.endpoint), [("a" * 24, "no/body")], clock=FastClock())
    requests = server.requests()
    assert len(requests) == 5 and {entry.tier for entry in requests} == {"pro"}  # it was sent, and accepted
    assert TOKEN.encode() not in everything_written(tmp_path)
    assert TOKEN not in caplog.text


@pytest.mark.parametrize("fault", ["F17:page=2,kind=host,to={}", "F16:route=models,page=2,kind=origin,to={}"])
def test_another_origin_never_hears_of_it(hub, tmp_path: Path, elsewhere, caplog, fault: str) -> None:
    origin, told = elsewhere
    server = hub({NIGHT: made_models(60)}, tokens={TOKEN: "pro"}, faults=[fault.format(origin)])
    with pytest.raises(SourceRefused, match="another host") as caught:
        walk(tmp_path, server.endpoint)
    assert told == []
    assert TOKEN not in str(caught.value) + caplog.text
    assert TOKEN.encode() not in everything_written(tmp_path)


@pytest.mark.parametrize("status", ["400 Bad Request", "401 Unauthorized", "404 Not Found"])
@pytest.mark.parametrize("where", ["body", "header"])
def test_a_server_that_repeats_it_is_not_quoted(tmp_path: Path, caplog, status: str, where: str) -> None:
    body = f'{{"error":"bad token {TOKEN}"}}' if where == "body" else ""
    header = f"X-Error-Message: bad token {TOKEN}\r\n" if where == "header" else ""
    head = f"HTTP/1.1 {status}\r\n{header}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    server = raw_server(lambda connection: connection.sendall((head + body).encode()))
    with server as url, pytest.raises(SourceRefused, match=r"bad token \[token\]") as caught:
        walk(tmp_path, url.removesuffix("/api/models"))
    assert TOKEN not in str(caught.value) + caplog.text
    assert TOKEN.encode() not in everything_written(tmp_path)
    assert "[token]" in (runs(tmp_path)[0].manifest.reason or "")


@pytest.mark.parametrize(
    "address",
    [
        "{elsewhere}/api/models",
        "{hub}@{host}/api/models",
        "{elsewhere}#{hub}",
        "//{host}/api/models",
        "file:///etc/passwd",
        "",
    ],
)
def test_the_only_way_out_leads_to_the_endpoint(tmp_path: Path, address: str) -> None:
    """Whoever calls it with whatever address: it was once possible to have the token sent anywhere."""
    with serving({"*": b"[]"}) as endpoint, serving({"*": b"[]"}) as other:
        asked = address.format(
            elsewhere=other.address, hub=endpoint.address, host=other.address.removeprefix("http://")
        )
        with pytest.raises(SourceRefused, match=r"is not the endpoint .*; no token went there"):
            Hub(settings_for(tmp_path, endpoint.address)).get(asked)
        assert other.heard == endpoint.heard == []
        Hub(settings_for(tmp_path, endpoint.address)).get(f"{endpoint.address}/api/models")
        assert endpoint.heard[0][1]["authorization"] == f"Bearer {TOKEN}"


@pytest.mark.parametrize("name", [*found().sources, *found().archives])
@pytest.mark.parametrize("leads", ["straight", "elsewhere"])
def test_no_source_but_the_hub_s_hears_of_it(tmp_path: Path, monkeypatch, caplog, name: str, leads: str) -> None:
    """Each source that there is, over loopback: straight, and sent on to another host with its first request."""
    source = find_archive(name) if name in found().archives else find(name)
    if source.NEEDS not in (None, HUB_TOKEN):
        monkeypatch.setenv(source.NEEDS, "a-key")
    with serving({"*": b"[]"}) as other:
        onward = Reply(status=302, headers={"Location": f"{other.address}/elsewhere"})
        with serving({"*": Reply(b"[]") if leads == "straight" else onward}) as served:
            settings = settings_for(tmp_path, served.address, source_urls={name: served.address})
            with suppress(TrackerError, ValueError):  # what it makes of such an answer is not asked here
                if name in found().archives:
                    find_archive(name).revisions(reach(settings, clock=FastClock()))
                else:
                    find(name).collect(open_context(settings, find(name), NIGHT, clock=FastClock()))
            assert served.heard, "it asked somebody else, or nobody"
        assert TOKEN not in other.everything()
        assert (TOKEN in served.everything()) == (source.NEEDS == HUB_TOKEN)
    assert TOKEN.encode() not in everything_written(tmp_path)
    assert TOKEN not in caplog.text
