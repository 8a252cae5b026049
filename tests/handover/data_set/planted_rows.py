"""A folder with all that may not leave it, or not under our licence: planted through the real walk, load and publish.

acme/listed     public on the first night, private on the second
gone/alike      known from an archive alone whose rows are shared alike
gone/never      known from an archive alone of which nothing may leave
Norge/null      of an organization of country NO; other/finetune of one of country NA, Namibia
CARD_TEXT       stands in the card and the files of every repository, as the Hub tells of them
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import date
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.registry_folder import write_registry
from tests.store.archived import land_archived, row
from tests.test_pipeline import model
from tests.test_private_walk import Listing
from tracker import pipeline, registry, store
from tracker.pipeline import trace
from tracker.scope import Scope
from tracker.settings import Settings
from tracker.signals.collecting import abouts
from tracker.store import OtherNames, SourceAbout

CARD_TEXT = "planted-card-text-that-stays"
PRIVATE, ALIKE, NEVER = "acme/listed", "gone/alike", "gone/never"
DAYS = (date(2026, 11, 19), date(2026, 11, 20))
TEXT: Mapping[str, Any] = {"cardData": {"description": CARD_TEXT}, "siblings": [{"rfilename": f"{CARD_TEXT}.py"}]}
BASE = "Norge/null"


def _items() -> list[Mapping[str, Any]]:
    base = model(0, id=BASE, author="Norge", downloads=90_000, gated="auto", **TEXT)
    parent = {"baseModels": {"relation": "finetune", "models": [{"_id": base["_id"], "id": BASE}]}}
    derived = [model(n, **TEXT, **(parent if n % 2 else {})) for n in range(1, 30)]
    return [base, *derived, model(31, id="other/finetune", author="other", **TEXT, **parent)]


def make(place: Path) -> Settings:
    """Make the folder in `place`; return the settings that name it."""
    curated = write_registry(
        place / "registry",
        organizations=[{"namespace": "Norge", "organization": "null", "country": "NO"},
                       {"namespace": "other", "organization": "a: b #x", "country": "NA"}],
        families=[{"line": "NO", "developer": "null"}, {"line": "1e5", "developer": "a: b #x"}],
        roots=[{"pattern": "Norge/*", "line": "NO"}],
        definitions=[],
    )  # fmt: skip
    (curated / "definitions.csv").write_bytes((registry.default_directory() / "definitions.csv").read_bytes())
    listed = model(51, id=PRIVATE, **TEXT)
    with ThreadingHTTPServer(("127.0.0.1", 0), Listing) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings = Settings(
            data_dir=place / "data",
            registry=curated,
            endpoint=f"http://127.0.0.1:{server.server_port}",
            memory_limit="1GB",
        )
        for Listing.day, is_private in zip(DAYS, (False, True), strict=True):
            Listing.items = [*_items(), {**listed, "private": is_private}]
            pipeline.update(settings, scope=Scope("full"), snapshot_date=Listing.day)
        server.shutdown()
    with store.open_work(settings) as work:
        for source, day, names in (("alike_archive", 1, [ALIKE]), ("closed_archive", 2, [NEVER])):
            rows = [row(name, 900 + day) for name in names] + [row("maker-1/model-1", 1)]
            landed = land_archived(settings.data_dir, date(2026, 11, day), rows, source=source)
            work.load_archived([landed], OtherNames())
        trace(work, registry.load(curated))
        work.tell_sources([*abouts(), *SOURCES])
        work.publish()
    return settings


SOURCES = (
    SourceAbout("alike_archive", "Alike", "https://example.org", "ODbL-1.0", "The Alike", "share-alike", 168.0),
    SourceAbout("closed_archive", "Closed", "https://example.org", "none stated", "The Closed", "none", 24.0),
)
