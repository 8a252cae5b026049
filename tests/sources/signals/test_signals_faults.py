"""Whatever a server does, a source ends in one plain line, and never in rows: each source, on the loopback server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sources.signals.asked import NAMESPACES
from tests.sources.walks import FastClock, settings_for
from tracker.demo import HubProcess, hub_process
from tracker.errors import TrackerError
from tracker.sources import find, open_context
from tracker.sources.bounds import broken, parsed
from tracker.sources.contract import Tables

FAULTS = {
    "page of HTML in the place of data": "F10:kind=html",
    "half of it, of the right length": "F10:kind=truncated",
    "nothing": "F10:kind=empty",
    "an error of the server": "F6",
    "a page of the CDN that bars the way": "F8:status=403",
    "a connection that breaks in the body": "F9:kind=reset-body",
    "redirects without an end": "F16:kind=loop",
    "a drip without an end": "F11:kind=drip,seconds=1",
}


@pytest.fixture(scope="module")
def hub() -> Iterator[HubProcess]:
    with hub_process(models=60, nights=3, past=0) as started:
        yield started


@pytest.mark.parametrize("name", ["openrouter", "epoch_eci", "modelscope", "arena"])
def test_a_source_ends_in_a_line_or_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hub: HubProcess, name: str
):
    monkeypatch.delenv("OPENROUTER_API_KEY", raising=False)
    source, night = find(name), hub.nights[-1]
    route = "resolve" if name == "arena" else "signals"
    whole: Tables = {}
    for number, fault in enumerate(["", *FAULTS.values()]):
        spec = f"{fault}{',' if ':' in fault else ':'}route={route}"
        hub.set_faults([spec] if fault else [])
        settings = settings_for(
            tmp_path / str(number),
            hub.endpoint,
            source_urls={name: f"{hub.endpoint}/signals/{name}"},
            read_timeout_seconds=0.5,
            page_deadline_seconds=1.5,
        )
        context = open_context(settings, source, night, clock=FastClock(scale=2000), namespaces=lambda: NAMESPACES)
        context.run.note()
        try:
            tables = parsed(source, source.collect(context))
        except TrackerError as error:
            assert fault and "\n" not in str(error) and len(str(error)) < 700
            continue
        assert broken(source, tables, None) == [] and all(not each.is_empty() for each in tables.values())
        whole = whole or tables
        assert all(frame.equals(whole[table]) for table, frame in tables.items())
    hub.set_faults([])
