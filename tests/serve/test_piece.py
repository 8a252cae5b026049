"""Parts of an answer's bytes: RFC 9110, section 14."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

pytest.importorskip("fastapi", reason="needs fastapi (make extras)")

from fastapi import Request

from tracker.serve.http.reply import reply

BODY = b"0123456789"


def asked(method: str = "GET", **headers: str) -> Request:
    given = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "method": method, "headers": given})


TAG = reply(asked(), BODY, "text/csv").headers["etag"]


@pytest.mark.parametrize(
    ("headers", "status", "body"),
    [
        ({"range": "bytes=2-4"}, 206, b"234"),
        ({"range": "bytes=7-"}, 206, b"789"),
        ({"range": "bytes=-3"}, 206, b"789"),
        ({"range": "bytes=-300"}, 206, BODY),
        ({"range": "bytes=0-999"}, 206, BODY),
        ({"range": "bytes=9-9", "if_range": TAG}, 206, b"9"),
        ({"range": "bytes=9-9", "if_range": '"another"'}, 200, BODY),
        ({"range": "bytes=10-"}, 416, b""),
        ({"range": "bytes=-0"}, 416, b""),
        ({"range": "bytes=4-2"}, 200, BODY),
        ({"range": "bytes=0-1,4-5"}, 200, BODY),
        ({"range": "bytes=-"}, 200, BODY),
        ({"range": "rows=0-1"}, 200, BODY),
        ({"range": "bytes=a-b"}, 200, BODY),
        ({"range": "bytes=2-4", "if_none_match": TAG}, 304, b""),
    ],
    ids=str,
)
def test_a_part_is_that_of_the_whole(headers: Mapping[str, str], status: int, body: bytes) -> None:
    answer = reply(asked(**headers), BODY, "text/csv")
    assert (answer.status_code, answer.body) == (status, body)
    assert answer.headers["etag"] == TAG
    if status in (206, 416):
        assert answer.headers["content-range"].endswith("/10") and int(answer.headers["content-length"]) == len(body)


def test_bytes_that_are_packed_are_told_whole() -> None:
    answer = reply(asked(range="bytes=0-3", accept_encoding="gzip"), BODY * 500, "text/csv")
    assert answer.status_code == 200 and answer.headers["content-encoding"] == "gzip"
    assert reply(asked("HEAD", range="bytes=0-3"), BODY, "text/csv").status_code == 200
