"""A loopback Hub that takes data sets, and a small record to publish."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from huggingface_hub import constants

from tests import planted
from tests.handover.hub.published import TOKEN, Desk
from tracker.demo import HubProcess, hub_process
from tracker.handover.hub import client


@pytest.fixture(scope="module")
def served() -> Iterator[HubProcess]:
    with hub_process(plain=10, tier_quota=0, tokens={TOKEN: "free", "hf_read": "free"}, readers=["hf_read"]) as hub:
        yield hub


@pytest.fixture
def desk(served: HubProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Desk:
    """A desk at which the planted record is published under a name of its own, with a cache of its own."""
    prepare(served, tmp_path, monkeypatch)
    shutil.copytree(planted.folder(), tmp_path / "data", symlinks=True)
    return Desk(served, tmp_path / "data", f"ann/{hashlib.sha1(request.node.name.encode()).hexdigest()[:12]}")


@pytest.fixture(scope="module")
def published_once(served: HubProcess) -> Desk:
    """The planted record, published for all to see by who asks for it first."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HF_TOKEN", TOKEN)
        found = Desk(served, planted.folder(), "ann/for-all")
        found.publish(private=False)
    return found


@pytest.fixture
def public(published_once: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """That, for somebody without a token, and with a cache of his own."""
    prepare(published_once.hub, tmp_path, monkeypatch)
    monkeypatch.delenv("HF_TOKEN")
    return published_once


def prepare(served: HubProcess, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    served.set_faults([])
    served.clear_log()
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    monkeypatch.setenv("HF_ENDPOINT", served.endpoint)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(place / "cache"))
    monkeypatch.setattr(client, "FIRST_WAIT_SECONDS", 0.05)
