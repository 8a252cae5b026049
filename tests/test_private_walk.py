"""A token's owner keeps private repositories: a Hub that lists them to him, and the folder that he publishes from."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.test_pipeline import model
from tracker import pipeline, store
from tracker.scope import Scope
from tracker.settings import Settings

DAYS = tuple(date(2026, 11, day) for day in (18, 19, 20))
PUBLIC = [model(0, downloads=90_000), *(model(n) for n in range(1, 40))]


class Listing(BaseHTTPRequestHandler):
    """What the token of these tests is shown: all there is, private or not."""

    day: date
    items: list[Mapping[str, Any]]

    def do_GET(self) -> None:
        name = self.path.partition("?")[0].removeprefix("/api/models").strip("/")
        if name:
            found = [each for each in HIDDEN if each["id"] == name]
            self._answer(200 if found else 401, found[0] if found else {"error": "Invalid username or password."})
        else:
            self._answer(200, sorted(self.items, key=lambda each: each["createdAt"], reverse=True))

    def _answer(self, status: int, told: object) -> None:
        body = json.dumps(told).encode()
        self.send_response_only(status)
        self.send_header("Date", format_datetime(datetime(*self.day.timetuple()[:3], 12, tzinfo=UTC), usegmt=True))
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


HIDDEN = [model(50, id="acme/asked", downloads=60_000, private=True)]


@pytest.fixture
def endpoint() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Listing) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_what_becomes_private_is_dropped_by_the_walk_and_by_asking(endpoint: str, tmp_path: Path) -> None:
    """One is listed as private, one is not listed and asked for by name; neither may stay in what is published."""
    settings = Settings(data_dir=tmp_path, endpoint=endpoint)
    listed, asked = model(51, id="acme/listed"), {**HIDDEN[0], "private": False}
    served = [
        [*PUBLIC, listed, asked],
        [*PUBLIC, {**listed, "private": True}, asked],
        [*PUBLIC, {**listed, "private": True}],
    ]
    dropped = []
    for Listing.day, Listing.items in zip(DAYS, served, strict=True):
        night = pipeline.update(settings, scope=Scope("full"), snapshot_date=Listing.day)
        with store.open_published(tmp_path) as published:
            names = published.query("select model_id from models where model_id like 'acme/%' order by 1")
            rows = published.query("select before from restatements where figure = 'models.private'").rows()
            removed = published.query("select count(*) from events where kind = 'removed'").item()
        dropped.append((night.landed.manifest.private, names["model_id"].to_list(), len(rows), removed))
    assert dropped == [(0, ["acme/asked", "acme/listed"], 0, 0), (1, ["acme/asked"], 1, 0), (1, [], 2, 0)]
    assert b"acme" not in b"".join(path.read_bytes() for path in night.landed.folder.rglob("*") if path.is_file())
