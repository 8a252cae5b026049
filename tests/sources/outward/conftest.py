"""An environment without proxies, tokens and certificates of this machine; each test says what it has."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from huggingface_hub import constants

from tracker.errors import secrets

OURS = (*secrets.TOKENS, *secrets.ADDRESSES, "no_proxy", "SSL_CERT_FILE", "SSL_CERT_DIR")
OTHERS = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "HF_OIDC_RESOURCE", "REQUEST_METHOD")


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.lower() in {each.lower() for each in (*OURS, *OTHERS)}:
            monkeypatch.delenv(name)
    monkeypatch.setattr(secrets, "_told", {})
    monkeypatch.setattr(constants, "HF_TOKEN_PATH", str(tmp_path / "no-token"))
