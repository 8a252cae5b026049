"""One request is bounded in time and size, whatever a server does, and its token stays with it."""

from __future__ import annotations

import gzip
import json
import random
import socket
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import httpx2
import pytest

from tracker.errors import SourceError, redact
from tracker.settings import Settings
from tracker.sources.hub_models import body, request
from tracker.sources.hub_models.body import BrokenBody, RateLimitBody, read_page
from tracker.sources.hub_models.request import Answer, Hub, NoAnswer
from tracker.sources.outward.encoding import PIECE_BYTES


def hub(url: str, silence: float = 5.0, page: float = 10.0) -> Hub:
    """The Hub of an address, with so many seconds for silence and for a page."""
    return Hub(
        Settings(endpoint=url.removesuffix("/api/models"), read_timeout_seconds=silence, page_deadline_seconds=page)
    )


def get(url: str, silence: float = 5.0, page: float = 10.0) -> Answer:
    return hub(url, silence, page).get(url)


ITEM = '{"_id":"1","id":"a/b","baseModels":{"relation":"merge","models":[{"_id":"2","id":"c/d"}]},"createdAt":"x"}'

SEVERAL_PIECES = gzip.compress(random.Random(1).randbytes(3 * PIECE_BYTES))


@contextmanager
def raw_server(talk: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server that reads a request and then talks as it likes."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                with suppress(OSError):  # the client has gone, as it should
                    talk(connection)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/api/models"
        thread.join(5)


def drip(head: bytes) -> Callable[[socket.socket], None]:
    def talk(connection: socket.socket) -> None:
        connection.sendall(head)
        for _ in range(1000):
            connection.sendall(b"x")
            time.sleep(0.05)

    return talk


@pytest.mark.parametrize(
    "head",
    [b"HTTP/1.1 200 OK\r\nX-Slow: ", b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n"],
    ids=["headers", "body"],
)
def test_a_drip_is_ended_at_the_page_s_deadline(head: bytes) -> None:
    with raw_server(drip(head)) as url:
        with pytest.raises(NoAnswer, match=r"not complete after 0\.5 s") as caught:
            get(url, 5.0, 0.5)
        assert caught.value.slow


def test_after_a_deadline_the_next_request_works() -> None:
    with raw_server(drip(b"HTTP/1.1 200 OK\r\nX-Slow: ")) as url, pytest.raises(NoAnswer):
        get(url, 5.0, 0.3)
    with raw_server(lambda connection: connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]")) as url:
        assert get(url).wire == b"[]"


def test_silence_ends_with_the_read_timeout() -> None:
    with (
        raw_server(lambda connection: time.sleep(1.0)) as url,
        pytest.raises(NoAnswer, match="did not answer in time") as caught,
    ):
        get(url, 0.2, 10.0)
    assert caught.value.slow


def test_nobody_there_is_no_answer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(NoAnswer, match=rf"127.0.0.1:{port} refuses connections") as caught:
        get(f"http://127.0.0.1:{port}/api/models")
    assert not caught.value.slow


def test_an_endless_answer_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request, "MAX_WIRE_BYTES", 1000)
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n"
    server = raw_server(lambda connection: connection.sendall(head + b"x" * 5000))
    with server as url, pytest.raises(NoAnswer, match="longer than 1,000 bytes"):
        get(url)


def test_offline_mode_is_an_error_that_names_its_switch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.is_offline_mode", lambda: True)
    with pytest.raises(SourceError, match="unset HF_HUB_OFFLINE"):
        get("http://127.0.0.1:9/api/models")


def test_tokens_are_taken_out_of_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    secret = "hf_" + "a1B2" * 8
    monkeypatch.setenv("HF_TOKEN", "no-usual-form")
    assert redact("refused no-usual-form") == "refused [token]"
    assert (
        redact(f"bad token {secret}, Authorization: Bearer {secret}")
        == "bad token [token], Authorization: Bearer [token]"
    )
    assert redact("Authorization: Bearer other-kind") == "Authorization: Bearer [token]"
    assert redact("hf_hub/2.4.0 and hf_transfer") == "hf_hub/2.4.0 and hf_transfer"


def answer(wire: bytes, encoding: str | None = None) -> Answer:
    return Answer(200, httpx2.Headers({"content-encoding": encoding} if encoding else {}), wire, None)


def test_gzip_is_kept_as_it_came_and_anything_else_becomes_gzip() -> None:
    plain = f"[{ITEM},{ITEM}]".encode()
    wire = gzip.compress(plain)
    assert read_page(answer(wire, "gzip")).content is wire
    for page in (read_page(answer(plain)), read_page(answer(zlib.compress(plain), "deflate"))):
        assert gzip.decompress(page.content) == plain
        assert (page.body_bytes, page.records) == (len(plain), 2)


@pytest.mark.parametrize(
    ("plain", "reason"),
    [
        (b"", "empty"),
        (b"  \n", "empty"),
        (b"<!DOCTYPE html>", "not JSON but '<!DOCTYPE"),
        (b"null", "not JSON but 'null"),
        (f"[{ITEM}".encode(), "cut short"),
        (f"[{ITEM[:40]}".encode(), "cut short"),
        (ITEM.join(["[", ""])[: ITEM.index("]") + 2].encode(), "cut short"),  # ends in `]`, inside an item
        (f'[{ITEM},{{"id":"a","tags":["x"]'.encode(), "cut short"),
        (b'{"error":"Internal"}', "carries an error: 'Internal'"),
        (b'{"models":[]}', "an object instead of a list"),
        (b"{" * 100_000, "an object instead of a list"),
    ],
)
def test_a_body_that_is_no_whole_list_is_broken(plain: bytes, reason: str) -> None:
    with pytest.raises(BrokenBody, match=reason):
        read_page(answer(plain))


@pytest.mark.parametrize("plain", [b"[]", b" [ ]\n", f"[{ITEM}]".encode(), b'[{"id":"a[{b","tags":["[{","x]"]}]'])
def test_a_whole_list_passes(plain: bytes) -> None:
    assert read_page(answer(plain)).body_bytes == len(plain)


PRIVATE = '{"_id":"999999999999999999999999","id":"acme/secret","private":true,"tags":["private:true"],"createdAt":"x"}'


@pytest.mark.parametrize(
    ("items", "kept"),
    [
        ([ITEM, PRIVATE, ITEM], [ITEM, ITEM]),
        ([PRIVATE], []),
        ([PRIVATE.replace('"private":true', '"private" : "true"'), ITEM], [ITEM]),
        ([ITEM.replace('"createdAt"', '"cardData":{"private":true},"createdAt"')], ["itself"]),
        ([PRIVATE.replace('"x"', "NaN,,"), ITEM], [ITEM]),
        ([PRIVATE, ITEM.replace("{", '{"tags":[,],', 1)], [ITEM.replace("{", '{"tags":[,],', 1)]),
    ],
    ids=["among others", "alone", "as text", "another member", "broken", "another that is broken"],
)
@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_private_repositories_are_left_out_before_anything_is_written(
    items: list[str], kept: list[str], encoding: str
) -> None:
    plain = f"[{','.join(items)}]".encode()
    page = read_page(answer(gzip.compress(plain) if encoding == "gzip" else plain, encoding))
    kept = items if kept == ["itself"] else kept
    assert gzip.decompress(page.content).decode() == f"[{','.join(kept)}]"
    assert (page.records, page.private) == (len(kept), len(items) - len(kept))
    readable = page.private and "NaN" not in items[0]
    assert page.private_ids == (("9" * 24,) if readable else ())


def test_every_cut_through_a_page_is_seen() -> None:
    plain = f"[{ITEM},{ITEM}]".encode()
    for length in range(len(plain)):
        with pytest.raises(BrokenBody):
            read_page(answer(plain[:length]))


def test_a_rate_limit_in_disguise_is_known_as_one() -> None:
    text = "We had to rate limit your IP (x). To continue using our service, create a HF account"
    with pytest.raises(RateLimitBody, match="rate limit your IP"):
        read_page(answer(json.dumps({"error": text}).encode()))


@pytest.mark.parametrize(
    ("wire", "encoding", "reason"),
    [
        (gzip.compress(b"[]", mtime=0)[:-9], "gzip", "cut short"),
        (b"\x1f\x8b nonsense", "gzip", "broken gzip"),
        (gzip.compress(b"[]", mtime=0) + b"more", "gzip", "goes on"),
        (SEVERAL_PIECES[:-20_000], "gzip", "cut short"),
        (SEVERAL_PIECES + b"more" * 10_000, "gzip", "goes on"),
        (gzip.compress(b"[]", mtime=0)[:-8] + b"\0" * 8, "gzip", "broken gzip"),
        (b"[]", "br", "unknown content encoding 'br'"),
    ],
)
def test_damaged_compression_is_seen(wire: bytes, encoding: str, reason: str) -> None:
    with pytest.raises(BrokenBody, match=reason):
        read_page(answer(wire, encoding))


def test_a_compressed_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body, "MAX_BODY_BYTES", 10_000)
    with pytest.raises(BrokenBody, match="more than 10,000 bytes"):
        read_page(answer(gzip.compress(b" " * 10_000_000), "gzip"))
