"""A token that cannot be one, or cannot be read, is told before it is sent, and never shown."""

from __future__ import annotations

import io
import logging
import os
from pathlib import Path

import pytest
from huggingface_hub import constants, get_token

from tests.sources.loopback import serving
from tracker.errors import SettingsError, SourceError, redact
from tracker.settings import Settings
from tracker.sources.hub_models.request import Hub
from tracker.sources.outward import tokens

GOOD = "hf_plantedAbCdEfGh1234"
NOTHING = ("", " ", "\n", "\r\n\t ")


def said() -> str:
    with pytest.raises(SettingsError) as caught:
        tokens.check()
    told = str(caught.value)
    assert caught.value.exit_code == 2 and "\n" not in told and "planted" not in told
    return told


@pytest.mark.parametrize(
    ("token", "wanted"),
    [
        (f"{GOOD}…", "a character that no token has"),
        (f"\u200b{GOOD}", "a character that no token has"),
        ("hf_plantеd1234", "a character that no token has"),  # a Cyrillic letter
        (f"“{GOOD}”", "a character that no token has"),
        (f"{GOOD} {GOOD}", "a blank or a control character"),
        (f"{GOOD}\t2", "a blank or a control character"),
        (f"{GOOD}\x7f", "a blank or a control character"),
        (f"Bearer {GOOD}", "a blank or a control character"),
    ],
)
@pytest.mark.parametrize("place", [*tokens.VARIABLES, "file"])
def test_what_no_token_can_be_is_told_by_its_place(monkeypatch, token: str, wanted: str, place: str) -> None:
    if place == "file":
        Path(constants.HF_TOKEN_PATH).write_text(token, encoding="utf-8")
    else:
        monkeypatch.setenv(place, token)
    told = said()
    assert told.startswith(place if place != "file" else f"the stored token {constants.HF_TOKEN_PATH} ")
    assert wanted in told and "hf auth login" in told


@pytest.mark.parametrize(
    ("make", "wanted"),
    [
        (Path.mkdir, "Is a directory"),
        (lambda place: place.write_bytes(b"\xff\xfe\x00planted"), "it is no text"),
        (lambda place: place.symlink_to(place), "Too many levels of symbolic links"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(make, wanted: str) -> None:
    make(Path(constants.HF_TOKEN_PATH))
    told = said()
    assert told.startswith(f"the stored token {constants.HF_TOKEN_PATH} cannot be read ({wanted})")
    with pytest.raises(SettingsError, match="cannot be read"):
        tokens.headers()  # as where it has come to that amid a walk


def test_a_pipe_is_not_waited_for() -> None:
    os.mkfifo(constants.HF_TOKEN_PATH)
    assert "is a pipe" in said()


def test_a_device_is_not_read_without_an_end() -> None:
    place = Path(constants.HF_TOKEN_PATH)
    place.symlink_to("/dev/zero")
    assert "is a device; set HF_TOKEN" in said()
    place.unlink()
    place.symlink_to(os.devnull)  # as is done to send none
    assert tokens.check() is None


def test_one_of_another_user_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def closed(*_: object, **__: object) -> str:
        raise PermissionError(13, "Permission denied")

    Path(constants.HF_TOKEN_PATH).write_text(GOOD)
    monkeypatch.setattr(Path, "read_text", closed)  # the tests may run as root, who may read all
    assert "cannot be read (Permission denied); check its owner" in said()


@pytest.mark.parametrize("token", [GOOD, f" {GOOD}\n", f"{GOOD[:8]}\n{GOOD[8:]}\r\n", "no-usual-form", "!~"])
@pytest.mark.parametrize("place", [*tokens.VARIABLES, "file"])
def test_what_the_client_takes_is_taken_and_hidden(monkeypatch, token: str, place: str) -> None:
    if place == "file":
        Path(constants.HF_TOKEN_PATH).write_text(token)
    else:
        monkeypatch.setenv(place, token)
    assert place in tokens.check() or place == "file"
    sent = tokens.headers()["authorization"].removeprefix("Bearer ")
    assert sent == get_token()
    assert len(sent) < 3 or redact(f"sent {sent}!") == "sent [token]!"


@pytest.mark.parametrize("nothing", NOTHING)
def test_nothing_is_no_token(monkeypatch: pytest.MonkeyPatch, nothing: str) -> None:
    assert tokens.check() is None
    for name in tokens.VARIABLES:
        monkeypatch.setenv(name, nothing)
    Path(constants.HF_TOKEN_PATH).write_text(nothing)
    assert tokens.check() is None and "authorization" not in tokens.headers()


def test_what_the_client_would_not_read_is_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(constants.HF_TOKEN_PATH).mkdir()
    monkeypatch.setenv("HF_TOKEN", GOOD)
    assert tokens.check() == "HF_TOKEN"
    monkeypatch.setenv("HUGGING_FACE_HUB_TOKEN", "…")
    assert tokens.check() == "HF_TOKEN"
    monkeypatch.setenv("HF_TOKEN", "…")
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_IMPLICIT_TOKEN", True)
    assert tokens.check() is None


def test_one_request_is_one_request(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The client by itself asks for a list of agents before its first, and fails by an answer that is none."""
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_TELEMETRY", False)
    monkeypatch.setattr(constants, "HF_HUB_USER_AGENT_ORIGIN", "Zürich")
    with serving({"*": b"[]"}) as served:
        Hub(Settings(data_dir=tmp_path, endpoint=served.address)).get(f"{served.address}/api/models")
    ((path, headers),) = served.heard
    assert path == "/api/models" and headers["user-agent"].startswith("hub-adoption-tracker/")


def test_a_job_without_an_identity_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_OIDC_RESOURCE", "models/some/thing")
    assert tokens.check() == "HF_OIDC_RESOURCE"
    with pytest.raises(SourceError, match="HF_OIDC_RESOURCE is set, and no token could be had by it"):
        tokens.headers()


@pytest.mark.parametrize("stored", ["{}\n", "[name]\nhf_token {}\n", "hf_token = {}\n[name]\n"])
def test_what_the_client_quotes_of_its_files_is_hidden(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, stored: str
) -> None:
    lines = io.StringIO()
    logger = logging.getLogger("huggingface_hub")
    monkeypatch.setattr(logger, "handlers", [logging.StreamHandler(lines)])
    monkeypatch.setattr("huggingface_hub.utils._auth._OAUTH_REFRESH_CACHE", None)
    monkeypatch.setattr(constants, "HF_STORED_TOKENS_PATH", f"{constants.HF_TOKEN_PATH}-stored")
    Path(constants.HF_TOKEN_PATH).write_text("tok_planted_without_form")
    Path(constants.HF_STORED_TOKENS_PATH).write_text(stored.format("refresh_planted_without_form"))
    assert tokens.check()
    assert "Error parsing stored tokens file" in lines.getvalue()
    assert "planted" not in lines.getvalue() + redact(caplog.text)
